"""Rating a store: the same as the plain computation, whether all is replayed or only what is new."""

import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, func, insert, select, update

from tests.portal.ratings.attempts import START, WORK, attempt, invented, organization, put
from tests.portal.ratings.plain_ratings import Rated, alike, plain, stored
from tui_admin.portal import organization as portal_organization
from tui_admin.portal.ratings import rating
from tui_admin.portal.ratings.rating import Run
from tui_admin.rules.errors import Cancelled
from tui_admin.rules.progress import Progress, unheard
from tui_admin.rules.times import DAY, Instant
from tui_admin.store.engine import Store
from tui_admin.store.ratings import runs
from tui_admin.store.tables import (
    assessments,
    attempts,
    course_skills,
    courses,
    memberships,
    rating_runs,
    skill_ratings,
    skill_references,
    skills,
)
from tui_admin.store.tables import organization as stored_organization

NOW = START + 400 * DAY


@pytest.fixture
def taught(store: Store) -> Store:
    """Courses and people, and nothing handed in yet."""
    with store.write() as connection:
        organization(connection)
    return store


def rated(store: Store) -> Run:
    run = rating.rate(store, NOW)
    assert run is not None
    return run


def holds(store: Store) -> None:
    """That the ratings are what the plain computation comes to."""
    with store.read() as connection:
        found, expected = stored(connection), plain(connection)
    for name, rows in expected.items():
        assert found[name].keys() == rows.keys(), name
        for key, row in rows.items():
            assert alike(found[name][key], row), (name, key, found[name][key], row)


def everything(store: Store) -> Rated:
    with store.read() as connection:
        return stored(connection)


def test_a_replay_comes_to_what_the_plain_model_does(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 400))
    run = rated(taught)
    assert run.anew and run.rated == run.attempts > 300 and run.notes.unusable > 0
    holds(taught)
    assert {len(row) for row in everything(taught)["history"].values()} == {5}


def test_nothing_is_written_where_nothing_changed(taught: Store) -> None:
    assert rating.rate(taught, NOW) is None
    with taught.write() as connection:
        put(connection, invented(1, 50))
    first = rated(taught)
    second = rated(taught)
    assert (second.id, second.rated) == (first.id, 0)


@pytest.mark.parametrize("change", [delete(attempts), update(attempts).values(attempted_at=None, graded_at=None)])
def test_nothing_is_written_where_nothing_is_left_to_rate(taught: Store, change: Executable) -> None:
    with taught.write() as connection:
        put(connection, invented(3, 40))
    rated(taught)
    with taught.write() as connection:
        connection.execute(change)
    first = rated(taught)
    assert (first.attempts, rated(taught).id) == (0, first.id)
    with taught.write() as connection:
        put(connection, invented(3, 40, first=100))
    assert rated(taught).rated > 0


def test_what_comes_after_is_rated_alone_and_comes_to_the_same(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 300))
    first = rated(taught)
    with taught.write() as connection:
        newest = max(row["graded_at"] or row["attempted_at"] for row in invented(1, 300))
        put(connection, invented(2, 40, 301, newest + 4 * DAY))
    run = rated(taught)
    assert not run.anew and run.replay_id == first.id and run.attempts == first.attempts + run.rated
    holds(taught)
    once = everything(taught)
    again(taught)
    assert everything(taught) == once


def again(store: Store, progress: Progress = unheard) -> Run:
    """All rated anew, whatever was rated."""
    with store.write() as connection:
        connection.execute(update(rating_runs).values(input_hash="0|0:0:0"))
    run = rating.rate(store, NOW, progress=progress)
    assert run is not None and run.anew
    return run


def newest(store: Store) -> Instant:
    with store.read() as connection:
        later = func.max if connection.dialect.name == "sqlite" else func.greatest
        both = func.coalesce(attempts.c.graded_at, 0), func.coalesce(attempts.c.attempted_at, 0)
        found: Instant = connection.scalar(select(func.max(later(*both))).where(attempts.c.score.is_not(None))) or START
        return found


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["later", "later", "later", "tied", "late", "corrected", "deleted", "another course's"]),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=6,
)


def step(store: Store, what: str, seed: int) -> None:
    """Something that happens to attempts between two ratings."""
    rng, at = Random(seed), newest(store)
    with store.write() as connection:
        ids = list(connection.scalars(select(attempts.c.id).order_by(attempts.c.id)))
        following = max(ids, default=0) + 1
        match what:
            case "later":
                put(connection, invented(seed, rng.randrange(1, 6), following, at + rng.randrange(3) * DAY + DAY + 1))
            case "tied":
                told = {"score": 70.0, "max_score": 100.0, "passing_score": 60.0, "graded_at": at}
                put(
                    connection,
                    [attempt(following, rng.randrange(1, 8), rng.randrange(1, 6), at + 1 - seed % 3, **told)],
                )
            case "late":
                put(connection, invented(seed, 2, following, START - rng.randrange(100) * DAY - DAY // 3))
            case "corrected" if ids:
                one = attempts.c.id == rng.choice(ids)
                connection.execute(update(attempts).where(one).values(score=rng.choice((None, 1.0, 99.5))))
            case "deleted" if ids:
                connection.execute(delete(attempts).where(attempts.c.id == rng.choice(ids)))
            case "another course's":
                course_of = {"course_id": rng.choice((1, 2, 3))}
                connection.execute(
                    update(assessments).where(assessments.c.id == rng.choice(list(WORK))).values(course_of)
                )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 40), STEPS)
def test_whatever_happens_between_ratings_they_are_those_of_one_replay(
    sqlite_template: Path, tmp_path: Path, count: int, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path / "store.db"
    for old in tmp_path.glob("store.db*"):
        old.unlink()
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    with store.write() as connection:
        organization(connection)
        if count:
            put(connection, invented(count, count))
    rating.rate(store, NOW)
    for what, seed in steps:
        step(store, what, seed)
        run = rating.rate(store, NOW)
        if run is not None:
            event(f"{what}, {'anew' if run.anew else 'alone' if run.rated else 'nothing'}")
    if run is not None:
        once, notes = everything(store), run.notes
        assert again(store).notes == notes
        assert everything(store) == once
        holds(store)
    store.close()


def test_new_attempts_that_say_nothing_are_none_and_all_is_as_it_was(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 80))
    first = rated(taught)
    with taught.write() as connection:
        put(connection, [attempt(200, 1, 1, START + 380 * DAY, score=5.0, max_score=0.0)])
    run = rated(taught)
    assert (run.anew, run.rated, run.attempts) == (False, 0, first.attempts)
    assert run.notes.unusable == first.notes.unusable + 1
    holds(taught)


def test_an_attempt_that_was_graded_after_later_ones_were_handed_in_is_new(taught: Store) -> None:
    told = {"score": 70.0, "max_score": 100.0, "passing_score": 60.0}
    with taught.write() as connection:
        put(
            connection, [*invented(1, 80), attempt(100, 2, 2, START, max_score=10.0), attempt(101, 1, 1, START, **told)]
        )
    rated(taught)
    with taught.write() as connection:
        later = {"score": 9.0, "graded_at": START + 380 * DAY}
        connection.execute(update(attempts).where(attempts.c.id == 100).values(later))
    run = rated(taught)
    assert (run.anew, run.rated) == (False, 1)
    holds(taught)


@pytest.mark.parametrize("what", ["corrected", "deleted", "late"])
def test_new_attempts_are_not_rated_alone_where_an_old_one_changed_too(taught: Store, what: str) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 80))
    rated(taught)
    step(taught, "later", 3)
    step(taught, what, 3)
    assert rated(taught).anew
    holds(taught)


def test_a_rating_looks_at_one_state_though_others_write(taught: Store) -> None:
    """What is handed in while it reads is rated next time."""
    with taught.write() as connection:
        put(connection, invented(1, 80))
    rated(taught)
    step(taught, "later", 3)
    writing = iter([1])

    def meanwhile(_word: str, _done: int, _of: int) -> None:
        if next(writing, None):
            step(taught, "late", 5)

    again(taught, meanwhile)
    assert rated(taught).anew
    holds(taught)


def test_a_tie_with_the_newest_is_new_and_a_late_one_is_not(taught: Store) -> None:
    told = {"score": 70.0, "max_score": 100.0, "passing_score": 60.0}
    at = START + 9 * DAY
    with taught.write() as connection:
        put(connection, invented(1, 60)[:20])
        put(connection, [attempt(100, 1, 1, at + 90 * DAY, **told)])
    rated(taught)
    for id, moment, is_anew in ((101, at + 90 * DAY, False), (99, at + 90 * DAY, True), (102, at, True)):
        with taught.write() as connection:
            put(connection, [attempt(id, 3, 1 + id % 3, moment, **told)])
        run = rated(taught)
        assert (run.anew, run.rated) == (is_anew, run.attempts if is_anew else 1)
        holds(taught)


def test_two_courses_are_linked_by_whoever_comes_to_both(taught: Store) -> None:
    told = {"score": 70.0, "max_score": 100.0, "passing_score": 60.0}
    with taught.write() as connection:
        put(connection, [attempt(1, 1, 1, START, **told), attempt(2, 2, 3, START, **told)])
        put(connection, [attempt(3, 3, 5, START, **told), attempt(4, 4, 1, START, **told)])
    apart = rated(taught).notes
    assert apart.groups == [[1], [2], [3]] and list(apart.told)[-1].endswith("do not compare: 2")
    with taught.write() as connection:
        put(connection, [attempt(5, 6, 3, START + DAY, **told)])  # the other membership of who is in course 1
    run = rated(taught)
    assert not run.anew and run.notes.groups == [[1, 2], [3]]
    assert again(taught).notes == run.notes


def test_what_cannot_be_rated_is_left_out_and_said(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, [attempt(1, 1, 1, None, score=5.0), attempt(2, 1, 1, START, score=9.0, max_score=0.0)])
        put(connection, [attempt(3, 1, 2, START, score=9.0), attempt(4, 6, 2, START, score=3.0)])
        put(connection, [attempt(5, 2, 2, START), attempt(6, 2, 2, NOW + 900 * DAY, passed=True)])
    run = rated(taught)
    assert (run.attempts, run.notes.undated, run.notes.unusable, run.notes.repeated) == (2, 1, 1, 1)
    holds(taught)
    with taught.write() as connection:
        connection.execute(delete(attempts))
    assert (rated(taught).attempts, everything(taught)["skills"]) == (0, {})


def test_people_made_one_and_changed_settings_are_rated_anew(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(5, 60))
    first = rated(taught)
    with taught.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 7).values(learner_id=3))
    assert rated(taught).anew
    holds(taught)
    with taught.write() as connection:
        portal_organization.ensure(connection, NOW, email="ana@northwind.example")
        connection.execute(update(stored_organization).values(skill_parameters="learner=1/0.25"))
    assert rated(taught).anew
    with taught.read() as connection:
        kept = connection.execute(select(rating_runs.c.parameters).order_by(rating_runs.c.id)).scalars().all()
        rows = connection.scalars(select(skill_ratings.c.replay_id).distinct()).all()
    assert len(kept) == 3 and kept[-1].startswith("learner=1/0.25 ")
    assert first.id not in rows and len(rows) == 1


def test_stand_ins_come_and_go_with_their_courses(taught: Store) -> None:
    told = {"score": 70.0, "max_score": 100.0, "passing_score": 60.0}
    with taught.write() as connection:
        put(connection, [attempt(1, 1, 1, START, **told), attempt(2, 1, 5, START, **told)])
        connection.execute(update(courses).where(courses.c.id == 3).values(partner="Uni"))
    rated(taught)
    with taught.read() as connection:
        assert connection.scalars(select(skills.c.name).where(skills.c.stand_in)).all() == ["Craft (untagged courses)"]
    with taught.write() as connection:
        connection.execute(update(skills).where(skills.c.id == 2).values(name="Renamed"))
    assert not rated(taught).rated
    with taught.write() as connection:
        connection.execute(delete(course_skills).where(course_skills.c.skill_id == 2))
        connection.execute(insert(course_skills).values(course_id=3, skill_id=1, relevance=1.0))
    assert rated(taught).anew


def hear(heard: set[str], word: str, _done: int, _of: int) -> None:
    heard.add(word)


def rated_and_then_late(store: Store) -> object:
    """Rate attempts, then hand in some that belong before them; what was rated."""
    with store.write() as connection:
        put(connection, invented(1, 80))
    rated(store)
    before = everything(store)
    with store.write() as connection:
        put(connection, invented(2, 10, 81, START - 90 * DAY))
    return before


def is_rated_once_more(store: Store) -> None:
    """The next rating replays all, and nothing is left of one that ended early."""
    assert rated(store).anew
    with store.read() as connection:
        assert runs.leftovers(connection) == []
        assert connection.scalar(select(func.count()).select_from(rating_runs)) == 2
    holds(store)


def test_a_stopped_rating_leaves_what_was_read(taught: Store) -> None:
    before = rated_and_then_late(taught)
    for word in ("reading", "rating", "skill ratings", "skill history"):
        heard: set[str] = set()
        stop = partial(heard.__contains__, word)
        with pytest.raises(Cancelled):
            rating.rate(taught, NOW, progress=partial(hear, heard), cancelled=stop)
        assert everything(taught) == before
    is_rated_once_more(taught)


def test_of_two_who_rate_at_once_the_second_finds_nothing_to_do(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 80))
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda _: rated(Store(taught.url)), range(2)))
    assert sorted(run.rated for run in both) == [0, both[0].attempts]
    assert both[0].id == both[1].id
    holds(taught)


KILLED_AT = """
import os, signal, sys
from tui_admin.portal.ratings import rating
from tui_admin.store.engine import Store

def hear(word, done, of):
    if word == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

rating.rate(Store(sys.argv[1]), 0, progress=hear)
"""


@pytest.mark.parametrize("word", ["rating", "skill history", "skill references"])
def test_a_rating_killed_in_the_middle_changes_nothing_and_leaves_nothing(taught: Store, word: str) -> None:
    before = rated_and_then_late(taught)
    words = [sys.executable, "-c", KILLED_AT, taught.url.render_as_string(hide_password=False), word]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert everything(taught) == before
    is_rated_once_more(taught)


def test_a_day_begins_with_an_attempt_that_is_rated(taught: Store) -> None:
    """One that says nothing to rate begins none: what is compared with changes with the next one only."""
    with taught.write() as connection:
        put(connection, invented(6, 120))
    day = newest(taught) // DAY + 1
    told = {"max_score": 100.0, "passing_score": 60.0}
    with taught.write() as connection:
        for id, score in ((200, 90.0), (201, 10.0)):
            put(connection, [attempt(id, id - 199, 1, day * DAY, score=score, **told)])
        put(connection, [attempt(202, 3, 1, (day + 1) * DAY, score=5.0, max_score=0.0)])
    rated(taught)
    with taught.write() as connection:
        put(connection, [attempt(203 + n, n, 1, (day + 1) * DAY + n, score=65.0, **told) for n in (1, 2, 3)])
    assert not rated(taught).anew
    once = everything(taught)
    with taught.read() as connection:
        references = dict(connection.execute(select(skill_references.c.skill_id, skill_references.c.difficulty)).all())
    again(taught)
    assert everything(taught) == once
    with taught.read() as connection:
        query = select(skill_references.c.skill_id, skill_references.c.difficulty)
        assert dict(connection.execute(query).all()) == references
    holds(taught)
