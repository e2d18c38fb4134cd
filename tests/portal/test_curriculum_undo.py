"""Undoing what was done to a curriculum: everything back where it stood, and nothing of anybody else's lost."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from tests.portal.conftest import NOW, Organization
from tests.portal.curricula import TRACK, course, fill_catalogue, item_ids, put_together, told
from tui_admin.portal import journal, undo
from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.rules.errors import NotAllowed, UsageError
from tui_admin.rules.positions import Spot
from tui_admin.rules.roles import Actor
from tui_admin.store.tables import administrator_programs

Shelves = dict[str, int]


@pytest.fixture
def shelves(organization: Organization) -> Shelves:
    """The collections Basics (c1 to c5), More (track, c6, c7) and Last (c8) of the program data."""
    fill_catalogue(organization.store, 20)
    entries = {"Basics": [course(n) for n in range(1, 6)], "More": [TRACK, course(6), course(7)], "Last": [course(8)]}
    return put_together(organization.store, organization.ana, "data", NOW, **entries)


def whole(organization: Organization) -> object:
    """The curriculum with all ids and words."""
    return reading.read(organization.store, organization.ana, "data")


ACTS: dict[str, Callable[[Any, Actor, Shelves, dict[str, dict[str, int]]], object]] = {
    "create": lambda s, a, c, i: collections.create(s, a, "data", "New", NOW, spot=Spot(after=c["Basics"])),
    "rename": lambda s, a, c, i: collections.change(s, a, "data", c["More"], NOW, name="Other"),
    "describe": lambda s, a, c, i: collections.change(s, a, "data", c["More"], NOW, description="Words\nof it"),
    "delete": lambda s, a, c, i: collections.delete(s, a, "data", [c["Basics"]], NOW),
    "delete all": lambda s, a, c, i: collections.delete(s, a, "data", list(c.values()), NOW),
    "arrange": lambda s, a, c, i: collections.move(s, a, "data", [c["Last"], c["More"]], Spot(before=c["Basics"]), NOW),
    "add": lambda s, a, c, i: items.add(
        s, a, "data", [course(9), course(10)], [c["Basics"]], NOW, spot=Spot(before=i["Basics"]["c3"])
    ),
    "add to several": lambda s, a, c, i: items.add(s, a, "data", [course(9), TRACK], list(c.values()), NOW),
    "remove": lambda s, a, c, i: items.remove(
        s, a, "data", [i["Basics"]["c1"], i["Basics"]["c2"], i["Basics"]["c4"], i["More"]["c6"]], NOW
    ),
    "move within": lambda s, a, c, i: items.move(
        s, a, "data", [i["Basics"]["c4"], i["Basics"]["c2"]], [c["Basics"]], NOW, spot=Spot(before=i["Basics"]["c1"])
    ),
    "move across": lambda s, a, c, i: items.move(
        s, a, "data", [i["Basics"]["c1"], i["More"]["c7"], i["Basics"]["c3"]], [c["Last"], c["More"]], NOW
    ),
    "copy": lambda s, a, c, i: items.copy(s, a, "data", [i["Basics"]["c1"]], [c["More"], c["Last"]], NOW),
}


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_undone_exactly(organization: Organization, shelves: Shelves, act: str) -> None:
    before = whole(organization)
    ACTS[act](organization.store, organization.bo, shelves, item_ids(organization.store, organization.bo, "data"))
    assert whole(organization) != before
    undo.undo(organization.store, organization.bo, None, NOW)
    assert whole(organization) == before
    assert journal.verify(organization.store, organization.ana).whole


def test_a_row_of_acts_is_undone_one_by_one(organization: Organization, shelves: Shelves) -> None:
    store, ana = organization.store, organization.ana
    random, seen = Random(4), []
    for number in range(25):
        seen.append(whole(organization))
        _any_act(organization, ana, random, number)
    for before in reversed(seen):
        undo.undo(store, ana, None, NOW)
        assert whole(organization) == before


def _any_act(organization: Organization, actor: Actor, random: Random, number: int) -> None:
    """One act on what is there, that changes something."""
    store = organization.store
    found = reading.read(store, actor, "data").collections
    there = [item.id for collection in found for item in collection.items]
    ids = [collection.id for collection in found]
    while True:
        match random.randrange(6):
            case 0:
                done = collections.create(
                    store, actor, "data", f"Made {number}", NOW, spot=Spot(before=random.choice(ids))
                )
            case 1 if len(ids) > 2:
                done = collections.delete(store, actor, "data", [random.choice(ids)], NOW)
            case 2 if len(ids) > 1:
                moving, beside = random.sample(ids, 2)
                done = collections.move(store, actor, "data", [moving], Spot(after=beside), NOW)
            case 3:
                entries = [course(random.randrange(1, 21)) for _ in range(3)]
                done = items.add(store, actor, "data", entries, random.sample(ids, 2) if len(ids) > 1 else ids, NOW)
            case 4 if there:
                chosen = random.sample(there, min(3, len(there)))
                done = items.move(store, actor, "data", chosen, [random.choice(ids)], NOW)
            case 5 if there:
                done = items.remove(store, actor, "data", random.sample(there, min(2, len(there))), NOW)
            case _:
                continue
        if done.entry:
            return


def test_what_another_moved_since_stays(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    ids = item_ids(store, ana, "data")
    both = [ids["Basics"]["c1"], ids["Basics"]["c2"]]
    mine = items.move(store, ana, "data", both, [shelves["Last"]], NOW).entry
    items.move(store, bo, "data", [ids["Basics"]["c2"]], [shelves["More"]], NOW)
    receipt = undo.undo(store, ana, mine, NOW)
    assert "1 put back; left as it is: Course 2 (changed since by bo@northwind.example, 'Moved" in receipt.summary
    assert told(store, ana, "data") == {
        "Basics": ["c1", "c3", "c4", "c5"],
        "More": ["track", "c6", "c7", "c2"],
        "Last": ["c8"],
    }
    undo.undo(store, bo, None, NOW)
    assert told(store, ana, "data")["Last"] == ["c8", "c2"]


def test_what_another_added_to_a_new_collection_is_not_lost(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    done = collections.create(store, ana, "data", "New", NOW)
    items.add(store, bo, "data", [course(9)], list(done.made), NOW)
    with pytest.raises(UsageError, match=r"could be put back: New \(1 item put into it since\)"):
        undo.undo(store, ana, done.entry, NOW)
    assert told(store, ana, "data")["New"] == ["c9"]


def test_things_come_back_beside_what_is_left(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    ids = item_ids(store, ana, "data")["Basics"]
    gone = items.remove(store, ana, "data", [ids["c3"]], NOW).entry
    items.remove(store, bo, "data", [ids["c2"]], NOW)
    items.move(store, bo, "data", [ids["c5"]], [shelves["Basics"]], NOW, spot=Spot(before=ids["c1"]))
    undo.undo(store, ana, gone, NOW)
    assert told(store, ana, "data")["Basics"] == ["c5", "c1", "c3", "c4"]


def test_what_was_put_there_again_is_not_there_twice(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    gone = items.remove(store, ana, "data", [item_ids(store, ana, "data")["Basics"]["c3"]], NOW).entry
    items.add(store, bo, "data", [course(3)], [shelves["Basics"]], NOW)
    with pytest.raises(UsageError, match="put there again since"):
        undo.undo(store, ana, gone, NOW)
    assert told(store, ana, "data")["Basics"] == ["c1", "c2", "c4", "c5", "c3"]


def test_a_name_that_is_taken_is_told(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    deleted = collections.delete(store, ana, "data", [shelves["Last"]], NOW).entry
    renamed = collections.change(store, ana, "data", shelves["More"], NOW, name="Most").entry
    collections.create(store, bo, "data", "last", NOW)
    collections.create(store, bo, "data", "More", NOW)
    for entry in (deleted, renamed):
        with pytest.raises(UsageError, match="rename that one first"):
            undo.undo(store, ana, entry, NOW)
    assert list(told(store, ana, "data")) == ["Basics", "Most", "last", "More"]


def test_words_and_place_are_undone_apart(organization: Organization, shelves: Shelves) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    moved = collections.move(store, ana, "data", [shelves["Last"]], Spot(before=shelves["Basics"]), NOW).entry
    renamed = collections.change(store, ana, "data", shelves["Last"], NOW, name="First").entry
    collections.change(store, bo, "data", shelves["Last"], NOW, name="Bo's")
    undo.undo(store, ana, moved, NOW)
    assert list(told(store, ana, "data")) == ["Basics", "More", "Bo's"]
    with pytest.raises(UsageError, match="changed since by bo@"):
        undo.undo(store, ana, renamed, NOW)


def test_undo_needs_the_program(organization: Organization, shelves: Shelves) -> None:
    store, bo = organization.store, organization.bo
    entry = collections.create(store, bo, "data", "New", NOW).entry
    with store.write() as connection:
        connection.execute(delete(administrator_programs).where(administrator_programs.c.program_id == 1))
    with pytest.raises(NotAllowed):
        undo.undo(store, bo, entry, NOW)
    assert "New" in told(store, organization.ana, "data")
