"""Every chart against a computation of its own from the raw tables, on both databases: of everybody, of those whom a
filter leaves, and between two days."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import pytest

from tests.benchmark_samples import imported, of_two_days
from tests.demo.organizations import make
from tests.portal.analytics.conftest import ADA, NOW, PEOPLE
from tests.portal.analytics.every_chart import EVERYBODY, Days, agree, cases
from tests.portal.analytics.mean_checks import Document, by_how_many_are_rated
from tests.portal.analytics.opinions import give
from tests.portal.analytics.plain_skills import Who
from tests.portal.analytics.tables import Tables
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store

SKILL = "Spreadsheet Analysis"
"""A skill that courses teach which are in a curriculum by themselves or with a specialization."""

CASES = cases(SKILL)
FILTERS: dict[str, Who] = {
    **EVERYBODY,
    "country:Germany": lambda membership, learner: learner["country"] == "Germany",
    "program:data-foundations": lambda membership, learner: membership["program_id"] == 1,
}
DAYS: tuple[Days, ...] = ((), (date(2025, 11, 3), date(2026, 4, 20)))


@cache
def tables(store: Store) -> Tables:
    """What a store holds; nobody writes to these stores."""
    return Tables(store)


def test_every_chart_is_among_these() -> None:
    assert CASES.keys() == registry.MODULES.keys()


@pytest.mark.parametrize("name", [name for name in CASES if name != "feedback"])
def test_the_chart_is_what_the_tables_tell(counted: Store, name: str) -> None:
    agree(counted, ADA, NOW, name, CASES[name], tables(counted), FILTERS, DAYS)


def test_courses_are_those_that_the_people_may_take(counted: Store) -> None:
    found = set()
    for program in tables(counted).frame("SELECT id, slug FROM programs").itertuples():
        asked = tables(counted).asked(lambda membership, _, id=program.id: membership["program_id"] == id, None, None)
        for choices, check in CASES["relevant-courses"]:
            chart = read(
                counted, ADA, Asked("relevant-courses", parse(f"program:{program.slug}"), None, None, choices), NOW
            )
            check(chart, asked)
            found.add(tuple(row.cells[0] for row in chart.rows))
    assert len(found) > len(CASES["relevant-courses"])


@pytest.mark.parametrize("name", ["feedback", "benchmark-now", "benchmark-over-time"])
def test_with_feedback_and_benchmarks_too(compared: tuple[Store, Sequence[Document]], name: str) -> None:
    store, documents = compared
    agree(store, ADA, NOW, name, cases(SKILL, documents)[name], tables(store), FILTERS, DAYS)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))]
)
def compared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Sequence[Document]]]:
    """The demo with feedback and benchmarks."""
    folder = tmp_path_factory.mktemp("compared")
    store = Store(f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), folder / 'demo.db')}")
    if request.param == "postgresql":
        store = Store(request.getfixturevalue("postgres_databases").new())
    give(make(store, PEOPLE, per_member=3))
    refresh(store, NOW.clock)
    documents = of_two_days(by_how_many_are_rated(tables(store).plain), "2026-01-31", "2026-04-30")
    for document in documents:
        imported(store, ADA, folder / "benchmark.json", document, NOW.clock)
    yield store, documents
    store.close()
