"""When schedules come round, also in the nights in which clocks change: the same as a plain walk finds."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_admin.rules.occurrences import Occurrence, backwards, newest
from tui_admin.rules.times import DAY, HOUR, MINUTE, Instant, from_datetime, parse_iso, to_datetime

ZONES = (
    "UTC",
    "Europe/Budapest",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "America/Havana",  # at midnight
    "America/St_Johns",  # was put back over midnight, at 00:01
    "Pacific/Apia",  # left a day out
    "Antarctica/Troll",  # by two hours
)
CHANGES = ("2026-03-29T00:00Z", "2026-10-25T00:00Z", "2026-03-08T06:00Z", "2026-11-01T05:00Z", "2026-04-05T00:00Z")
CHANGES += ("2010-11-07T02:00Z", "2011-12-30T10:00Z")


def walk(schedule: dict[int, int], zone: ZoneInfo, after: Instant, until: Instant) -> list[Occurrence]:
    """Every local day and hour of a schedule, in the first minute in which a clock shows it or one behind it."""
    first = to_datetime(after, zone).date() - timedelta(days=3)
    days = [first + timedelta(days=n) for n in range(10 + (until - after) // DAY)]
    wanted = [(day, schedule[day.weekday()]) for day in days if day.weekday() in schedule]
    found, at = [], from_datetime(datetime(first.year, first.month, first.day, tzinfo=UTC)) - 2 * DAY
    while wanted and at <= until:
        shown = to_datetime(at, zone).replace(tzinfo=None)
        while wanted and shown >= datetime.combine(wanted[0][0], datetime.min.time()) + timedelta(hours=wanted[0][1]):
            found.append(Occurrence(*wanted.pop(0), at))
        at += MINUTE
    return [one for one in found if after < one.at]


@settings(max_examples=60)
@given(
    schedule=st.dictionaries(st.integers(0, 6), st.integers(0, 23), max_size=7),
    zone=st.sampled_from(ZONES),
    change=st.sampled_from(CHANGES),
    before=st.integers(0, 72),
    behind=st.integers(0, 72),
)
def test_they_are_those_of_a_plain_walk(
    schedule: dict[int, int], zone: str, change: str, before: int, behind: int
) -> None:
    at, place = parse_iso(change), ZoneInfo(zone)
    after, until = at - before * HOUR, at + behind * HOUR
    found = list(takewhile(lambda one: one.at > after, backwards(schedule.items(), place, until)))
    assert found[::-1] == walk(schedule, place, after, until)
    lines = [(day, hour, after) for day, hour in schedule.items()]
    assert newest(lines, place, until) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("zone", "name", "at"),
    [
        ("Europe/Budapest", "2026-03-29T01", "2026-03-29T00:00Z"),
        ("Europe/Budapest", "2026-03-29T02", "2026-03-29T01:00Z"),
        ("Europe/Budapest", "2026-03-29T03", "2026-03-29T01:00Z"),
        ("Europe/Budapest", "2026-10-25T02", "2026-10-25T00:00Z"),
        ("Europe/Budapest", "2026-10-25T03", "2026-10-25T02:00Z"),
        ("Pacific/Apia", "2011-12-30T07", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-31T07", "2011-12-30T17:00Z"),
    ],
)
def test_an_hour_that_is_left_out_comes_the_moment_after_and_one_that_comes_twice_the_first_time(
    zone: str, name: str, at: str
) -> None:
    day = datetime.fromisoformat(name[:10]).weekday()
    found = next(backwards([(day, int(name[11:]))], ZoneInfo(zone), parse_iso(at)))
    assert (found.name, found.at) == (name, parse_iso(at))
    assert newest([(day, int(name[11:]), found.at)], ZoneInfo(zone), found.at + DAY) is None


def test_a_day_that_was_put_after_its_hour_leaves_the_one_before() -> None:
    now = parse_iso("2026-05-07T12:00Z")  # a Thursday
    found = newest([(0, 7, 0), (3, 7, now - HOUR)], ZoneInfo("UTC"), now)
    assert found is not None and found.name == "2026-05-04T07"
    assert newest([], ZoneInfo("UTC"), now) is None
