"""Charts over time: which days they show, whatever is asked for and whatever the facts claim."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.demo.organizations import AT, copy_of, make
from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.analytics.registry import MODULES, maker
from tui_admin.rules.charts import Chart
from tui_admin.rules.times import DAY, Instant
from tui_admin.store.analytics import versions
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_versions, enrollments, organization

TODAY = date(2026, 5, 6)
LONG_AFTER: Instant = AT + 30_000 * DAY
DATED = [name for name in MODULES if maker(name).has_dates]
OVER_TIME = ("activity", "mastery-over-time", "home-summary", "benchmark-over-time")


def chart(store: Store, name: str, **asked: Any) -> Chart:
    return read(store, ADA, Asked(name, **asked), NOW)


@pytest.mark.parametrize("name", OVER_TIME)
def test_a_fact_of_the_future_moves_no_chart(sqlite_template: Path, tmp_path: Path, name: str) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 60)
    refresh(store, AT)
    before = chart(store, name)
    with store.write() as connection:
        connection.execute(update(organization).values(data_as_of=LONG_AFTER))
        connection.execute(update(enrollments).where(enrollments.c.id == 1).values(enrolled_at=LONG_AFTER))
        connection.execute(update(analytics_versions).values(current=False))
    refresh(store, AT)
    after = chart(store, name)
    assert after.as_of == AT
    assert after.columns == before.columns
    assert [row.cells[0] for row in after.rows] == [row.cells[0] for row in before.rows]
    with store.read() as connection:
        version = versions.current(connection)
    assert version and version.data_as_of == LONG_AFTER
    store.close()


@pytest.mark.parametrize("name", DATED)
def test_days_to_come_are_not_shown(counted_sqlite: Store, name: str) -> None:
    until_today = chart(counted_sqlite, name, until=TODAY)
    assert chart(counted_sqlite, name, until=date.max) == until_today
    to_come = chart(counted_sqlite, name, since=date(2027, 1, 1))
    assert (to_come.title, to_come.rows) == ("Nothing is known of these days", ())
    assert any("2026-05-06" in note for note in to_come.notes)


def test_weeks_of_the_summary_are_named_as_they_are_counted(counted_sqlite: Store) -> None:
    found = chart(counted_sqlite, "home-summary", until=date(2026, 1, 31))
    assert [column.title for column in found.columns][-1] == "Week of 2026-01-25"
