"""Every chart over the open-university data, against a computation of its own from the raw tables."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.benchmark_samples import imported, of_two_days
from tests.portal.analytics.every_chart import EVERYBODY, Cases, Days, agree, cases
from tests.portal.analytics.mean_checks import by_how_many_are_rated
from tests.portal.analytics.plain_skills import Who
from tests.portal.analytics.tables import Tables
from tests.real_data.conftest import NOW
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("oulad charts")]

SKILL = "Programming"
CASES = cases(SKILL)
SCOTS: Mapping[str, Who] = {"region:Scotland": lambda membership, learner: learner["region"] == "Scotland"}
FIRST_PROGRAM: Mapping[str, Who] = {"program:program-2013j": lambda membership, learner: membership["program_id"] == 1}
DAYS: Days = (date(2013, 9, 1), date(2014, 3, 31))
ASKED: tuple[tuple[Mapping[str, Who], Days], ...] = ((EVERYBODY, ()), (SCOTS, ()), (FIRST_PROGRAM, DAYS))


@pytest.fixture(scope="module")
def told(counted_oulad: Store) -> Tables:
    """What the tables hold."""
    return Tables(counted_oulad)


def agrees(store: Store, told: Tables, name: str, checks: Cases) -> None:
    for who, days in ASKED:
        agree(store, sign_in(store, None), Moments(NOW, NOW), name, checks, told, who, (days,))


@pytest.mark.parametrize("name", CASES)
def test_the_chart_is_what_the_tables_tell(counted_oulad: Store, told: Tables, name: str) -> None:
    agrees(counted_oulad, told, name, CASES[name])


@pytest.fixture(scope="module")
def compared(counted_oulad: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A copy to import benchmarks into."""
    path = tmp_path_factory.mktemp("compared") / "store.db"
    counted_oulad.close()
    store = Store(f"sqlite:///{shutil.copy(str(counted_oulad.path), path)}")
    yield store
    store.close()


def test_benchmarks_say_where_it_stands_among_others(compared: Store, told: Tables, tmp_path: Path) -> None:
    documents = of_two_days(by_how_many_are_rated(told.plain), "2014-03-31", "2015-01-31")
    for document in documents:
        imported(compared, sign_in(compared, None), tmp_path / "benchmark.json", document, NOW)
    found = cases(SKILL, documents)
    for name in ("benchmark-now", "benchmark-over-time"):
        agrees(compared, told, name, found[name])


def test_courses_without_skills_count_for_their_partner(counted_oulad: Store) -> None:
    asked = Asked("skill-distribution", choices={"show": "all"})
    found = read(counted_oulad, sign_in(counted_oulad, None), asked, Moments(NOW, NOW))
    assert any("partner's domain" in note for note in found.notes)
