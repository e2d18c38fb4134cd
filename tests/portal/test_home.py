"""Home's figures, against counts made by hand, and against the lists they open."""

from datetime import UTC, date

import pytest
from sqlalchemy import insert, update

from tests import small_organization as small
from tui_admin.portal import home, users
from tui_admin.portal.home import Funnel, Tile
from tui_admin.portal.rights import sign_in
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.filters import parse
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.roles import Actor, Role
from tui_admin.rules.triage import Status
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, program_contracts

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


def test_funnel_counts_each_person_once_at_every_stage_they_reached(store: Store, ana: Actor) -> None:
    # Person 1 is enrolled in one program and only joined in another; person 5 is invited to one, completed in another.
    assert home.overview(store, ana, NOW).funnel == Funnel(invited=9, joined=7, enrolled=5, completed=2)
    assert home.overview(store, ana, NOW).funnel.leaks == (2, 2, 3)


def test_each_stage_and_leak_opens_exactly_its_people(store: Store, ana: Actor) -> None:
    funnel = home.overview(store, ana, NOW).funnel
    counts = [users.count(store, ana, UsersQuery(parse(text)), NOW) for _, text in (*home.STAGES, *home.LEAKS)]
    assert counts == [funnel.invited, funnel.joined, funnel.enrolled, funnel.completed, *funnel.leaks]


def test_programs_count_their_people_by_status(store: Store, ana: Actor) -> None:
    data, teams, sprache = home.overview(store, ana, NOW).programs
    assert (data.slug, data.members, teams.members, sprache.members) == ("data", 4, 4, 0)
    assert data.counts == {
        Status.INVITED: 1,
        Status.NO_ENROLLMENT: 1,
        Status.ENROLLED: 2,
        Status.COMPLETED: 1,
        Status.REMOVED: 1,
        Status.INACTIVE: 2,
        Status.AT_RISK: 2,
    }
    assert sprache.counts[Status.INVITED] == 1


def test_licenses_are_those_of_a_program_s_contracts(store: Store, ana: Actor) -> None:
    assert home.licenses(store, ana, NOW) == {1: Licenses(5, 4, 1), 2: Licenses(3, 4, 1), 3: Licenses(None, 0, 1)}


def test_licenses_are_those_of_contracts_in_force(store: Store, ana: Actor) -> None:
    with store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2, position=1))
        connection.execute(update(contracts).where(contracts.c.id == 1).values(ends_on=date(2026, 5, 14)))
        connection.execute(update(contracts).where(contracts.c.id == 3).values(starts_on=date(2026, 5, 16)))
    assert home.licenses(store, ana, NOW) == {1: Licenses(3, 4, 1), 2: Licenses(3, 4, 1)}


def test_a_program_admin_sees_figures_of_their_programs_alone(store: Store, bo: Actor) -> None:
    overview = home.overview(store, bo, NOW)
    assert [program.slug for program in overview.programs] == ["data"]
    assert overview.funnel == Funnel(invited=5, joined=4, enrolled=3, completed=1)
    assert home.licenses(store, bo, NOW) == {1: Licenses(5, 4, 1)}
    assert home.summary(store, bo, NOW, UTC).enrollments.total == 5


def test_licenses_of_a_shared_contract_show_a_program_admin_only_their_own_people(store: Store, bo: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE memberships SET contract_id = 1 WHERE program_id = 2")
        connection.exec_driver_sql("UPDATE program_contracts SET contract_id = 1 WHERE program_id = 2")
    assert home.licenses(store, bo, NOW) == {1: Licenses(5, 4, 1, shared=True)}
    ana = sign_in(store, "ana@northwind.example")
    assert home.licenses(store, ana, NOW)[1] == home.licenses(store, ana, NOW)[2] == Licenses(5, 7, 1)


def test_summary_adds_up_and_says_how_fresh_it_is(store: Store, ana: Actor) -> None:
    summary = home.summary(store, ana, NOW, UTC)
    assert summary.since == date(2026, 1, 1)
    assert (summary.enrollments.total, summary.enrollments.newest, summary.enrollments.gained) == (7, small.ago(10), 2)
    # 10, 20, 40, 70 and 80 days ago; 90 and 100 are before the twelve weeks.
    assert summary.enrollments.weekly == (1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0)
    assert (summary.hours.total, summary.hours.gained, summary.hours.weekly) == (56.0, None, ())
    assert summary.lessons == Tile(None)


def test_activity_gives_lessons_and_what_was_gained_in_hours(store: Store, ana: Actor) -> None:
    small.add_activity(store)
    summary = home.summary(store, ana, NOW, UTC)
    assert (summary.lessons.total, summary.lessons.newest, summary.lessons.gained) == (5, date(2026, 5, 14), 3)
    assert summary.lessons.weekly == (0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3)
    assert (summary.hours.total, summary.hours.gained) == (56.0, 1.5)


def test_hours_that_no_report_named_are_unknown_and_not_nothing(store: Store, ana: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE enrollments SET hours = NULL")
    small.add_activity(store)
    assert home.summary(store, ana, NOW, UTC).hours == Tile(None)


def test_without_a_contract_s_day_the_first_enrollment_begins_the_subscription(store: Store, ana: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE contracts SET starts_on = NULL")
    assert home.summary(store, ana, NOW, UTC).since == date(2026, 2, 4)


def test_an_empty_store_has_nothing_and_says_so(store: Store) -> None:
    owner = Actor("ana@northwind.example", Role.ORGANIZATION)
    assert home.overview(store, owner, NOW) == home.Overview((), Funnel(0, 0, 0, 0))
    summary = home.summary(store, owner, NOW, UTC)
    assert (summary.since, summary.enrollments.total, summary.hours.total) == (None, 0, None)


def test_nobody_sees_nothing(store: Store, ana: Actor) -> None:
    nobody = Actor("nobody@northwind.example", Role.PROGRAM, frozenset())
    assert home.overview(store, nobody, NOW).programs == ()
    assert home.summary(store, nobody, NOW, UTC).enrollments.total == 0
    assert home.licenses(store, nobody, NOW) == {}
