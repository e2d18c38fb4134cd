"""Charts over the open-university data, against plain Python and pandas from the raw tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.analytics import plain, skill_checks
from tests.portal.analytics.plain_skills import Plain
from tests.real_data.conftest import NOW
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.rights import sign_in
from tui_admin.rules.charts import Chart
from tui_admin.rules.times import to_datetime
from tui_admin.store.engine import Store

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def oulad(oulad_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Plain]]:
    path = tmp_path_factory.mktemp("skills") / "store.db"
    shutil.copy(oulad_store, path)
    store = Store(f"sqlite:///{path}")
    refresh(store, NOW)
    with store.read() as connection:
        told = Plain(connection)
    yield store, told
    store.close()


def test_charts_of_skills_tell_what_the_tables_hold(oulad: tuple[Store, Plain]) -> None:
    store, told = oulad

    def chart(name: str, **choices: str) -> Chart:
        return read(store, sign_in(store, None), Asked(name, choices=choices), Moments(NOW, NOW))

    skill_checks.bands(found := chart("skill-distribution", show="all"), told)
    assert any("partner's domain" in note for note in found.notes)
    skill_checks.hours_to_reach(chart("hours-to-mastery", show="all"), told)
    skill_checks.hours_so_far(chart("hours-to-mastery", show="all", hours="so-far"), told)
    for count in ("ever", "currently"):
        last = to_datetime(found.as_of or NOW, told.zone).date()
        skill_checks.over_time(chart("mastery-over-time", count=count), told, count, "", last)
    skill_checks.leaders(chart("leaderboard", places="1000"), told, "")
    for count in ("graded", "passed", "attempts"):
        skill_checks.assessments(chart("assessments-total", show="all", count=count), told.assessments(count))
    skill_checks.hours_average(chart("hours-average", show="all"), told.hours_average())


def test_what_learning_adds_up_to_is_what_the_tables_hold(oulad: tuple[Store, Plain]) -> None:
    store, _ = oulad

    def chart(name: str) -> Chart:
        return read(store, sign_in(store, None), Asked(name), Moments(NOW, NOW))

    facts, members = plain.enrollments(store, removed=True, zone="UTC"), plain.memberships(store)
    summary = chart("home-summary")
    assert summary.rows[0].cells[1] == len(facts) > 30_000
    assert summary.rows[1].cells[1] in (None, pytest.approx(facts.hours.sum(), rel=1e-4))
    joined = members[members.state == "MEMBER"]
    stages = (members, joined, joined[(joined.enrolled > 0) | (joined.completed > 0)], joined[joined.completed > 0])
    assert [row.n for row in chart("home-funnel").rows] == [stage.learner_id.nunique() for stage in stages]
    staying = facts[facts.state != "DELETED_MEMBER"]
    months = staying.groupby(staying.day.dt.strftime("%Y-%m-01")).size()
    told = {row.cells[0]: row.cells[1] for row in chart("activity").rows if isinstance(row.cells[1], int)}
    assert {month: count for month, count in told.items() if count} == months[months.index.isin(list(told))].to_dict()
    assert len(told) > 5
    assert chart("feedback").title == "No stars were given yet"
