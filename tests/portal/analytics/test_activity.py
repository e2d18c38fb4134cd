"""Learner activity, against pandas."""

from datetime import date

import pandas as pd
import pytest

from tests.portal.analytics import plain
from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal import users
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.charts import MASKED, SMALL, Chart
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store


def activity(store: Store, where: str = "", **asked: object) -> Chart:
    return read(store, ADA, Asked("activity", parse(where), **asked), NOW)  # type: ignore[arg-type]


def buckets(days: "pd.Series[pd.Timestamp]", by: str) -> "pd.Series[str]":
    return days.dt.to_period("M" if by == "month" else "W-SUN").dt.start_time.dt.date.astype(str)


def counted(facts: pd.DataFrame, by: str) -> dict[str, tuple[int, int, int]]:
    """Enrollments, completions and learners by the first day of each month or week that has any."""
    began = facts[facts.day.notna()].assign(bucket=lambda f: buckets(f.day, by), kind=0)
    ended = facts[facts.end.notna()].assign(bucket=lambda f: buckets(f.end, by), kind=1)
    both = pd.concat([began, ended])
    return {
        bucket: (int((rows.kind == 0).sum()), int((rows.kind == 1).sum()), rows.learner_id.nunique())
        for bucket, rows in both.groupby("bucket")
    }


@pytest.mark.parametrize("by", ["month", "week"])
@pytest.mark.parametrize("removed", ["no", "yes"])
def test_each_bucket_counts_what_the_tables_hold(counted_sqlite: Store, by: str, removed: str) -> None:
    chart = activity(counted_sqlite, choices={"by": by, "removed": removed})
    expected = counted(plain.enrollments(counted_sqlite, removed=removed == "yes"), by)
    assert chart.n == plain.enrollments(counted_sqlite, removed=removed == "yes").learner_id.nunique()
    told = {row.cells[0]: row for row in chart.rows}
    assert [bucket for bucket, row in told.items() if any(row.cells[1:])] == sorted(expected)
    for bucket, (enrolled, completed, learners) in expected.items():
        _, one, other = told[bucket].cells
        assert told[bucket].n == (None if learners < SMALL else learners)
        assert one == enrolled or isinstance(one, str)
        assert other == completed or isinstance(other, str)
    assert any(row.cells[1] == MASKED for row in chart.rows) or by == "month"
    assert [row.unfinished for row in chart.rows] == [False] * (len(chart.rows) - 1) + [True]


def test_months_that_chosen_days_cut_are_marked_as_unfinished(counted_sqlite: Store) -> None:
    cut = activity(counted_sqlite, since=date(2026, 1, 10), until=date(2026, 3, 20))
    whole = activity(counted_sqlite, since=date(2026, 1, 1), until=date(2026, 3, 31))
    assert [row.unfinished for row in cut.rows] == [True, False, True]
    assert [row.unfinished for row in whole.rows] == [False, False, False]
    assert any("cut by the days" in note for note in cut.notes) and cut.rows[1] == whole.rows[1]


def test_both_databases_tell_the_same(counted: Store, counted_sqlite: Store) -> None:
    assert activity(counted) == activity(counted_sqlite)


def test_a_filter_and_days_leave_the_facts_of_matching_memberships(counted: Store) -> None:
    chart = activity(counted, "country:Germany", since=date(2026, 2, 10), until=date(2026, 4, 20))
    facts = plain.enrollments(counted)
    facts = facts[facts.country == "Germany"]
    began = facts.day.between("2026-02-10", "2026-04-20")
    ended = facts.end.between("2026-02-10", "2026-04-20")
    assert 0 < ended.sum() < SMALL < began.sum()
    assert chart.title == f"{began.sum():,} enrollments, {MASKED} completions"
    assert [row.cells[0] for row in chart.rows] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    assert chart.n == facts[began | ended].learner_id.nunique()


def test_the_share_is_of_those_who_enrolled_then(counted_sqlite: Store) -> None:
    chart = activity(counted_sqlite, choices={"measure": "rate"})
    facts = plain.enrollments(counted_sqlite)
    cohorts = facts.assign(bucket=buckets(facts.day, "month")).groupby("bucket").completed.mean()
    told = {row.cells[0]: row.cells[2] for row in chart.rows if not isinstance(row.cells[2], str)}
    assert len(told) > 5
    assert told == pytest.approx({bucket: cohorts[bucket] for bucket in told})


@pytest.mark.parametrize("where", ["", "program:data-foundations", "-country:Germany", "status:at-risk"])
@pytest.mark.parametrize("measure", ["count", "rate"])
def test_the_people_behind_a_bucket_are_as_many_as_it_says(counted: Store, where: str, measure: str) -> None:
    chart = activity(counted, where, choices={"measure": measure})
    opened = [row for row in chart.rows if row.people is not None][-4:]
    assert opened
    for row in opened:
        query = UsersQuery(parse(f"{where} {row.people}"))
        assert users.count(counted, ADA, query, NOW.now) == row.n
