"""Charts of skills, against plain Python from the raw tables."""

import sqlite3
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.portal.analytics import skill_checks
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.opening import opened_people
from tests.portal.analytics.plain_skills import Plain, Who
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.analytics.skill_charts import effort, learning
from tui_admin.rules.charts import Chart
from tui_admin.rules.filters import parse
from tui_admin.store.analytics import skills as store_skills
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_versions

DAYS = date(2025, 11, 3), date(2026, 2, 20)
GERMANY, DATA, RATED = "country:Germany", "program:data-foundations", "skill:SQL band:intermediate"


def chart(store: Store, name: str, where: str = "", *days: date, **choices: str) -> Chart:
    return read(store, ADA, Asked(name, parse(where), *days, choices=choices), NOW)


WHO: dict[str, Who] = {
    "": lambda membership, learner: True,
    GERMANY: lambda membership, learner: learner["country"] == "Germany",
    DATA: lambda membership, learner: membership["program_id"] == 1,
}


@cache
def plain(store: Store, where: str = "") -> Plain:
    """What the tables hold of those whom a filter leaves; nobody writes to these stores."""
    with store.read() as connection:
        return Plain(connection, WHO[where])


@pytest.mark.parametrize("count", ["ever", "currently"])
@pytest.mark.parametrize("skill", ["", "Regression"])
def test_mastery_over_time_counts_who_got_there_by_the_end_of_each_month(
    counted: Store, count: str, skill: str
) -> None:
    found = chart(counted, "mastery-over-time", count=count, skill=skill)
    skill_checks.over_time(found, plain(counted), count, skill, plain(counted).day(NOW.now))


def test_days_cut_the_span_of_mastery_and_keep_who_got_there_before(counted_sqlite: Store) -> None:
    found = chart(counted_sqlite, "mastery-over-time", "", *DAYS, by="week")
    assert found.rows[0].cells[0] == "2025-11-03"
    assert found.rows[-1].cells[1] == plain(counted_sqlite).ever("intermediate", DAYS[1])


@pytest.mark.parametrize("skill", ["", "SQL"])
def test_leaders_stand_in_order(counted: Store, skill: str) -> None:
    skill_checks.leaders(chart(counted, "leaderboard", skill=skill, places="1000"), plain(counted), skill)


WITH_PEOPLE: list[tuple[str, dict[str, str]]] = [
    ("skill-distribution", {}),
    ("hours-to-mastery", {}),
    ("hours-to-mastery", {"hours": "so-far"}),
    ("mastery-over-time", {}),
    ("mastery-over-time", {"count": "currently", "skill": "Regression"}),
    ("leaderboard", {"skill": "SQL"}),
    ("assessments-total", {"count": "passed"}),
    ("hours-average", {}),
    ("relevant-courses", {"skill": "SQL", "band": "beginner"}),
]


@pytest.mark.parametrize(("name", "choices"), WITH_PEOPLE)
@pytest.mark.parametrize(("where", "removed"), [("", "no"), (GERMANY, "yes"), (DATA, "no"), (RATED, "no")])
def test_the_people_behind_a_figure_are_as_many_as_it_says(
    counted: Store, name: str, choices: dict[str, str], where: str, removed: str
) -> None:
    found = chart(counted, name, where, **choices, removed=removed)
    opened = [row for row in found.rows if row.people is not None][-3:]
    assert opened or where
    for row in opened:
        assert opened_people(counted, where, row.people) == row.n, row


@pytest.mark.parametrize("name", ["skill-distribution", "hours-to-mastery", "leaderboard", "relevant-courses"])
def test_days_choose_the_learners_who_began_then(counted_sqlite: Store, name: str) -> None:
    found = chart(counted_sqlite, name, "", *DAYS)
    opened = [row for row in found.rows if row.people is not None][:3]
    assert opened
    for row in opened:
        assert opened_people(counted_sqlite, "", row.people) == row.n, row


def test_both_databases_tell_the_same(counted: Store, counted_sqlite: Store) -> None:
    for name in registry.MODULES:
        assert chart(counted, name) == chart(counted_sqlite, name), name


def test_columns_cut_into_small_blocks_tell_the_same(
    counted_sqlite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(store: Store) -> list[Chart]:
        charts = [chart(store, name) for name in registry.MODULES]
        charts += [chart(store, name, "", *DAYS, show="all") for name in ("assessments-total", "hours-average")]
        charts += [chart(store, name, GERMANY, skill="SQL") for name in ("mastery-over-time", "leaderboard")]
        return charts

    expected = told(counted_sqlite)
    with closing(sqlite3.connect(str(counted_sqlite.path))) as whole, closing(sqlite3.connect(tmp_path / "cut")) as cut:
        whole.backup(cut)
    store = Store(f"sqlite:///{tmp_path / 'cut'}")
    with store.write() as connection:
        connection.execute(update(analytics_versions).values(current=False))
    for module in (store_skills, learning):
        monkeypatch.setattr(module, "ROWS", 40)
    monkeypatch.setattr(store_skills, "_CELLS", 4_000)
    monkeypatch.setattr(effort, "_CELLS", 900)
    refresh(store, NOW.now)
    assert told(store) == expected
    store.close()
