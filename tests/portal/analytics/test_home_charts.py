"""The charts of Home, against pandas and against what Home itself counts."""

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from tests.portal.analytics import plain
from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal import home, users
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.summary import Figure
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.charts import MASKED, WITHHELD, Chart
from tui_admin.rules.filters import parse
from tui_admin.rules.times import to_datetime
from tui_admin.store.engine import Store

TODAY = pd.Timestamp(to_datetime(NOW.now).date())


def chart(store: Store, name: str, where: str = "", **asked: Any) -> Chart:
    return read(store, ADA, Asked(name, parse(where), **asked), NOW)


def test_the_summary_adds_up_what_the_tables_hold(counted: Store) -> None:
    told = {row.cells[0]: row for row in chart(counted, "home-summary").rows}
    facts, activity = plain.enrollments(counted, removed=True), plain.frame(counted, "SELECT * FROM activity")
    days = pd.to_datetime(activity.day)
    assert told["Enrollments"].cells[1] == len(facts) == home.summary(counted, ADA, NOW.now, UTC).enrollments.total
    assert told["Enrollments"].n == facts.learner_id.nunique()
    assert told["Learning hours (~)"].cells[1] == pytest.approx(facts.hours.sum(), abs=0.06)
    assert told["Lessons"].cells[1] == activity.lessons.sum()
    assert told["Enrollments"].cells[2] == (facts.day > TODAY - timedelta(days=30)).sum()
    assert told["Lessons"].cells[2] == activity.lessons[days > TODAY - timedelta(days=30)].sum()
    week = activity.minutes[days > TODAY - timedelta(days=7)].sum() / 60
    assert told["Learning hours (~)"].cells[-1] == pytest.approx(week, abs=0.15)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo"])
def test_home_tells_of_the_last_days_what_the_summary_does(counted: Store, zone: str) -> None:
    own, days = home.summary(counted, ADA, NOW.now, ZoneInfo(zone)), plain.frame(counted, "SELECT * FROM enrollments")
    local = pd.to_datetime(days.enrolled_at, unit="ms", utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    back = (pd.Timestamp(to_datetime(NOW.now, ZoneInfo(zone)).date()) - local.dt.normalize()).dt.days
    assert own.enrollments.gained == back.between(0, 29).sum()
    assert list(own.enrollments.weekly) == [(back // 7 == week).sum() for week in range(11, -1, -1)]
    if zone == "Europe/Berlin":  # the organization's; clocks change in these weeks
        _, _, gained, *weeks = chart(counted, "home-summary").rows[0].cells
        assert (gained, *weeks) == (own.enrollments.gained, *own.enrollments.weekly)


def test_chosen_days_and_a_filter_narrow_the_summary(counted: Store) -> None:
    day = TODAY.date() - timedelta(days=60)
    found = chart(counted, "home-summary", "country:Germany", since=day)
    facts, activity = plain.enrollments(counted, removed=True), plain.frame(counted, plain.ACTIVITY)
    german = activity[(activity.country == "Germany") & (pd.to_datetime(activity.day) >= pd.Timestamp(day))]
    assert found.rows[0].cells[1] == ((facts.country == "Germany") & (facts.day >= pd.Timestamp(day))).sum()
    assert found.rows[1].cells[1] == pytest.approx(german.minutes.sum() / 60, abs=0.15)
    assert found.rows[2].cells[1] == german.lessons.sum()


def test_a_week_of_few_people_is_not_what_is_left_of_the_days_around_it() -> None:
    """Of 30 days with nothing in the week they begin in, three weeks tell the fourth; so does all time of all weeks."""
    weeks = np.array([10.0, 20, 0, 2, *[0] * (home.WEEKS - 4)])
    people = np.array([9, 9, 0, 2, *[0] * (home.WEEKS - 4)])
    for total in (40, 32):
        figure = Figure(total, 9, np.append(weeks, 32.0), np.append(people, 9), is_known=True)
        whole, gained, *told = figure.cells(is_dated=True)
        assert (whole, gained) == (total, 32)
        assert told[-4:] == [MASKED, 0, 20, WITHHELD]
    weeks[4], people[4] = 60, 12
    figure = Figure(100, 30, np.append(weeks, 40.0), np.append(people, 12), is_known=True)
    assert figure.cells(is_dated=True)[-4:] == [MASKED, 0, 20, 10]


def test_the_funnel_counts_people_at_every_stage_they_reached(counted: Store) -> None:
    rows = chart(counted, "home-funnel").rows
    funnel = home.overview(counted, ADA, NOW.now).funnel
    assert [row.cells[1] for row in rows] == [funnel.invited, funnel.joined, funnel.enrolled, funnel.completed]
    for row in rows:
        assert users.count(counted, ADA, UsersQuery(parse(row.people or "")), NOW.now) == row.cells[1]


def test_the_funnel_of_a_filter_is_that_of_its_people(counted: Store) -> None:
    rows = chart(counted, "home-funnel", "program:data-foundations").rows
    members = plain.memberships(counted)
    members = members[members.program == "data-foundations"]
    joined = members[members.state == "MEMBER"]
    expected = [len(members), len(joined), ((joined.enrolled > 0) | (joined.completed > 0)).sum()]
    assert [row.n for row in rows[:3]] == expected


UNDATED = [name for name in registry.MODULES if not registry.maker(name).has_dates]


@pytest.mark.parametrize("name", UNDATED)
def test_days_change_nothing_where_a_chart_shows_how_things_stand(counted_sqlite: Store, name: str) -> None:
    for where in ("", "country:Germany"):
        found = chart(counted_sqlite, name, where, since=TODAY.date())
        assert found.rows == chart(counted_sqlite, name, where).rows != ()
        assert "days asked for change nothing" in found.notes[-1]
