"""Learner feedback, against pandas."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update

from tests.demo.organizations import copy_of, make
from tests.portal.analytics import plain
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.opening import opened_people
from tests.portal.analytics.opinions import give
from tui_admin.portal.analytics import small
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.rules.charts import MASKED, SMALL, Chart, behind
from tui_admin.rules.filters import parse
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_versions, feedback


@pytest.fixture(scope="module")
def opinions(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A demo in which everybody with an enrollment changed their mind about the first."""
    store = make(copy_of(sqlite_template, tmp_path_factory.mktemp("opinions") / "demo.db"), 300, per_member=2)
    give(store)
    return store


def chart(store: Store, of: str, where: str = "") -> Chart:
    return read(store, ADA, Asked("feedback", parse(where), choices={"of": of}), NOW)


def newest(store: Store, field: str, about: str) -> pd.DataFrame:
    """The newest answer of each learner, of members that were not removed."""
    found = plain.frame(store, plain.FEEDBACK)
    found = found[found[field].notna() & (found.state != "DELETED_MEMBER")]
    return found.drop_duplicates(["learner_id", about], keep="last")


def test_courses_by_the_lower_end_of_their_stars(opinions: Store) -> None:
    answers = newest(opinions, "stars", "course_id").groupby("course").stars
    rows = chart(opinions, "courses").rows
    assert {row.cells[0] for row in rows} == set(answers.count()[lambda n: n >= 5].index) != set()
    for name, stars, low, high, best, n in (row.cells for row in rows):
        own = answers.get_group(name)
        assert (stars, best, n) == (pytest.approx(own.mean()), pytest.approx((own == 5).mean()), len(own))
        assert isinstance(stars, float) and isinstance(low, float) and isinstance(high, float)
        assert 1 <= low < stars < high <= 5
    assert [row.cells[2] for row in rows] == sorted((row.cells[2] for row in rows), reverse=True)


def test_programs_by_the_share_who_recommend_them(opinions: Store) -> None:
    answers = newest(opinions, "recommend", "program_id").groupby("program").recommend
    rows = chart(opinions, "programs").rows
    assert rows
    for name, share, _, _, net, n in (row.cells for row in rows):
        own = answers.get_group(name)
        assert (share, n) == (pytest.approx((own >= 9).mean()), len(own))
        assert net == round(100 * ((own >= 9).mean() - (own <= 6).mean()))


def test_months_take_the_newest_answer_within_each(opinions: Store) -> None:
    found = plain.frame(opinions, plain.FEEDBACK)
    found = found[found.stars.notna() & (found.state != "DELETED_MEMBER")]
    found["month"] = (
        pd.to_datetime(found.given_at, unit="ms", utc=True).dt.tz_convert("Europe/Berlin").dt.strftime("%Y-%m-01")
    )
    months = found.drop_duplicates(["learner_id", "course_id", "month"], keep="last").groupby("month").stars
    rows = {
        row.cells[0]: row for row in chart(opinions, "months").rows if isinstance(row.cells[3], int) and row.cells[3]
    }
    assert len(rows) >= 3
    for month, row in rows.items():
        own = months.get_group(month)
        assert row.cells[1:4] == (pytest.approx(own.mean()), pytest.approx((own == 5).mean()), len(own))


@pytest.mark.parametrize("of", ["courses", "programs"])
@pytest.mark.parametrize("removed", ["no", "yes"])
@pytest.mark.parametrize("days", [(), (date(2026, 2, 1), date(2026, 4, 30)), (None, date(2026, 3, 20))])
def test_the_people_behind_a_row_are_as_many_as_it_says(
    opinions: Store, of: str, removed: str, days: tuple[date, ...]
) -> None:
    asked = Asked("feedback", parse("-country:Germany"), *days, choices={"of": of, "removed": removed})
    rows = read(opinions, ADA, asked, NOW).rows[:5]
    assert rows or days
    for row in rows:
        assert opened_people(opinions, "-country:Germany", row.people) == row.n


def test_a_month_opens_those_who_gave_stars_and_those_who_said_whether_they_recommend(opinions: Store) -> None:
    found = chart(opinions, "months")
    answers = plain.frame(opinions, plain.FEEDBACK)
    answers = answers[answers.state != "DELETED_MEMBER"]
    answers["month"] = (
        pd.to_datetime(answers.given_at, unit="ms", utc=True).dt.tz_convert("Europe/Berlin").dt.strftime("%Y-%m-01")
    )
    seen = 0
    for row in found.rows:
        for field, at in (("stars", 3), ("recommend", 6)):
            own = answers[(answers.month == row.cells[0]) & answers[field].notna()].learner_id.nunique()
            opens = behind(found.columns, row, at)
            assert (opens is not None) == (own >= SMALL)
            if opens is not None:
                assert opened_people(opinions, "", opens) == own
                seen += 1
    assert seen > 3


def test_what_a_hidden_figure_means_is_said_where_there_is_one(opinions: Store) -> None:
    for of, is_hidden in (("courses", False), ("months", True)):
        found = chart(opinions, of)
        assert any(MASKED in row.cells for row in found.rows) is is_hidden
        assert (small.NOTE in found.notes) is is_hidden


def test_both_databases_tell_the_same(counted: Store, counted_sqlite: Store) -> None:
    for of in ("courses", "programs", "months"):
        assert chart(counted, of) == chart(counted_sqlite, of)


@pytest.fixture
def spread(opinions: Store, tmp_path: Path) -> Iterator[Store]:
    """The same, said over eight months instead of three."""
    opinions.close()
    store = Store(f"sqlite:///{shutil.copy(str(opinions.path), tmp_path / 'spread.db')}")
    with store.write() as connection:
        connection.execute(
            update(feedback).values(given_at=feedback.c.given_at - feedback.c.membership_id % 7 * 30 * DAY)
        )
        connection.execute(update(analytics_versions).values(current=False))
    yield store
    store.close()


def test_months_tell_in_words_where_stars_and_net_score_go(spread: Store) -> None:
    for of, at, about, word in (("months", 1, "stars", "of 5 stars"), ("net-by-month", 5, "recommend", "Net score")):
        found = chart(spread, of)
        assert [column.key for column in found.columns if column.drawn] == [found.columns[at].key]
        key = "course_id" if about == "stars" else "program_id"
        told = plain.frame(spread, plain.FEEDBACK)
        told = told[told[about].notna() & (told.state != "DELETED_MEMBER")]
        days = pd.to_datetime(told.given_at, unit="ms", utc=True).dt.tz_convert("Europe/Berlin")
        told = told.assign(month=days.dt.strftime("%Y-%m")).drop_duplicates(["learner_id", key, "month"], keep="last")
        known = told.groupby("month").learner_id.nunique()
        months = sorted(known[known >= 5].index)
        assert word in found.title and len(months) >= 6
        now, before = (told[told.month.isin(some)][about] for some in (months[-3:], months[-6:-3]))
        if about == "stars":
            expected = f"; {now.mean():.2f} in the last 3 months, {before.mean():.2f} in the 3 before"
        else:
            net = [f"{100 * ((own >= 9).mean() - (own <= 6).mean()):.0f}" for own in (now, before)]
            expected = f"; {net[0]} in the last 3 months, {net[1]} in the 3 before"
        assert found.title.endswith(expected)


def test_months_that_too_few_answered_in_say_so_and_draw_nothing(opinions: Store) -> None:
    found = chart(opinions, "months", "-country:Germany")
    assert found.rows and found.n
    members = plain.frame(opinions, plain.FEEDBACK)
    few = members[members.stars.notna() & (members.state == "MEMBER")].drop_duplicates("learner_id").learner_id[:4]
    with opinions.read() as connection:
        told = connection.exec_driver_sql("SELECT id, email FROM learners ORDER BY id").all()
        silent = connection.exec_driver_sql(
            "SELECT DISTINCT learner_id FROM memberships WHERE state = 'MEMBER' AND id NOT IN"
            " (SELECT membership_id FROM feedback)"
        ).scalars()
        chosen = {*few.tolist(), *list(silent)[:4]}
    asked = " or ".join(f"email:={email}" for id, email in told if id in chosen)
    found = chart(opinions, "months", asked)
    assert found.title == "Too few people gave stars to tell of any month"
    assert (found.n, found.learners, list(found.rows)) == (None, "<5 learners", [])
