"""Charts of skills where little or nothing is known, or somebody is not to be named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tests.demo.organizations import AT, copy_of, make
from tests.portal.analytics import skill_checks
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.plain_skills import Plain
from tests.portal.conftest import Organization
from tui_admin.portal import undo
from tui_admin.portal.analytics import registry, small
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.person import erasing, listing, merging
from tui_admin.rules.charts import MASKED, Chart
from tui_admin.rules.filters import parse
from tui_admin.store.analytics import versions
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_answers, attempts, course_skills, courses, enrollments, learners

CHARTS = (
    "skill-distribution",
    "hours-to-mastery",
    "mastery-over-time",
    "leaderboard",
    "assessments-total",
    "assessments-average",
    "hours-average",
    "relevant-courses",
)


@pytest.fixture
def demo(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A demo of one's own, to change."""
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 120, per_member=3)
    yield store
    store.close()


def chart(store: Store, name: str, where: str = "", **choices: str) -> Chart:
    return read(store, ADA, Asked(name, parse(where), choices=choices), NOW)


def named(store: Store) -> list[object]:
    return [row.cells[2] for row in chart(store, "leaderboard", places="1000").rows]


@pytest.mark.parametrize("name", [*CHARTS, "glossary"])
def test_with_no_data_or_no_skills_a_chart_says_what_to_do_next(
    organization: Organization, sqlite_template: Path, tmp_path: Path, name: str
) -> None:
    empty = copy_of(sqlite_template, tmp_path / "empty.db")
    for store in (empty, organization.store):
        found = read(store, organization.ana, Asked(name), Moments(AT, AT))
        assert not found.rows
        assert any("import" in note.lower() for note in found.notes), found
    empty.close()


def test_with_a_catalogue_and_nothing_handed_in_every_chart_can_be_shown(demo: Store) -> None:
    with demo.write() as connection:
        connection.execute(delete(attempts))
    refresh(demo, AT)
    for name in registry.MODULES:
        for choice in registry.maker(name).choices:
            for value in choice.values or (("SQL",) if choice.name == "skill" else ("",)):
                assert chart(demo, name, **{choice.name: value}).title
    for by in ("programs", "units"):
        found = chart(demo, "benchmark-now", **{"with": by, "skill": "SQL"})
        assert (list(found.rows), found.title) == ([], f"Own {by} compared: nobody rated in SQL is in any")


def test_of_four_people_only_the_leaderboard_tells(counted_sqlite: Store) -> None:
    four = list(dict.fromkeys(map(str, named(counted_sqlite))))[:4]
    where = " or ".join(f"email:={email}" for email in four)
    for name in registry.MODULES:
        for choice in registry.maker(name).choices:
            for value in choice.values or (choice.chosen,):
                found = chart(counted_sqlite, name, where, **{choice.name: value})
                if registry.maker(name).is_masked:
                    assert (found.rows, found.title, found.n) == ((), small.TITLE, None), found
    assert {row.cells[2] for row in chart(counted_sqlite, "leaderboard", where).rows} == set(four)
    assert {name for name in registry.MODULES if not registry.maker(name).is_masked} == {"leaderboard", "glossary"}


def test_who_asked_not_to_be_listed_is_on_no_leaderboard_and_counts_elsewhere(demo: Store) -> None:
    refresh(demo, AT)
    first, before = str(named(demo)[0]), chart(demo, "skill-distribution", show="all")
    listing.unlist(demo, ADA, first, AT)
    assert first not in named(demo)
    assert chart(demo, "skill-distribution", show="all").rows == before.rows
    listing.relist(demo, ADA, first, AT)
    assert first in named(demo)
    undo.undo(demo, ADA, None, AT)
    with demo.read() as connection:
        assert connection.scalars(select(analytics_answers.c.chart)).all() == []
    assert first not in named(demo)


def test_hours_that_no_report_named_are_no_hours_in_a_median(store: Store) -> None:
    make(store, 120, per_member=3)
    with store.write() as connection:
        connection.execute(update(enrollments).where(enrollments.c.id % 3 > 0).values(hours=None))
    refresh(store, AT)
    with store.read() as connection:
        told = Plain(connection)
    to_reach, so_far = (chart(store, "hours-to-mastery", show="all", hours=by) for by in ("to-reach", "so-far"))
    skill_checks.hours_to_reach(to_reach, told)
    skill_checks.hours_so_far(so_far, told)
    rated = {pair for pair, row in told.ratings.items() if row["band"] != "unrated"}
    untold = {pair[0] for pair, hours in told.hours_so_far_of_each().items() if hours is None and pair in rated}
    assert any(f"No hours are known of {len(untold)} learners" in note for note in so_far.notes)


def test_however_many_of_the_first_are_not_listed_the_places_are_filled(demo: Store) -> None:
    refresh(demo, AT)
    standing = list(dict.fromkeys(map(str, named(demo))))
    first = {row.cells[2] for row in chart(demo, "leaderboard").rows}
    with demo.write() as connection:
        connection.execute(update(learners).where(learners.c.email.in_(first)).values(unlisted=True))
        versions.forget_answers(connection)
    assert len(standing) > len(first)
    assert set(named(demo)) == set(standing) - first
    assert chart(demo, "leaderboard").rows


def test_who_was_erased_is_named_nowhere_and_counts_as_before(demo: Store) -> None:
    refresh(demo, AT)
    first, before = str(named(demo)[0]), chart(demo, "skill-distribution", show="all")
    erasing.erase(demo, ADA, erasing.plan_erase(demo, ADA, first), AT)
    assert first not in named(demo)
    assert all(row.cells[1] for row in chart(demo, "leaderboard").rows)
    assert chart(demo, "skill-distribution", show="all").rows == before.rows


def test_two_records_made_one_are_one_learner(demo: Store) -> None:
    refresh(demo, AT)
    keep, other = list(dict.fromkeys(map(str, named(demo))))[:2]
    merging.merge(demo, ADA, merging.plan_merge(demo, ADA, keep, other, AT), AT)
    refresh(demo, AT)
    with demo.read() as connection:
        told = Plain(connection)
    assert other not in named(demo)
    found = chart(demo, "assessments-total", show="all")
    expected = told.assessments("graded")
    assert {row.cells[0]: row.cells[3] for row in found.rows if row.cells[3] != MASKED} == {
        skill: people for skill, (_, people) in expected.items() if people >= 5
    }


def test_a_course_without_skills_counts_for_its_partners_domain_and_says_so(demo: Store) -> None:
    with demo.write() as connection:
        busiest = select(courses.c.id).order_by(courses.c.id).limit(8)
        connection.execute(delete(course_skills).where(course_skills.c.course_id.in_(busiest)))
    refresh(demo, AT)
    found = chart(demo, "skill-distribution", show="all")
    stand_ins = [str(row.cells[0]) for row in found.rows if "(untagged courses)" in str(row.cells[0])]
    assert stand_ins
    assert any("partner's domain" in note and stand_ins[0] in note for note in found.notes)
    with demo.read() as connection:
        assert Plain(connection).distribution().keys() == {row.cells[0] for row in found.rows}


def test_courses_that_no_learner_links_to_the_others_are_named(demo: Store) -> None:
    refresh(demo, AT)
    with demo.read() as connection:
        told = Plain(connection)
    of_learner: dict[int, set[int]] = {}
    for learner, work in told.first:
        of_learner.setdefault(learner, set()).add(told.course_of[work])
    groups: list[set[int]] = []
    for together in of_learner.values():
        linked = [group for group in groups if group & together]
        groups = [group for group in groups if not group & together] + [together.union(*linked)]
    apart = sum(map(len, groups)) - max(map(len, groups))
    assert apart > 3
    for name in ("skill-distribution", "mastery-over-time", "leaderboard"):
        (note,) = [note for note in chart(demo, name).notes if note.startswith("Not linked")]
        assert f" and {apart - 3} more is rated elsewhere" in note


def test_a_filter_that_leaves_nobody_rated_is_not_said_to_be_a_store_without_ratings(demo: Store) -> None:
    refresh(demo, AT)
    rated = read(demo, ADA, Asked("own-ratings"), NOW)
    everywhere = read(demo, ADA, Asked("own-ratings", choices={"show": "all"}), NOW)
    assert rated.title == everywhere.title == f"{len(everywhere.rows)} skills are rated"
    assert rated.n is not None and rated.n <= 120
    for name in ("own-ratings", "skill-distribution", "relevant-courses"):
        found = read(demo, ADA, Asked(name, parse("band:")), NOW)
        assert found.title == "Nobody whom filter and days leave is rated"
        assert (found.n, list(found.rows), found.notes[-1][:10]) == (0, [], "Others may")
