"""When charts are counted anew, and what becomes of them where that is cut short or done twice at once."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import RowMapping, func, insert, select, update

from tests.benchmark_samples import document, imported, row
from tests.demo.organizations import AT, copy_of, make
from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal import edits, program_settings, settings, views
from tui_admin.portal.analytics import answers, registry
from tui_admin.portal.analytics.counting import chart_of
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.ratings.rating import rate
from tui_admin.rules.charts import Chart
from tui_admin.rules.errors import BadInput, Cancelled, StoreError
from tui_admin.rules.filters import parse
from tui_admin.rules.times import HOUR
from tui_admin.store import sizes
from tui_admin.store.analytics import versions
from tui_admin.store.analytics.columns import Columns
from tui_admin.store.copying import copy_tables
from tui_admin.store.engine import Store
from tui_admin.store.locks import alone
from tui_admin.store.tables import (
    analytics_answers,
    analytics_columns,
    analytics_versions,
    attempts,
    enrollments,
    programs,
)


@pytest.fixture
def demo(sqlite_template: Path, tmp_path: Path) -> Store:
    """A demo to write to, counted."""
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 60)
    refresh(store, AT)
    return store


def activity(store: Store, where: str = "") -> Chart:
    return read(store, ADA, Asked("activity", parse(where)), NOW)


def enroll_again(store: Store, city: str = "Elsewhere") -> None:
    """Something that changes a chart, as an act of an administrator that the journal knows."""
    with store.write() as connection:
        row = connection.execute(select(enrollments).limit(1)).mappings().one()
        taken = select(enrollments.c.course_id).where(enrollments.c.membership_id == row["membership_id"])
        other = connection.scalar(select(enrollments.c.course_id).where(enrollments.c.course_id.not_in(taken)).limit(1))
        connection.execute(insert(enrollments).values({**_told(row), "course_id": other}))
    edits.apply(store, ADA, edits.plan(store, ADA, (row["membership_id"],), {"city": city}), AT)


def hand_in(store: Store) -> None:
    """One more graded attempt, the newest of all, without a word in the journal."""
    with store.write() as connection:
        newest = select(attempts).where(attempts.c.score.is_not(None)).order_by(attempts.c.graded_at.desc()).limit(1)
        row = connection.execute(newest).mappings().one()
        later = {name: row[name] + HOUR for name in ("attempted_at", "graded_at")}
        connection.execute(insert(attempts).values(_told(row) | later))


def _told(row: RowMapping) -> dict[str, Any]:
    """A row without its number: another like it gets one of its own."""
    return {name: value for name, value in row.items() if name != "id"}


def held(store: Store) -> tuple[int, int, int]:
    """How many versions, columns and answers the store holds."""
    with store.read() as connection:
        tables = (analytics_versions, analytics_columns, analytics_answers)
        one, two, three = (connection.scalar(select(func.count()).select_from(table)) for table in tables)
        return one or 0, two or 0, three or 0


def test_a_change_is_counted_when_a_chart_is_asked_for(demo: Store) -> None:
    before = activity(demo)
    enroll_again(demo)
    after = activity(demo)
    assert int(after.title.split()[0]) == int(before.title.split()[0]) + 1
    assert held(demo)[0] == 1


def test_what_changes_no_chart_counts_nothing_anew(demo: Store) -> None:
    views.save(demo, ADA, "members", views.View("mine", "status:at-risk"))
    assert refresh(demo, AT) is None
    enroll_again(demo)
    assert refresh(demo, AT) is not None
    assert refresh(demo, AT) is None


def test_of_settings_those_of_days_and_of_the_model_alone_make_charts_stale(store: Store) -> None:
    make(store, 60)
    refresh(store, AT)
    for key, value in (("quiet-period", "9"), ("brand-color", "#224466")):
        settings.change(store, ADA, key, value, AT)
    assert refresh(store, AT) is None
    for key, value in (("time-zone", "Asia/Tokyo"), ("skill-parameters", "learner=1/0.25")):
        settings.change(store, ADA, key, value, AT)
        assert refresh(store, AT) is not None
        assert refresh(store, AT) is None


def test_a_kept_answer_is_what_would_be_counted(demo: Store) -> None:
    kept = activity(demo)
    with demo.write() as connection:
        connection.execute(analytics_answers.delete())
    assert activity(demo) == kept


def test_a_large_store_shows_what_was_counted_and_says_so(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "LARGE", 10)
    before = activity(demo)
    enroll_again(demo)
    shown = read(demo, ADA, Asked("activity"), Moments(AT, AT + 3 * HOUR))
    assert shown.rows == before.rows
    assert shown.notes[-1].startswith("Counted 3 h ago, 1 change since.")


def test_a_large_store_that_was_never_counted_says_so(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 60)
    monkeypatch.setattr(sizes, "LARGE", 10)
    assert activity(store).title == "Not counted yet"
    assert held(store) == (0, 0, 0)


def test_who_opened_the_store_to_read_sees_the_last_count(demo: Store) -> None:
    before = activity(demo)
    enroll_again(demo)
    reader = Store(demo.url, read_only=True)
    assert activity(reader).rows == before.rows
    reader.close()


def test_where_nobody_may_count_the_last_count_is_shown(demo: Store) -> None:
    before = activity(demo)
    enroll_again(demo)
    assert demo.path is not None
    lock = demo.path.with_name(f"{demo.path.name}.counting")
    lock.unlink()
    lock.mkdir()
    after = activity(demo)
    assert after.rows == before.rows
    assert after.notes[-1].startswith("Counted ") and "counting beside the store cannot be opened" in after.notes[-1]
    with demo.write() as connection:
        connection.execute(update(analytics_versions).values(current=False))
    with pytest.raises(StoreError):
        activity(demo)


def test_nothing_imported_and_nobody_left_are_told_apart(sqlite_store: Store, demo: Store) -> None:
    found = activity(sqlite_store)
    assert (found.title, list(found.rows)) == ("No people yet", [])
    assert "tui-admin import" in found.notes[0]
    assert activity(demo, "name:qqqqq").title == "The filter leaves nobody"


def test_a_store_that_does_not_exist_stays_so(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'none.db'}")
    assert activity(store).title == "No people yet"
    assert not store.exists


def test_a_filter_that_leaves_four_people_shows_no_figure(demo: Store) -> None:
    with demo.read() as connection:
        names = connection.exec_driver_sql(
            "SELECT email FROM learners WHERE id IN (SELECT learner_id FROM memberships WHERE state = 'MEMBER')"
        ).scalars()
        four = " or ".join(f'email:="{name}"' for name in list(names)[:4])
    found = activity(demo, four)
    assert (found.n, found.learners, list(found.rows)) == (None, "<5 learners", [])
    assert found.title.startswith("Fewer than 5 people")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("nothing"), "There is no chart"),
        (Asked("activity", choices={"by": "year"}), "by is one of month, week"),
        (Asked("activity", choices={"colour": "red"}), "nothing to choose called 'colour'"),
    ],
)
def test_what_is_no_chart_and_no_choice_is_refused(demo: Store, asked: Asked, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(demo, ADA, asked, NOW)


KILLED = """
import os, signal, sys
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.store.engine import Store

def told(word, done, of):
    if word == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

refresh(Store(sys.argv[1]), int(sys.argv[3]), progress=told)
"""


@pytest.mark.parametrize("word", ["enrollments", "charts"])
def test_killed_while_it_counts_the_last_count_stands(demo: Store, word: str) -> None:
    before, whole = activity(demo), held(demo)
    enroll_again(demo)
    address = demo.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, address, word, str(AT)], check=False)
    assert done.returncode == -9
    assert held(demo)[0] == 2
    reader = Store(demo.url, read_only=True)
    assert activity(reader).rows == before.rows
    reader.close()
    assert refresh(demo, AT) is not None
    assert held(demo)[0::2] == whole[0::2]
    assert int(activity(demo).title.split()[0]) == int(before.title.split()[0]) + 1


def test_what_names_people_is_not_kept_where_somebody_wrote_meanwhile(demo: Store) -> None:
    enroll_again(demo)

    def told(word: str, *_: int) -> None:
        if word == "charts":
            enroll_again(demo, "Nowhere")

    refresh(demo, AT, progress=told)
    with demo.read() as connection:
        version = versions.current(connection)
        assert version is not None
        kept = {name for name in ("activity", "leaderboard") if versions.kept(connection, version.id, name)}
    assert kept == {"activity"}
    refresh(demo, AT)
    with demo.read() as connection:
        version = versions.current(connection)
        assert version is not None and versions.kept(connection, version.id, "leaderboard")


def test_attempts_that_come_while_others_are_rated_are_rated_next(store: Store) -> None:
    make(store, 60)
    words: list[str] = []

    def told(word: str, *_: int) -> None:
        if word == "learner ratings" and word not in words:
            hand_in(store)
            enroll_again(store)
        words.append(word)

    first = refresh(store, AT, progress=told)
    second = refresh(store, AT)
    assert first and first.run and second and second.run
    assert second.run.attempts == first.run.attempts + 1
    assert refresh(store, AT) is None


def test_a_rating_by_itself_makes_the_charts_stale(store: Store) -> None:
    make(store, 60)
    refresh(store, AT)
    hand_in(store)
    run = rate(store, AT)
    assert run and not run.anew and run.rated == 1
    assert refresh(store, AT) is not None
    assert refresh(store, AT) is None


def test_what_another_program_counted_is_counted_anew(demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = activity(demo)
    monkeypatch.setattr(versions, "LAYOUT", versions.LAYOUT + 1)
    assert refresh(demo, AT) is not None
    assert activity(demo) == before
    assert held(demo)[0] == 1


COLUMNS_OF_LAYOUT = 3, "ba06c096"
"""The layout, and a digest of the columns it has."""


def test_whoever_changes_the_columns_raises_the_layout(demo: Store) -> None:
    with demo.read() as connection:
        names = sorted(connection.scalars(select(analytics_columns.c.name).distinct()))
    digest = hashlib.sha256(" ".join(names).encode()).hexdigest()[:8]
    assert (versions.LAYOUT, digest) == COLUMNS_OF_LAYOUT


def test_stopped_while_it_counts_the_last_count_stands(demo: Store) -> None:
    before = activity(demo)
    enroll_again(demo)
    words: list[str] = []
    with pytest.raises(Cancelled):
        refresh(demo, AT, progress=lambda word, *_: words.append(word), cancelled=lambda: "feedback" in words)
    reader = Store(demo.url, read_only=True)
    assert activity(reader).rows == before.rows
    reader.close()


def test_two_at_once_count_once(store: Store) -> None:
    make(store, 60)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(refresh(store, AT))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in found) == [False, True]
    assert held(store)[0] == 1


def test_who_waits_for_another_may_stop_waiting(demo: Store) -> None:
    enroll_again(demo)
    asked: list[int] = []

    def impatient() -> bool:
        asked.append(1)
        return len(asked) > 1

    with alone(demo, "counting", lambda: None), pytest.raises(Cancelled):
        refresh(demo, AT, cancelled=impatient)
    with demo.read() as connection:
        assert versions.current(connection) is not None


def test_a_store_copied_row_by_row_is_counted_anew(demo: Store, sqlite_store: Store) -> None:
    with demo.read() as source, sqlite_store.write() as target:
        copy_tables(source, target)
    assert held(sqlite_store) == (0, 0, 0)
    assert activity(sqlite_store).rows == activity(demo).rows


def shown(store: Store, **choices: str) -> Chart:
    return read(store, ADA, Asked("benchmark-now", choices=choices), NOW)


def kept_is_counted(store: Store) -> None:
    """That the benchmark charts that are kept are what would be counted now."""
    for name in ("benchmark-now", "benchmark-over-time"):
        with store.read() as connection:
            version = versions.current(connection)
            assert version is not None
            content = versions.kept(connection, version.id, name)
            assert content is not None
            assert answers.unpacked(content) == chart_of(registry.maker(name), Columns(connection, version), {})


def test_a_benchmark_imported_while_charts_are_counted_is_shown(store: Store, tmp_path: Path) -> None:
    make(store, 60, per_member=3)

    def told(word: str, *_: int) -> None:
        if word == "charts":
            imported(store, ADA, tmp_path / "b.json", document(row("SQL")), AT)

    assert refresh(store, AT, progress=told) is not None
    assert any("Peers e.V." in note for note in shown(store).notes)
    kept_is_counted(store)
    assert refresh(store, AT) is None


def test_benchmarks_imported_at_once_are_both_shown(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(store, 60, per_member=3)
    refresh(store, AT)
    whole, turn = answers.packed, list[str]()

    def slow(chart: Chart) -> str:
        if not turn:
            turn.append(chart.name)
            imported(store, ADA, tmp_path / "2.json", document(row("SQL", industry="Retail")), AT)
        return whole(chart)

    monkeypatch.setattr(answers, "packed", slow)
    imported(store, ADA, tmp_path / "1.json", document(row("SQL")), AT)
    assert turn and any("Retail" in note for note in shown(store).notes)
    kept_is_counted(store)


def test_a_benchmark_is_imported_though_no_chart_can_be_kept(
    demo: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StoreError("The disk is full; nothing was changed.")

    monkeypatch.setattr(versions, "keep", fails)
    imported(demo, ADA, tmp_path / "b.json", document(row("SQL")), AT)
    assert any("Peers e.V." in note for note in shown(demo).notes)


def test_a_program_renamed_has_its_new_name_in_charts(demo: Store) -> None:
    first = str(shown(demo).rows[0].cells[0])
    with demo.read() as connection:
        slug = connection.scalars(select(programs.c.slug).where(programs.c.name == first)).one()
    program_settings.change(demo, ADA, slug, "name", "Another", AT)
    assert shown(demo).rows[0].cells[0] == "Another"
    assert refresh(demo, AT) is None
