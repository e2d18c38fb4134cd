"""New attempts rated alone, where none before them changed: as a replay of all would, to the last digit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from ...rules.skills.bands import LEVELS
from ...rules.skills.model import Ratings
from ...rules.times import DAY
from ...store.ratings import input as store_input
from ...store.ratings import ratings as store_ratings
from ...store.ratings import runs as store_runs
from ...store.ratings.input import Fingerprint, Graded, Place
from ...store.tables import assessment_ratings, learner_ratings, skill_history, skill_ratings, skill_references
from . import runs
from .attempts import Owners, Prepared, gather, prepare
from .linking import linked
from .rating_rows import NEVER, Reached, Rows
from .replaying import Work, course_steps, through
from .runs import Notes, Source
from .syllabus import Ints, Places, Syllabus


@dataclass(frozen=True)
class Further:
    """All that is needed to go on with the replay of a run: its attempts from the number `since` on are new."""

    before: Row[Any]
    prepared: Prepared
    since: int
    learners: Ints
    syllabus: Syllabus
    source: Source
    notes: Notes


def read(
    connection: Connection,
    before: Row[Any],
    new: Sequence[tuple[Any, ...]],
    syllabus: Syllabus,
    fingerprint: Fingerprint,
    work: Work,
) -> Further:
    """Read and prepare the attempts of a run's learners that go with `new` ones (`store.ratings.input.beyond`)."""
    groups = runs.known_groups(before)
    course_of = dict(zip(syllabus.assessments.tolist(), syllabus.courses[syllabus.course].tolist(), strict=True))
    is_one = len(groups) == 1 and {course_of[row[2]] for row in new} <= set(groups[0])
    if is_one:
        rows = store_input.same_work(connection, sorted({(row[9], row[2]) for row in new}))
    else:  # the new ones may link courses to those that their learners were in before
        rows = store_input.all_work(connection, sorted({row[9] for row in new}))
    known = sorted((row for batch in rows for row in batch), key=itemgetter(0))
    graded, whose = Graded.of(known), np.array([row[9] for row in known], dtype=np.int64)
    members, which = np.unique(graded.membership, return_index=True)
    owners = Owners(members, whose[which])
    found = gather([graded], len(known), owners, syllabus)
    prepared = prepare(found.attempts, syllabus, found.moment)
    came, old = runs.reached(before), Notes(**json.loads(before.notes))
    assert came is not None
    ids = np.array([row[0] for row in new], dtype=np.int64)
    notes = Notes(
        fingerprint.undated,
        old.unusable + len(ids) - int(np.isin(ids, found.id).sum()),
        old.repeated + int(np.isin(found.id[prepared.repeated], ids).sum()),
        list(map(list, groups)) if is_one else linked(course_steps(prepared, syllabus), groups),
    )
    since = len(prepared.attempts) - int(np.isin(np.delete(found.id, prepared.repeated), ids).sum())
    newest = max(Place(row[3], row[4], row[0]) for row in new)
    member = store_input.newest_membership(connection)
    rated = prepared.attempts.at[since:]
    day = int(rated[-1]) // DAY if len(rated) else came.day
    source = Source(newest, day, member, fingerprint, runs.facts(connection, syllabus, work.parameters, member))
    return Further(before, prepared, since, owners.learners, syllabus, source, notes)


def replay(read: Further, work: Work) -> int:
    """Rate the new attempts, then write and show what came of it in one transaction; how many."""
    prepared, syllabus, before = read.prepared, read.syllabus, read.before
    ratings = Ratings(syllabus.tags, len(syllabus.skills), len(read.learners), prepared.places, len(prepared.learner))
    with work.store.read() as connection:
        reached = _resume(connection, ratings, read)
    counted, handed_in = ratings.attempts[:], ratings.handed_in[:]
    moments = through(ratings, prepared, read.since, work)
    rows = Rows(before.replay_id, ratings, prepared, syllabus, read.learners, moments)
    changes = ratings.changes
    reached.note(np.array(changes.place), np.array(changes.level), moments)
    owned, learning = _changed(counted, ratings.attempts), _changed(handed_in, ratings.handed_in)
    values = runs.values(read.source, work.parameters, read.notes, ratings.ordinal, work.now)
    work.check()
    with work.store.write() as connection:
        store_ratings.replace(connection, skill_ratings, list(rows.in_skills(owned, reached.taken(owned))))
        store_ratings.replace(connection, learner_ratings, list(chain.from_iterable(rows.over_all(learning))))
        store_ratings.replace(connection, assessment_ratings, list(rows.assessments()))
        store_ratings.replace(connection, skill_references, list(rows.references()))
        store_ratings.write(connection, skill_history, chain.from_iterable(rows.history()))
        run = store_runs.go_on(connection, before.replay_id, values)
        store_runs.show(connection, run, {"finished_at": work.finished_at})
    return ratings.ordinal - int(before.attempts)


def _resume(connection: Connection, ratings: Ratings, read: Further) -> Reached:
    """Fill in what was known when the replay ended; what was reached by then."""
    replay, prepared, syllabus = read.before.replay_id, read.prepared, read.syllabus
    came = runs.reached(read.before)
    assert came is not None
    ratings.ordinal, ratings.day = read.before.attempts, came.day
    learners, skills = Places(read.learners), Places(syllabus.skills)
    if over_all := store_ratings.of_learners(connection, replay, read.learners.tolist()):
        ids, general, handed_in = (np.array(column) for column in zip(*over_all, strict=True))
        np.frombuffer(ratings.general)[learners.of(ids)] = general
        np.frombuffer(ratings.handed_in, dtype=np.int32)[learners.of(ids)] = handed_in
    for id, difficulty, tried in store_ratings.of_assessments(connection, replay):
        (place,) = syllabus.by_id.of(np.array([id])).tolist()
        ratings.difficulty[place], ratings.tried[place] = difficulty, tried
    for id, difficulty in store_ratings.references(connection, replay).items():
        (place,) = skills.of(np.array([id])).tolist()
        ratings.reference[place] = difficulty
    ratings.resume()
    reached = Reached.nothing(len(prepared.learner))
    both = zip(read.learners[prepared.learner].tolist(), syllabus.skills[prepared.skill].tolist(), strict=True)
    if rows := store_ratings.of_learners_in_skills(connection, replay, both):
        wide = len(syllabus.skills)
        key = prepared.learner.astype(np.int64) * wide + prepared.skill
        columns = tuple(zip(*(row[1:] for row in rows), strict=True))
        found = learners.of(np.array(columns[0])).astype(np.int64) * wide + skills.of(np.array(columns[1]))
        place = np.searchsorted(key, found)
        np.frombuffer(ratings.own)[place] = columns[2]
        np.frombuffer(ratings.information)[place] = columns[3]
        np.frombuffer(ratings.attempts, dtype=np.int32)[place] = columns[4]
        np.frombuffer(ratings.level, dtype=np.int8)[place] = [_LEVEL[band] for band in columns[5]]
        reached.first[place] = [_LEVEL[band] for band in columns[6]]
        reached.intermediate[place] = [NEVER if at is None else at for at in columns[7]]
        reached.advanced[place] = [NEVER if at is None else at for at in columns[8]]
    return reached


_LEVEL: dict[str | None, int] = {None: 0, **{str(band): level for level, band in enumerate(LEVELS)}}


def _changed(before: Any, after: Any) -> Ints:
    return np.flatnonzero(np.frombuffer(before, dtype=np.int32) != np.frombuffer(after, dtype=np.int32))
