"""The report schedule: once for each occurrence and administrator, whoever looks when, and whatever the clock does."""

import io
import json
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from tests.portal.conftest import Organization
from tests.portal.mail_facts import mails, set_up
from tui_admin.portal import administrators, journal, program_removal, program_settings, settings, undo
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import fulfilling, requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.health import reports_check
from tui_admin.portal.reports.requests import Request
from tui_admin.portal.reports.scheduled import look
from tui_admin.rules.errors import BadInput
from tui_admin.rules.reporting import RequestState
from tui_admin.rules.times import DAY, HOUR, MINUTE, Instant, parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery
from tui_admin.store.tables import report_parts, workers

ZONE = "Europe/Budapest"


def at(local: str) -> Instant:
    """The instant that clocks in Budapest show."""
    return parse_iso(local, ZoneInfo(ZONE))


MONDAY = at("2026-05-04T06:00")


@pytest.fixture
def scheduled(organization: Organization) -> Organization:
    """Mail is set up; `data` is reported on mondays and thursdays at 7, `teams` on thursdays at 7 and fridays at 15."""
    set_up(organization.store, time_zone=ZONE)
    put(organization, "data", "mon thu 07:00", MONDAY - DAY)
    put(organization, "teams", "thu 07:00, fri 15:00", MONDAY - DAY)
    return organization


def put(organization: Organization, program: str, schedule: str, now: Instant) -> str:
    return program_settings.change(organization.store, organization.ana, program, "report-schedule", schedule, now)


def asked(organization: Organization) -> list[Request]:
    """What was asked for, the oldest first."""
    return list(requests.walk(organization.store, organization.ana))[::-1]


def told(organization: Organization) -> list[tuple[str | None, str, tuple[str, ...] | None]]:
    return [(one.occurrence, one.recipient.partition("@")[0], one.programs) for one in asked(organization)]


def test_each_administrator_gets_one_report_on_those_of_their_programs_that_are_due(scheduled: Organization) -> None:
    store = scheduled.store
    assert look(store, at("2026-05-07T06:59")) == 2  # Monday's was missed: nobody looked before
    assert look(store, at("2026-05-07T07:00")) == 3
    assert look(store, at("2026-05-07T07:00")) == 0
    assert told(scheduled) == [
        ("2026-05-04T07", "ana", ("data",)),
        ("2026-05-04T07", "bo", ("data",)),
        ("2026-05-07T07", "ana", ("data", "teams")),
        ("2026-05-07T07", "bo", ("data",)),
        ("2026-05-07T07", "cy", ("teams",)),
    ]
    entry = journal.entries(store, scheduled.ana)[0]
    assert entry.summary == "Asked for the scheduled reports of 2026-05-07 07:00 on data, teams for 3 administrators"
    while fulfilling.make_next(store, lambda: at("2026-05-07T07:01")):
        pass
    assert {one.state for one in asked(scheduled)} == {RequestState.MADE}
    assert Counter(mail["address"].partition("@")[0] for mail in mails(store)) == {"ana": 2, "bo": 2, "cy": 1}
    fields = [json.loads(mail["fields"])["report"] for mail in mails(store)]
    assert fields[2] == "Data Foundations, Leading Teams" and fields[3] == "Data Foundations"
    assert asked(scheduled)[3].requested_by == "schedule"


def test_those_who_get_the_same_share_one_file_for_as_long_as_any_keeps_it(scheduled: Organization) -> None:
    """Of monday's, ana and bo get the same, made once; the first one's time is over a minute earlier."""
    store, monday = scheduled.store, at("2026-05-04T07:00")
    look(store, monday)
    fulfilling.make_next(store, lambda: monday + 1 * MINUTE)
    fulfilling.make_next(store, lambda: monday + 2 * MINUTE)

    def fetched(number: int) -> bytes:
        stream = io.BytesIO()
        requests.download(store, scheduled.ana, number, stream)
        return stream.getvalue()

    first, second = asked(scheduled)
    assert fetched(first.id) == fetched(second.id) == mails(store)[1]["attachment"]
    assert (first.size, first.rows, first.file) == (second.size, second.rows, second.file)
    assert files(store) == {first.id}
    fulfilling.drop_old(store, monday + 90 * DAY + 2 * MINUTE)
    assert files(store) == {first.id} and len(fetched(second.id)) == second.size
    with pytest.raises(BadInput, match="expired"):
        fetched(first.id)
    fulfilling.drop_old(store, monday + 90 * DAY + 3 * MINUTE)
    assert files(store) == set()


def files(store: Store) -> set[int]:
    """The requests whose files are kept."""
    with store.read() as connection:
        return set(connection.scalars(select(report_parts.c.request_id)))


def test_of_many_missed_only_the_newest_of_each_program_is_made_up_once(scheduled: Organization) -> None:
    look(scheduled.store, at("2026-05-07T07:00"))
    before = len(told(scheduled))
    assert look(scheduled.store, at("2026-07-07T12:00")) == 4
    assert told(scheduled)[before:] == [
        ("2026-07-03T15", "ana", ("teams",)),
        ("2026-07-03T15", "cy", ("teams",)),
        ("2026-07-06T07", "ana", ("data",)),
        ("2026-07-06T07", "bo", ("data",)),
    ]
    assert look(scheduled.store, at("2026-07-07T12:00")) == 0


def test_a_schedule_makes_up_nothing_from_before_it_was_put(scheduled: Organization) -> None:
    store, thursday = scheduled.store, at("2026-05-07T07:00")
    look(store, thursday)
    said = put(scheduled, "teams", "mon thu fri 06:00", thursday + HOUR)
    assert said.endswith("tui-admin worker sends them, and makes up only the newest of those missed")
    put(scheduled, "data", "daily 5", thursday + HOUR)
    assert look(store, thursday + 2 * HOUR) == 0
    assert look(store, at("2026-05-08T05:59")) == 2
    assert told(scheduled)[-1] == ("2026-05-08T05", "bo", ("data",))


def test_a_day_that_stays_is_not_lost_when_others_are_put_in_its_very_minute(scheduled: Organization) -> None:
    monday = at("2026-05-04T07:00")
    put(scheduled, "data", "mon thu sun 07:00", monday + 1)
    assert look(scheduled.store, monday + 2) == 2


def test_an_undone_schedule_is_none(scheduled: Organization) -> None:
    entry = undo.undo(scheduled.store, scheduled.ana, None, MONDAY)
    assert entry is not None
    assert look(scheduled.store, at("2026-05-04T07:00")) == 2 and look(scheduled.store, at("2026-05-08T16:00")) == 2


def test_who_comes_later_gets_nothing_made_up(scheduled: Organization) -> None:
    store, thursday = scheduled.store, at("2026-05-07T07:00")
    look(store, thursday)
    administrators.add(store, scheduled.ana, "di@northwind.example", thursday + HOUR)
    administrators.add(store, scheduled.ana, scheduled.cy.email, thursday + HOUR, programs=("data",))
    assert look(store, thursday + 2 * HOUR) == 0
    assert look(store, at("2026-05-08T15:00")) == 3
    assert look(store, at("2026-05-11T07:00")) == 4


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_another_time_zone_has_nothing_made_twice(scheduled: Organization, zone: str) -> None:
    store, monday = scheduled.store, at("2026-05-04T07:00")
    assert look(store, monday) == 2
    settings.change(store, scheduled.ana, "time-zone", zone, monday + MINUTE)
    hours = [monday + hour * HOUR for hour in range(1, 60)]
    assert sum(look(store, now) for now in hours) == 0


@pytest.mark.parametrize(("away", "thursday"), [(3_650 * DAY, 3), (-3_650 * DAY, 3), (-HOUR, 3), (6 * DAY, 0)])
def test_a_clock_that_jumps_floods_nobody_and_comes_back_to_what_is_due(
    scheduled: Organization, away: int, thursday: int
) -> None:
    """Thursday's reports come once all the same: where the clock had shown it before, they were made then."""
    store, monday = scheduled.store, at("2026-05-04T07:00")
    assert look(store, monday) == 2
    assert sum(look(store, monday + away + minutes * MINUTE) for minutes in range(20)) <= 5
    # Once the clock was before the moment the schedule was put, that moment is lost: one may be made up for it.
    assert sum(look(store, monday + hours * HOUR) for hours in range(1, 20)) in (0, 2)
    assert look(store, at("2026-05-07T07:00")) == thursday


def test_a_schedule_put_by_a_clock_that_was_ahead_holds_from_now_on(scheduled: Organization) -> None:
    put(scheduled, "data", "thu 07:00", MONDAY + 3_650 * DAY)
    put(scheduled, "data", "mon 07:00", MONDAY + 3_650 * DAY)
    assert look(scheduled.store, MONDAY) == 0
    assert look(scheduled.store, at("2026-05-04T07:00")) == 2


def test_nothing_is_scheduled_while_delivery_is_paused_and_the_newest_after(scheduled: Organization) -> None:
    with scheduled.store.write() as connection:
        delivery.pause(connection, "ana", "looking at it", MONDAY)
    assert look(scheduled.store, at("2026-05-07T07:00")) == 0
    with scheduled.store.write() as connection:
        delivery.resume(connection)
    assert look(scheduled.store, at("2026-05-11T09:00")) == 2 + 2


def test_a_program_removed_between_schedule_and_report_is_left_out(scheduled: Organization, tmp_path: Path) -> None:
    store, thursday = scheduled.store, at("2026-05-07T07:00")
    look(store, thursday)
    plan = program_removal.plan(store, scheduled.ana, "teams")
    archive = program_removal.archive(store, scheduled.ana, plan, tmp_path / "teams.zip", thursday)
    program_removal.apply(store, scheduled.ana, plan, archive, thursday)
    while fulfilling.make_next(store, lambda: thursday):
        pass
    ana, _, cy = asked(scheduled)
    assert (ana.state, ana.programs) == (RequestState.MADE, ("data",))
    assert cy.state is RequestState.REFUSED and "No program is left" in cy.note
    assert [mail["address"].partition("@")[0] for mail in mails(store)] == ["ana", "bo"]


def test_the_doctor_says_that_nobody_looks_at_the_schedule(scheduled: Organization) -> None:
    def found(now: Instant) -> tuple[str, str]:
        with scheduled.store.read() as connection:
            check = reports_check(connection, now)
        return check.finding, check.found

    def look_at(moment: Instant, stopped: Instant | None) -> None:
        values = {"host": "here", "pid": 1, "started_at": moment, "heartbeat_at": moment, "stopped_at": stopped}
        with scheduled.store.write() as connection:
            connection.execute(insert(workers).values(values))

    assert found(MONDAY) == ("warn", "a schedule is set; no worker has ever looked")
    look_at(MONDAY, MONDAY)
    assert found(MONDAY + 2 * HOUR) == ("ok", "a schedule is set")
    assert found(MONDAY + 3 * HOUR) == ("warn", "a schedule is set; the last worker looked 3 h ago")
    for program in ("data", "teams"):
        put(scheduled, program, "", MONDAY)
    assert found(MONDAY + 3 * HOUR) == ("ok", "none is scheduled")
    requests.ask(scheduled.store, scheduled.ana, Asked(ReportKind.EMAIL), Moments(MONDAY, MONDAY))
    assert found(MONDAY + 3 * HOUR)[1] == "none is scheduled; some wait to be made; the last worker looked 3 h ago"


def test_without_an_address_mail_comes_from_it_is_made_and_kept(scheduled: Organization) -> None:
    set_up(scheduled.store, sender_address=None)
    look(scheduled.store, at("2026-05-04T07:00"))
    while fulfilling.make_next(scheduled.store, lambda: at("2026-05-04T07:01")):
        pass
    assert {(one.state, one.note[:11]) for one in asked(scheduled)} == {(RequestState.MADE, "Not mailed.")}
