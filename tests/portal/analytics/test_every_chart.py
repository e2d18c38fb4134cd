"""Every chart against a computation of its own from the raw tables, on both databases: of everybody, of those whom a
filter leaves, and between two days."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import pytest
from sqlalchemy import update

from tests.benchmark_samples import imported, of_two_days
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.every_chart import Cases, cases
from tests.portal.analytics.mean_checks import Document, by_how_many_are_rated
from tests.portal.analytics.opinions import give
from tests.portal.analytics.plain_skills import Who
from tests.portal.analytics.tables import Tables
from tests.postgres import Databases
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_versions

CASES = cases("SQL")
FILTERS: dict[str, Who] = {
    "": lambda membership, learner: True,
    "country:Germany": lambda membership, learner: learner["country"] == "Germany",
    "program:data-foundations": lambda membership, learner: membership["program_id"] == 1,
}
DAYS = ((None, None), (date(2025, 11, 3), date(2026, 4, 20)))


@cache
def tables(store: Store) -> Tables:
    """What a store holds; nobody writes to these stores."""
    return Tables(store)


def test_every_chart_is_among_these() -> None:
    assert CASES.keys() == registry.MODULES.keys()


@pytest.mark.parametrize("name", [name for name in CASES if name != "feedback"])
def test_the_chart_is_what_the_tables_tell(counted: Store, name: str) -> None:
    agree(counted, name, CASES[name])


@pytest.mark.parametrize("name", ["feedback", "benchmark-now", "benchmark-over-time"])
def test_with_feedback_and_benchmarks_too(compared: tuple[Store, Sequence[Document]], name: str) -> None:
    store, documents = compared
    agree(store, name, cases("SQL", documents)[name])


def agree(store: Store, name: str, checks: Cases) -> None:
    """Ask for a chart with all that may be chosen, of all whom the filters leave."""
    has_dates = registry.maker(name).has_dates
    for choices, check in checks:
        for where, who in FILTERS.items():
            for since, until in DAYS if has_dates else DAYS[:1]:
                chart = read(store, ADA, Asked(name, parse(where), since, until, choices), NOW)
                assert chart.rows or where
                check(chart, tables(store).asked(who, since, until))


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
)
def compared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Sequence[Document]]]:
    """A copy of the demo with feedback and benchmarks, counted anew."""
    whole: Store = request.getfixturevalue(f"counted_{request.param}")
    folder = tmp_path_factory.mktemp("compared")
    whole.close()
    if request.param == "postgresql":
        databases: Databases = request.getfixturevalue("postgres_databases")
        store = Store(databases.copy(whole.engine.url.render_as_string(hide_password=False)))
    else:
        shutil.copy(str(whole.path), folder / "demo.db")
        store = Store(f"sqlite:///{folder / 'demo.db'}")
    give(store)
    with store.write() as connection:
        connection.execute(update(analytics_versions).values(current=False))
    refresh(store, NOW.clock)
    documents = of_two_days(by_how_many_are_rated(tables(whole).plain), "2026-01-31", "2026-04-30")
    for document in documents:
        imported(store, ADA, folder / "benchmark.json", document, NOW.clock)
    yield store, documents
    store.close()
