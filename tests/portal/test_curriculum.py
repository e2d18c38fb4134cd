"""The acts on a curriculum: each changes what it says and nothing else, on both databases."""

import pytest

from tests.portal.conftest import NOW, Organization
from tests.portal.curricula import TRACK, course, fill_catalogue, item_ids, put_together, statements, told
from tui_admin.portal import journal
from tui_admin.portal.conflicts import Overtaken
from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.rules.errors import BadInput, Conflict, NotAllowed, UsageError
from tui_admin.rules.positions import Spot


@pytest.fixture
def shelves(organization: Organization) -> dict[str, int]:
    """The collections Basics (c1 to c4), More (track, c5) and Last (c6) of the program data."""
    fill_catalogue(organization.store)
    entries = {"Basics": [course(n) for n in (1, 2, 3, 4)], "More": [TRACK, course(5)], "Last": [course(6)]}
    return put_together(organization.store, organization.ana, "data", NOW, **entries)


def test_it_reads_back_in_order(organization: Organization, shelves: dict[str, int]) -> None:
    found = reading.read(organization.store, organization.bo, "data")
    assert [collection.name for collection in found.collections] == ["Basics", "More", "Last"]
    track = found.collections[1].items[0]
    assert (track.kind, track.name, [one.key for one in track.courses]) == (
        "specialization",
        "Track",
        ["c1", "c2", "c3"],
    )
    assert [item.key for item in found.collections[0].items] == ["c1", "c2", "c3", "c4"]


def test_what_stands_twice_is_marked(organization: Organization, shelves: dict[str, int]) -> None:
    basics, more, last = reading.read(organization.store, organization.ana, "data").collections
    assert [item.also for item in basics.items] == [(more.id,), (more.id,), (more.id,), ()]
    assert more.items[0].also == () and more.items[0].repeated
    assert [one.also for one in more.items[0].courses] == [(basics.id,)] * 3
    assert not last.items[0].repeated
    items.copy(organization.store, organization.ana, "data", [last.items[0].id], [basics.id, more.id], NOW)
    _, _, last = reading.read(organization.store, organization.ana, "data").collections
    assert last.items[0].also == (basics.id, more.id)


def test_a_course_twice_in_one_collection_names_that_collection(organization: Organization) -> None:
    fill_catalogue(organization.store)
    ids = put_together(organization.store, organization.ana, "data", NOW, Basics=[course(1), TRACK])
    (basics,) = reading.read(organization.store, organization.ana, "data").collections
    assert basics.items[0].also == (ids["Basics"],)


def test_items_move_within_and_across(organization: Organization, shelves: dict[str, int]) -> None:
    store, ana, basics, more = organization.store, organization.ana, shelves["Basics"], shelves["More"]
    ids = item_ids(store, ana, "data")
    first = ids["Basics"]
    items.move(store, ana, "data", [first["c4"]], [basics], NOW, spot=Spot(before=first["c1"]))
    assert told(store, ana, "data")["Basics"] == ["c4", "c1", "c2", "c3"]
    items.move(store, ana, "data", [first["c4"]], [basics], NOW, spot=Spot(after=first["c1"]))
    assert told(store, ana, "data")["Basics"] == ["c1", "c4", "c2", "c3"]
    items.move(store, ana, "data", [first["c3"], first["c1"]], [more], NOW, spot=Spot(before=ids["More"]["c5"]))
    assert told(store, ana, "data") == {"Basics": ["c4", "c2"], "More": ["track", "c3", "c1", "c5"], "Last": ["c6"]}


def test_moving_into_several_leaves_copies_and_tells_what_was_there(
    organization: Organization, shelves: dict[str, int]
) -> None:
    store, ana = organization.store, organization.ana
    items.add(store, ana, "data", [course(6)], [shelves["More"]], NOW)
    ids = item_ids(store, ana, "data")
    chosen = [ids["Last"]["c6"], ids["Basics"]["c4"]]
    done = items.move(store, ana, "data", chosen, [shelves["Basics"], shelves["More"]], NOW)
    assert told(store, ana, "data") == {
        "Basics": ["c1", "c2", "c3", "c6", "c4"],
        "More": ["track", "c5", "c6", "c4"],
        "Last": [],
    }
    assert done.left == ("Course 6 is in More already",)


def test_what_a_collection_holds_is_not_put_there_again(organization: Organization, shelves: dict[str, int]) -> None:
    store, ana = organization.store, organization.ana
    done = items.add(store, ana, "data", [course(1), course(7)], [shelves["Basics"], shelves["Last"]], NOW)
    assert told(store, ana, "data") == {
        "Basics": ["c1", "c2", "c3", "c4", "c7"],
        "More": ["track", "c5"],
        "Last": ["c6", "c1", "c7"],
    }
    assert done.left == ("Course 1 is in Basics already",) and len(done.made) == 3
    again = items.add(store, ana, "data", [course(1)], [shelves["Basics"]], NOW)
    assert (again.entry, again.summary) == (None, "Course 1 stood in Basics already")
    moved = items.move(store, ana, "data", [item_ids(store, ana, "data")["Last"]["c1"]], [shelves["Basics"]], NOW)
    assert moved.entry is None and told(store, ana, "data")["Last"] == ["c6", "c1", "c7"]


def test_collections_are_made_worded_moved_and_deleted(organization: Organization, shelves: dict[str, int]) -> None:
    store, bo = organization.store, organization.bo
    spot = Spot(before=shelves["More"])
    (new,) = collections.create(store, bo, "data", "  New ones ", NOW, description="Two\nlines", spot=spot).made
    assert list(told(store, bo, "data")) == ["Basics", "New ones", "More", "Last"]
    done = collections.change(store, bo, "data", new, NOW, name="Newer")
    assert done.summary == "Renamed collection New ones to Newer"
    assert reading.read(store, bo, "data").collections[1].description == "Two\nlines"
    collections.move(store, bo, "data", [shelves["Last"], shelves["Basics"]], Spot(before=new), NOW)
    assert list(told(store, bo, "data")) == ["Last", "Basics", "Newer", "More"]
    done = collections.delete(store, bo, "data", [shelves["Basics"]], NOW)
    assert done.summary == "Deleted collection Basics with 4 items"
    assert collections.delete(store, bo, "data", [shelves["Basics"]], NOW).entry is None
    assert told(store, bo, "data") == {"Last": ["c6"], "Newer": [], "More": ["track", "c5"]}
    assert journal.verify(store, organization.ana).whole


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[31mb", "x" * 201])
def test_names_that_cannot_be(organization: Organization, name: str) -> None:
    with pytest.raises(BadInput):
        collections.create(organization.store, organization.ana, "data", name, NOW)
    assert told(organization.store, organization.ana, "data") == {}


def test_a_name_stands_once_in_a_program(organization: Organization, shelves: dict[str, int]) -> None:
    store, ana = organization.store, organization.ana
    with pytest.raises(UsageError, match="choose another name"):
        collections.create(store, ana, "data", "basics", NOW)
    with pytest.raises(UsageError, match="choose another name"):
        collections.change(store, ana, "data", shelves["More"], NOW, name="BASICS")
    assert collections.change(store, ana, "data", shelves["Basics"], NOW, name="BASICS").entry
    collections.create(store, ana, "teams", "Basics", NOW)


def test_what_is_gone_is_a_conflict_that_names_who(organization: Organization, shelves: dict[str, int]) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    ids = item_ids(store, ana, "data")
    items.remove(store, bo, "data", [ids["Basics"]["c2"]], NOW)
    with pytest.raises(Conflict, match=r"bo@northwind.example, 'Removed Course 2 from Basics'"):
        items.move(store, ana, "data", [ids["Basics"]["c2"]], [shelves["Last"]], NOW)
    with pytest.raises(Conflict, match="Removed Course 2"):
        spot = Spot(before=ids["Basics"]["c2"])
        items.move(store, ana, "data", [ids["Basics"]["c1"]], [shelves["Basics"]], NOW, spot=spot)
    collections.delete(store, bo, "data", [shelves["More"]], NOW)
    for act in (
        lambda: collections.change(store, ana, "data", shelves["More"], NOW, name="Other"),
        lambda: items.add(store, ana, "data", [course(8)], [shelves["Last"], shelves["More"]], NOW),
        lambda: items.move(store, ana, "data", [ids["Basics"]["c1"]], [shelves["More"]], NOW),
        lambda: items.copy(store, ana, "data", [ids["Basics"]["c1"]], [shelves["More"]], NOW),
        lambda: collections.move(store, ana, "data", [shelves["More"]], Spot(), NOW),
        lambda: collections.move(store, ana, "data", [shelves["Last"]], Spot(after=shelves["More"]), NOW),
    ):
        with pytest.raises(Conflict, match=r"bo@northwind.example, 'Deleted collection More with 2 items'"):
            act()
    assert told(store, ana, "data") == {"Basics": ["c1", "c3", "c4"], "Last": ["c6"]}
    items.move(store, bo, "data", [ids["Basics"]["c3"]], [shelves["Last"]], NOW)
    with pytest.raises(Conflict, match="another collection meanwhile"):
        spot = Spot(after=ids["Basics"]["c3"])
        items.move(store, ana, "data", [ids["Basics"]["c1"]], [shelves["Basics"]], NOW, spot=spot)


def test_entries_that_do_not_exist(organization: Organization, shelves: dict[str, int]) -> None:
    with pytest.raises(BadInput, match="no course number 999"):
        items.add(organization.store, organization.ana, "data", [course(8), course(999)], [shelves["Last"]], NOW)
    assert told(organization.store, organization.ana, "data")["Last"] == ["c6"]


def test_an_id_is_never_given_twice(organization: Organization, shelves: dict[str, int]) -> None:
    """A console that still shows what was removed would else move what came after it."""
    store, ana = organization.store, organization.ana
    last = max(id for found in item_ids(store, ana, "data").values() for id in found.values())
    items.remove(store, ana, "data", [last], NOW)
    done = items.add(store, ana, "data", [course(9)], [shelves["Last"], shelves["More"]], NOW)
    assert min(done.made) > last and len(set(done.made)) == 2
    collections.delete(store, ana, "data", [shelves["Last"]], NOW)
    assert collections.create(store, ana, "data", "Again", NOW).made[0] > shelves["Last"]


def test_another_program_s_items_are_out_of_reach(organization: Organization, shelves: dict[str, int]) -> None:
    store, cy = organization.store, organization.cy
    ids = item_ids(store, organization.ana, "data")
    (own,) = collections.create(store, cy, "teams", "Own", NOW).made
    with pytest.raises(Conflict):
        items.move(store, cy, "teams", [ids["Basics"]["c1"]], [own], NOW)
    with pytest.raises(Conflict):
        items.add(store, cy, "teams", [course(1)], [shelves["Basics"]], NOW)
    with pytest.raises(NotAllowed):
        items.remove(store, cy, "data", [ids["Basics"]["c1"]], NOW)
    assert items.remove(store, cy, "teams", [ids["Basics"]["c1"]], NOW).entry is None
    assert told(store, organization.ana, "data")["Basics"] == ["c1", "c2", "c3", "c4"]


def test_statements_do_not_grow_with_the_list(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    fill_catalogue(store, 2_000)
    counts = []
    for number in (10, 1_900):
        (id,) = collections.create(store, ana, "data", f"Of {number}", NOW).made
        made = items.add(store, ana, "data", [course(n + 1) for n in range(number)], [id], NOW).made
        with statements(store) as reading_it:
            reading.read(store, ana, "data")
        with statements(store) as moving:
            items.move(store, ana, "data", [made[-1]], [id], NOW, spot=Spot(before=made[0]))
        with statements(store) as moving_many:
            items.move(store, ana, "data", made[5:], [id], NOW, spot=Spot(before=made[0]))
        counts.append((len(reading_it), len(moving), len(moving_many)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 8 and counts[0][1] <= 25, counts


def test_who_writes_over_what_they_had_not_seen_is_told(organization: Organization, shelves: dict[str, int]) -> None:
    store, ana, bo, more = organization.store, organization.ana, organization.bo, shelves["More"]
    seen = ("More", "")
    collections.change(store, bo, "data", more, NOW, name="Bo's", description="By Bo")
    with pytest.raises(Overtaken, match=r"The name of collection Bo's was set to \"Bo's\" by bo@northwind.example"):
        collections.change(store, ana, "data", more, NOW, name="Ana's", description="By Bo", seen=seen)
    with pytest.raises(Overtaken) as told_so:
        collections.change(store, ana, "data", more, NOW, name="Bo's", description="By Ana", seen=seen)
    assert (told_so.value.theirs, told_so.value.by) == ("By Bo", bo.email)
    collections.change(store, ana, "data", more, NOW, description="By Ana", seen=("Bo's", "By Bo"))
    found = reading.read(store, ana, "data").collections[1]
    assert (found.name, found.description) == ("Bo's", "By Ana")
