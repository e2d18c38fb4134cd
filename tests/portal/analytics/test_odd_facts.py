"""Figures open their people where facts are odd: dated in the future, of next to nothing, of several memberships."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.benchmark_samples import document, imported
from tests.benchmark_samples import row as benchmark_row
from tests.demo.organizations import AT, copy_of, make, one, rows
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.opening import opened_people
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.rules.charts import Chart
from tui_admin.rules.filters import parse
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store


@pytest.fixture
def demo(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 120, per_member=3)
    yield store
    store.close()


def changed(store: Store, *statements: str) -> None:
    with store.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    refresh(store, AT)


def drop_skill(store: Store, id: int) -> None:
    with store.write() as connection:
        for column in ("course_skills.skill_id", "former_skill_names.skill_id", "skills.id"):
            connection.execute(text(f"DELETE FROM {column.partition('.')[0]} WHERE {column} = {id}"))


def chart(store: Store, name: str, where: str = "", *span: date, **choices: str) -> Chart:
    return read(store, ADA, Asked(name, parse(where), *span, choices=choices), NOW)


def test_who_stands_in_a_band_today_does_though_the_attempt_claims_to_be_of_later(demo: Store) -> None:
    later = AT + 30 * DAY
    changed(
        demo, f"UPDATE attempts SET attempted_at = {later} + id, graded_at = {later} + id WHERE membership_id % 3 = 0"
    )
    found = chart(demo, "mastery-over-time", count="currently")
    assert found.rows[-1].n == found.n == opened_people(demo, "", found.rows[-1].people) > found.rows[-2].n


def test_hours_of_next_to_nothing_are_some(demo: Store) -> None:
    changed(demo, "UPDATE enrollments SET hours = 0.001 WHERE hours > 0")
    (row, *_) = chart(demo, "hours-average", "", date(2025, 10, 1)).rows
    assert row.n == opened_people(demo, "", row.people) > 5


def test_a_skill_that_is_gone_since_it_was_rated_is_taken_for_no_other(demo: Store) -> None:
    before = {row.cells for row in chart(demo, "skill-distribution", show="all").rows}
    id = one(demo, "SELECT skill_id FROM skill_ratings GROUP BY skill_id ORDER BY count(*) DESC LIMIT 1")

    def drop_it(word: str, _done: int, _of: int) -> None:
        if word == "skill references":  # the last that is written of ratings
            drop_skill(demo, id)

    with demo.write() as connection:
        connection.execute(text("UPDATE rating_runs SET input_hash = 'another|0:0:0'"))
        connection.execute(text("DELETE FROM analytics_versions"))
    refresh(demo, AT, progress=drop_it)
    after = {row.cells for row in chart(demo, "skill-distribution", show="all").rows}
    assert after < before and len(after) == len(before) - 1


def test_a_store_that_never_imported_is_as_of_when_it_was_counted(demo: Store) -> None:
    changed(demo, "UPDATE organization SET data_as_of = NULL")
    found = chart(demo, "activity", "", date(2026, 1, 1), date(2999, 12, 31))
    assert found.as_of == AT and found.rows[-1].cells[0] == "2026-05-01" and found.rows[-1].unfinished


def test_a_skill_that_is_gone_since_it_was_counted_is_compared_with_nobody(demo: Store, tmp_path: Path) -> None:
    refresh(demo, AT)
    names = [row.name for row in rows(demo, "SELECT name FROM skills")]
    imported(demo, ADA, tmp_path / "b.json", document(*map(benchmark_row, names)), AT)
    before = {str(row.cells[0]) for row in chart(demo, "benchmark-now", show="all", removed="yes").rows}
    drop_skill(demo, one(demo, "SELECT id FROM skills WHERE name = :name", name=min(before)))
    demo.read_only = True  # so that nothing is counted anew
    after = {str(row.cells[0]) for row in chart(demo, "benchmark-now", show="all", removed="yes").rows}
    assert after == before - {min(before)}


def test_alternatives_one_of_which_is_negated_are_asked_of_the_person(demo: Store) -> None:
    """Whoever was once removed without a contract has none, and is a member by another one."""
    unused = "SELECT min(id) FROM programs WHERE id NOT IN (SELECT program_id FROM memberships WHERE learner_id = 1)"
    columns = "invitations_sent, enrolled, completed, failed, at_risk_ever, search_key"
    changed(
        demo,
        "UPDATE memberships SET state = 'MEMBER', contract_id = (SELECT min(id) FROM contracts) WHERE learner_id = 1",
        f"INSERT INTO memberships (program_id, learner_id, state, {columns}) "
        f"SELECT ({unused}), 1, 'DELETED_MEMBER', {columns} FROM memberships WHERE learner_id = 1 LIMIT 1",
    )
    where = "contract: or -contract:"
    for row in chart(demo, "home-funnel", where).rows:
        assert row.n == opened_people(demo, where, row.people)
