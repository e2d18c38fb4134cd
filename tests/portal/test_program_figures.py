"""A program's Main page and the contracts, against counts made by hand."""

from datetime import date

import pytest

from tests import small_organization as small
from tui_admin.portal import contracts, program_figures
from tui_admin.portal.program_figures import CourseFigures
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.roles import Actor
from tui_admin.rules.triage import Status
from tui_admin.store.engine import Store

NOW = small.NOW


@pytest.fixture
def ana(store: Store) -> Actor:
    """The organization admin of the small organization, which `store` then holds."""
    small.fill(store)
    return sign_in(store, "ana@northwind.example")


@pytest.fixture
def bo(store: Store, ana: Actor) -> Actor:
    """The admin of the first program alone."""
    return sign_in(store, "bo@northwind.example")


def test_main_counts_one_program(store: Store, ana: Actor) -> None:
    main = program_figures.main(store, ana, "teams", NOW)
    assert (main.program.members, main.program.counts[Status.NO_ENROLLMENT]) == (4, 2)
    assert main.url == "https://learn.northwind.example/teams"
    assert main.tagline == ""


def test_courses_count_joined_members_alone(store: Store, ana: Actor) -> None:
    assert program_figures.courses(store, ana, "data") == (
        CourseFigures("Python for Analysis", "c2", 2, 1),
        CourseFigures("Statistics I", "c1", 2, 0),
    )
    (course,) = program_figures.courses(store, ana, "teams")
    assert "\x1b" not in course.name
    assert (course.enrollments, course.completions) == (2, 1)


def test_contracts_come_by_their_first_day_those_without_last(store: Store, ana: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE contracts SET starts_on = '2025-01-01' WHERE id = 2")
    found = contracts.listing(store, ana)
    assert [contract.id for contract in found] == [2, 1, 3]
    assert [contract.licenses for contract in found] == [Licenses(3, 4, 1), Licenses(5, 4, 1), Licenses(None, 0, 1)]
    assert (found[0].starts_on, found[0].ends_on) == (date(2025, 1, 1), date(2026, 12, 31))
    assert [contract.programs for contract in found][1:] == [("Data Foundations",), ("Sprache und Technik",)]


def test_one_program_s_contracts(store: Store, ana: Actor) -> None:
    assert [contract.name for contract in contracts.listing(store, ana, "data")] == ["Year 1"]


def test_a_program_admin_sees_their_own_figures_of_a_shared_contract(store: Store, bo: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE program_contracts SET contract_id = 1 WHERE program_id = 2")
        connection.exec_driver_sql("UPDATE memberships SET contract_id = 1 WHERE program_id = 2")
    (contract,) = contracts.listing(store, bo)
    assert (contract.licenses, contract.programs) == (Licenses(5, 4, 1, shared=True), ("Data Foundations",))


def test_a_program_admin_is_refused_elsewhere(store: Store, bo: Actor) -> None:
    for slug in ("teams", "nowhere"):
        with pytest.raises(NotAllowed):
            program_figures.main(store, bo, slug, NOW)
        with pytest.raises(NotAllowed):
            program_figures.courses(store, bo, slug)
    with pytest.raises((NotAllowed, BadInput)):
        contracts.listing(store, bo, "teams")


def test_an_unknown_program_is_named_with_the_nearest(store: Store, ana: Actor) -> None:
    with pytest.raises(BadInput, match="team"):
        program_figures.main(store, ana, "team", NOW)
