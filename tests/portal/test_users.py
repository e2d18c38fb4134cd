"""Listing learners over programs: one row each, within an actor's programs, filtered by any of their memberships."""

from dataclasses import replace

import pytest
from pyroaring import BitMap
from sqlalchemy import insert, update

from tui_admin.portal import users
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.store import totals
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization


def listed(organization: Organization, text: str = "", actor: Actor | None = None, **order: object) -> list[int]:
    query = UsersQuery(parse(text), **order)  # type: ignore[arg-type]
    found = users.page(organization.store, actor or organization.ana, query, NOW, 0, 50)
    return [row.learner_id for row in found]


def test_everybody_is_listed_whatever_their_state_or_without_any_membership(organization: Organization) -> None:
    assert listed(organization) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert listed(organization, "person3") == [3]
    assert listed(organization, "-person3 -status:invited") == [1, 2, 5, 6, 8]


def test_a_filter_asks_one_and_the_same_membership(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 6).values(enrolled=2, completed=1))
    assert listed(organization, "program:teams status:completed") == [1]
    assert listed(organization, "program:data status:completed") == []
    assert listed(organization, "program:data (status:completed or status:removed)") == [5]
    assert listed(organization, "status:completed -program:teams") == []
    assert listed(organization, "-status:no-enrollment") == [4, 5, 7, 8]
    assert listed(organization, "program:data or person8") == [1, 2, 3, 4, 5, 8]


def test_a_program_admin_sees_only_their_people_and_their_programs_figures(organization: Organization) -> None:
    store, cy = organization.store, organization.cy
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 1).values(enrolled=3, completed=1))
    assert listed(organization, actor=cy) == [1, 6, 7]
    assert listed(organization, "status:completed", actor=cy) == []
    assert listed(organization, "status:completed") == [1]
    assert listed(organization, "-status:completed", actor=cy) == [1, 6, 7]
    rows = list(users.rows(store, cy, [2, 1, 7], NOW))
    assert [(row.learner_id, row.enrolled, [m.program for m in row.memberships]) for row in rows] == [
        (1, 0, ["teams"]),
        (7, 0, ["teams"]),
    ]
    assert users.count(store, cy, UsersQuery(), NOW) == 3
    assert list(users.memberships(store, cy, [1, 2, 7])) == [6, 8]
    assert users.position(store, cy, UsersQuery(), NOW, 2) is None
    nobody = Actor("no@northwind.example", Role.PROGRAM, frozenset())
    assert listed(organization, actor=nobody) == []


def test_a_row_brings_a_learners_memberships_together(organization: Organization) -> None:
    store = organization.store
    with store.write() as connection:
        changes = {
            1: {"enrolled": 3, "completed": 1, "last_activity_at": NOW - 5, "active_at": NOW - 5},
            6: {"enrolled": 2},
        }
        for id, change in changes.items():
            connection.execute(update(memberships).where(memberships.c.id == id).values(change))
    (row,) = users.rows(store, organization.ana, [1], NOW)
    assert [member.id for member in row.memberships] == [1, 6]
    assert (row.enrolled, row.completed, row.last_activity_at) == (5, 1, NOW - 5)
    assert row.statuses == ("enrolled", "completed", "inactive")
    assert (row.name, row.email) == ("Person 1", "person1@northwind.example")


def test_the_erased_are_left_out(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(learners).values(id=50, search_key="\x1f", opted_out=False, erased_at=NOW))
    assert 50 not in listed(organization)
    assert users.count(organization.store, organization.ana, UsersQuery(), NOW) == 8


def test_pages_count_position_ids_and_stream_agree(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 7).values(enrolled=2))
        totals.derive(connection)
    query = UsersQuery(parse("-person5"), sort="enrolled", descending=True)
    streamed = [row.learner_id for row in users.stream(store, ana, query, NOW)]
    assert streamed == [6, 8, 7, 4, 3, 2, 1]
    assert users.count(store, ana, query, NOW) == 7
    assert list(users.ids(store, ana, query, NOW)) == sorted(streamed)
    assert [users.position(store, ana, query, NOW, id) for id in streamed] == list(range(7))
    pages = [users.page(store, ana, query, NOW, offset, 3, 7) for offset in (0, 3, 6, 9)]
    assert [[row.learner_id for row in page] for page in pages] == [[6, 8, 7], [4, 3, 2], [1], []]


@pytest.mark.parametrize("sort", ["name", "email", "enrolled", "completed", "active", "id", "unit", "manager"])
def test_every_sort_lists_everybody_once(organization: Organization, sort: str) -> None:
    for descending in (False, True):
        assert sorted(listed(organization, sort=sort, descending=descending)) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("text", ["", "-person5", "status:no-enrollment,removed", "unit:sales", "person7 or unit:"])
@pytest.mark.parametrize("sort", ["enrolled", "completed", "active"])
def test_what_memberships_add_up_to_within_the_actors_programs(
    organization: Organization, sort: str, text: str
) -> None:
    store, both = organization.store, Actor("di@northwind.example", Role.PROGRAM, frozenset({1, 2}))
    facts = {1: (2, 1, 9), 2: (3, 0, None), 3: (1, 1, 5), 5: (4, 2, 7), 6: (2, 2, 11), 7: (3, 0, 8)}
    with store.write() as connection:
        for id, (enrolled, completed, active) in facts.items():
            held = {"enrolled": enrolled, "completed": completed, "last_activity_at": active}
            connection.execute(update(memberships).where(memberships.c.id == id).values(held))
        connection.execute(update(learners).where(learners.c.id.in_((2, 6))).values(business_unit="Sales"))
        totals.derive(connection)
    field = "last_activity_at" if sort == "active" else sort
    for actor in (organization.ana, organization.bo, organization.cy, both):
        for descending in (False, True):
            query = UsersQuery(parse(text), sort, descending)
            found = list(users.stream(store, actor, UsersQuery(parse(text)), NOW))
            key = {row.id: (getattr(row, field) is not None, getattr(row, field) or 0, row.id) for row in found}
            ordered = sorted(key, key=lambda id: key[id], reverse=descending)
            assert listed(organization, text, actor, sort=sort, descending=descending) == ordered
            assert [users.position(store, actor, query, NOW, id) for id in ordered] == list(range(len(ordered)))
            within = replace(query, within=BitMap(ordered))
            assert users.page_ids(store, actor, within, NOW, 0, 50) == ordered


def test_a_sort_that_is_none(organization: Organization) -> None:
    with pytest.raises(BadInput, match='Users cannot be sorted by "risky"'):
        listed(organization, sort="risky")


def test_what_was_found_before_bounds_what_is_found(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    before = UsersQuery(parse("person"))
    number, found = users.counted(store, ana, before, NOW, 50)
    assert found is not None and number == len(found)
    assert set(found) == set(users.ids(store, ana, before, NOW))
    assert users.counted(store, ana, before, NOW, len(found) - 1) == (number, None)
    for text in ("person1", "person status:no-enrollment", "person unit:"):
        for sort in ("name", "unit", "enrolled"):
            query = replace(before, filter=parse(text), sort=sort)
            assert users.narrows(query, before) and not users.narrows(before, query)
            bounded = replace(query, within=found)
            rows = users.page_ids(store, ana, query, NOW, 0, 50)
            assert users.page_ids(store, ana, bounded, NOW, 0, 50) == rows
            assert users.count(store, ana, bounded, NOW) == len(rows)
            assert users.count(store, ana, replace(query, within=found - BitMap(rows[:1])), NOW) == len(rows) - 1
