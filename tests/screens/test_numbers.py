"""Every number of Home, Programs and a program's Main page counts exactly those it opens, over the demo."""

from collections.abc import Iterator

import pytest

from tests.demo.organizations import AT, make
from tui_admin.portal import contracts, home, members, program_figures, users
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.screens.home_tables import program_place, stages
from tui_admin.screens.place import Place
from tui_admin.screens.program_tables import CONTRACT_STOPS, contract_place, course_filter, status_rows
from tui_admin.store.engine import Store

Numbers = Iterator[tuple[str, int, Place]]
"""What is counted, the number, and where it leads."""


def of_home(store: Store, actor: Actor) -> Numbers:
    overview = home.overview(store, actor, AT)
    leaks = (0, *overview.funnel.leaks)
    for stage, leak in zip(stages(overview.funnel), leaks, strict=True):
        yield stage.title, stage.people, Place(("users",), stage.filter)
        if stage.leak:
            yield stage.leak, leak, Place(("users",), stage.leak_filter)
    for program in overview.programs:
        yield f"members of {program.slug}", program.members, program_place(program, "members")
        for status, number in program.counts.items():
            if (place := program_place(program, status)).segments[-1] == "members":
                yield f"{status} of {program.slug}", number, place


def of_contracts(store: Store, actor: Actor) -> Numbers:
    for contract in contracts.listing(store, actor):
        for key, number in zip(CONTRACT_STOPS, (contract.licenses.occupied, contract.licenses.reserved), strict=True):
            yield f"{key} of {contract.name}", number, contract_place(contract, key)


def of_programs(store: Store, actor: Actor) -> Numbers:
    for program in home.overview(store, actor, AT).programs:
        people = Place(("programs", program.slug, "members"))
        for row in status_rows(program_figures.main(store, actor, program.slug, AT).program):
            yield f"{row.title} of {program.slug}", row.people, people.filtered(row.filter)
        for course in program_figures.courses(store, actor, program.slug):
            yield f"{course.name} in {program.slug}", course.enrollments, people.filtered(course_filter(course))


def opened(store: Store, actor: Actor, place: Place) -> int:
    """How many people the list of a place shows."""
    if place.segments[0] == "users":
        return users.count(store, actor, UsersQuery(parse(place.filter)), AT)
    return members.count(store, actor, MembersQuery(place.segments[1], parse(place.filter)), AT)


@pytest.mark.parametrize("program_admin", [False, True])
def test_each_number_is_that_of_those_it_opens(sqlite_store: Store, program_admin: bool) -> None:
    make(sqlite_store, 400)
    actor = Actor("ana@northwind.example", Role.ORGANIZATION)
    if program_admin:
        mine = [program.id for program in home.overview(sqlite_store, actor, AT).programs[1:3]]
        actor = Actor("bo@northwind.example", Role.PROGRAM, frozenset(mine))
    for numbers in (of_home, of_contracts, of_programs):
        found = list(numbers(sqlite_store, actor))
        assert any(number for _, number, _ in found)
        for counted, number, place in found:
            assert opened(sqlite_store, actor, place) == number, f"{counted}: {place}"
