"""Listing members: what is in view, in which order, and who may see it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pyroaring import BitMap
from sqlalchemy import insert, update

from tests.demo.organizations import make
from tui_admin.portal import members
from tui_admin.portal.members import MembersQuery
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.filters import FilterError, parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.store import sizes
from tui_admin.store.engine import Store
from tui_admin.store.members import SORTS
from tui_admin.store.tables import contracts, learners, memberships

from .conftest import NOW, Organization


def listed(organization: Organization, text: str = "", program: str | None = "data", **order: object) -> list[int]:
    query = MembersQuery(program, parse(text), **order)  # type: ignore[arg-type]
    return [row.id for row in members.page(organization.store, organization.ana, query, NOW, 0, 50)]


def test_joined_people_are_listed_unless_the_filter_names_others(organization: Organization) -> None:
    assert listed(organization) == [1, 2, 3]
    assert listed(organization, "status:invited") == [4]
    assert listed(organization, "status:removed") == [5]
    assert listed(organization, "-status:removed") == [1, 2, 3, 4]
    assert listed(organization, "removed:") == [1, 2, 3, 4]
    assert listed(organization, "status:invited status:removed") == []
    assert listed(organization, "person2 or status:invited") == [2, 4]


def test_all_programs_at_once(organization: Organization) -> None:
    assert listed(organization, program=None) == [1, 6, 2, 3, 7]
    assert listed(organization, "program:teams", program=None) == [6, 7]
    assert listed(organization, "contract:'Year'".replace("'Year'", '"year 2"'), program=None) == [7]


def test_a_program_admin_sees_only_their_programs(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    everything = MembersQuery()
    assert members.count(store, bo, everything, NOW) == 3
    assert [row.id for row in members.rows(store, bo, [7, 1, 6, 2], NOW)] == [1, 2]
    assert members.position(store, bo, everything, NOW, 6) is None
    assert members.values(store, bo, None, "program", "", NOW) == [("data", 3)]
    for act in (
        lambda: members.page(store, bo, MembersQuery("teams"), NOW, 0, 5),
        lambda: members.count(store, bo, MembersQuery("teams"), NOW),
        lambda: members.ids(store, bo, MembersQuery("teams"), NOW),
        lambda: list(members.stream(store, bo, MembersQuery("teams"), NOW)),
        lambda: members.position(store, bo, MembersQuery("teams"), NOW, 7),
        lambda: members.values(store, bo, "teams", "unit", "", NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(FilterError, match='Unknown program "teams"'):
        members.count(store, bo, MembersQuery(None, parse("program:teams")), NOW)
    nobody = Actor("no@northwind.example", Role.PROGRAM, frozenset())
    assert members.count(store, nobody, everything, NOW) == 0


def test_names_that_nothing_has(organization: Organization) -> None:
    with pytest.raises(BadInput, match="There is no program 'dat'; the nearest is 'data'"):
        listed(organization, program="dat")
    with pytest.raises(FilterError, match='Unknown program "leading" at 9: did you mean "leading teams"') as caught:
        listed(organization, "person1 program:leading", program=None)
    assert (caught.value.position, caught.value.length) == (8, 15)
    assert listed(organization, "collection:Basics") == []
    with pytest.raises(BadInput, match='cannot be sorted by "nam": did you mean "name"'):
        listed(organization, sort="nam")


def test_pages_count_position_ids_and_stream_agree(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    query = MembersQuery(None, parse("-status:invited"), sort="email", descending=True)
    streamed = [row.id for row in members.stream(store, ana, query, NOW)]
    assert streamed == [7, 5, 3, 2, 6, 1]
    assert members.count(store, ana, query, NOW) == 6
    assert list(members.ids(store, ana, query, NOW)) == sorted(streamed)
    assert [members.position(store, ana, query, NOW, id) for id in streamed] == list(range(6))
    for total in (None, 6):
        pages = [members.page(store, ana, query, NOW, offset, 2, total) for offset in range(0, 8, 2)]
        assert [[row.id for row in page] for page in pages] == [[7, 5], [3, 2], [6, 1], []]
    assert [row.id for row in members.page(store, ana, query, NOW, 5, 4, 6)] == [1]


@pytest.mark.parametrize("program", ["data", None])
@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_lists_everybody_once_and_backwards(
    organization: Organization, sort: str, program: str | None
) -> None:
    forwards = listed(organization, "-unit:Sales -status:invited", program, sort=sort)
    assert sorted(forwards) == ([1, 2, 3, 5] if program else [1, 2, 3, 5, 6, 7])
    assert listed(organization, "-unit:Sales -status:invited", program, sort=sort, descending=True) == forwards[::-1]
    query = MembersQuery(program, parse("-unit:Sales -status:invited"), sort)
    store, ana = organization.store, organization.ana
    assert [members.position(store, ana, query, NOW, id) for id in forwards] == list(range(len(forwards)))
    assert members.count(store, ana, query, NOW) == len(forwards)
    assert list(members.ids(store, ana, query, NOW)) == sorted(forwards)


def test_contracts_are_sorted_by_name_however_many(organization: Organization) -> None:
    names = ("golf", "Alpha", "foxtrot", "", "echo", "Delta", "alpha", "Bravo", "hotel", "charlie", "india")
    held = {1: 13, 2: 11, 3: 14, 6: None, 7: 12}
    with organization.store.write() as connection:
        rows = [{"id": 10 + n, "name": name, "created_at": NOW} for n, name in enumerate(names)]
        connection.execute(insert(contracts), rows)
        for membership, contract in held.items():
            connection.execute(update(memberships).where(memberships.c.id == membership).values(contract_id=contract))
    # One without a contract, one whose contract has no name; Alpha, echo, foxtrot.
    assert listed(organization, program=None, sort="contract") == [1, 6, 2, 3, 7]
    assert listed(organization, program=None, sort="contract", descending=True) == [7, 3, 2, 6, 1]
    query = MembersQuery(None, sort="contract")
    positions = [members.position(organization.store, organization.ana, query, NOW, id) for id in (1, 6, 2, 3, 7)]
    assert positions == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["", "-status:invited", "status:enrolled,completed or status:no-enrollment"])
def test_the_most_urgent_and_the_furthest_come_last(organization: Organization, text: str) -> None:
    facts = {1: (NOW - 5, 0, 1, 0), 2: (NOW - 9, 0, 1, 1), 3: (None, 1, 0, 0)}
    with organization.store.write() as connection:
        for id, (due, failed, enrolled, completed) in facts.items():
            held = {"next_deadline": due, "failed": failed, "enrolled": enrolled, "completed": completed}
            connection.execute(update(memberships).where(memberships.c.id == id).values(held))
    by_risk = listed(organization, text, sort="risk", descending=True)
    assert by_risk[:3] == [2, 1, 3]
    by_status = [id for id in listed(organization, text, sort="status") if id in facts]
    assert by_status == [3, 1, 2]


def test_values_come_with_the_joined_members_that_have_them(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    units = {1: "Sales", 2: "sales North", 3: "Éducation", 4: "Sales", 5: "Sales", 6: "North Sales"}
    with store.write() as connection:
        for id, unit in units.items():
            connection.execute(update(learners).where(learners.c.id == id).values(business_unit=unit))
    assert members.values(store, ana, "data", "unit", "", NOW) == [("Sales", 1), ("sales North", 1), ("Éducation", 1)]
    assert members.values(store, ana, None, "unit", "SAL", NOW) == [
        ("Sales", 2),
        ("North Sales", 1),
        ("sales North", 1),
    ]
    assert members.values(store, ana, None, "unit", "edu", NOW) == [("Éducation", 1)]
    assert members.values(store, ana, None, "unit", "s", NOW, limit=1) == [("Sales", 2)]
    assert members.values(store, ana, None, "program", "lead", NOW) == [("teams", 2)]
    assert members.values(store, ana, None, "contract", "", NOW) == [("Year 1", 4), ("Year 2", 1)]
    for field in ("course", "specialization", "collection", "skill", "name"):
        assert members.values(store, ana, None, field, "x", NOW) == []


def test_of_a_large_store_names_are_offered_without_numbers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make(store, 60)
    ana, bo = Actor("ana@example.com", Role.ORGANIZATION), Actor("bo@example.com", Role.PROGRAM, frozenset({1}))
    counted = {field: members.values(store, ana, None, field, "", NOW, limit=999) for field in ("course", "unit")}
    of_program = members.values(store, bo, None, "course", "", NOW, limit=999)
    monkeypatch.setattr(sizes, "LARGE", 0)
    named = members.values(store, ana, None, "course", "", NOW, limit=2_000)
    assert 0 < len(of_program) < len(counted["course"]) < len(named)
    assert {name for name, _ in named} >= {name for name, _ in counted["course"]}
    assert {number for _, number in named} == {None}
    assert members.values(store, ana, None, "course", named[0][0], NOW)[0] == named[0]
    assert members.values(store, ana, None, "unit", "", NOW, limit=999) == counted["unit"]
    assert members.values(store, bo, None, "course", "", NOW, limit=999) == of_program, "not those of other programs"


def test_statuses_come_with_how_many_carry_each(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    offered = dict(members.values(store, ana, None, "status", "", NOW))
    assert offered
    for status, number in offered.items():
        if status not in ("invited", "removed"):
            assert number == members.count(store, ana, MembersQuery(filter=parse(f"status:{status}")), NOW), status


def test_what_was_found_before_bounds_what_is_found(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    before = MembersQuery("data", parse("person"))
    number, found = members.counted(store, ana, before, NOW, 50)
    assert found is not None and number == len(found)
    assert set(found) == set(members.ids(store, ana, before, NOW))
    assert members.counted(store, ana, before, NOW, len(found) - 1) == (number, None)
    for text in ("person1", "person status:no-enrollment", "person unit:"):
        for sort in ("name", "unit", "enrolled"):
            query = replace(before, filter=parse(text), sort=sort)
            assert members.narrows(query, before) and not members.narrows(before, query)
            bounded = replace(query, within=found)
            rows = members.page_ids(store, ana, query, NOW, 0, 50)
            assert members.page_ids(store, ana, bounded, NOW, 0, 50) == rows
            assert members.count(store, ana, bounded, NOW) == len(rows)
            assert members.count(store, ana, replace(query, within=found - BitMap(rows[:1])), NOW) == len(rows) - 1


def test_chosen_rows_are_read_as_they_are_asked_for(organization: Organization) -> None:
    asked: list[int] = []

    def ids() -> Iterator[int]:
        for number in (1, 2, 3, *range(1_000, 20_000)):
            asked.append(number)
            yield number

    found = members.rows(organization.store, organization.ana, ids(), NOW)
    assert next(found).id == 1
    found.close()  # type: ignore[attr-defined]
    assert len(asked) < 10_000
