"""New attempts rated alone, where none before them changed: as a replay of all would, to the last digit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from ...rules.skills.bands import LEVELS
from ...rules.skills.model import Ratings
from ...rules.times import DAY
from ...store.ratings import input as store_input
from ...store.ratings import ratings as store_ratings
from ...store.ratings import runs as store_runs
from ...store.ratings.fingerprints import Fingerprint
from ...store.ratings.input import HASH, Graded, Place
from ...store.tables import assessment_ratings, learner_ratings, skill_history, skill_ratings, skill_references
from . import runs
from .attempts import Owners, Prepared, gather, prepare, sort
from .linking import linked
from .rating_rows import NEVER, Reached, Rows
from .replaying import Work, course_steps, through
from .runs import HighWater, Notes, Source
from .syllabus import Ints, Places, Syllabus


@dataclass(frozen=True)
class Further:
    """All that is needed to go on with the replay of a run: its attempts from the number `since` on are new, `ratings`
    are as they were before them, and `reached` is what was reached by then."""

    before: Row[Any]
    prepared: Prepared
    since: int
    learners: Ints
    syllabus: Syllabus
    ratings: Ratings
    reached: Reached
    source: Source
    notes: Notes


def read(
    connection: Connection,
    before: Row[Any],
    came: HighWater,
    new: Sequence[tuple[Any, ...]],
    syllabus: Syllabus,
    work: Work,
) -> Further:
    """Read and prepare the attempts of a run's learners that go with `new` ones (`store.ratings.input.beyond`), and
    their ratings. That those before them, as far as the run came, are as they were is taken for granted."""
    old = runs.notes(before)
    groups = old.groups
    added, of = store_input.with_learners([new])
    courses = syllabus.courses[syllabus.course[np.unique(syllabus.by_id.of(added.assessment))]]
    highest = store_input.newest(connection)
    until = came.last or highest  # what has a higher id and is not new makes the fingerprint another
    is_one = len(groups) == 1 and set(courses.tolist()) <= set(groups[0])
    if is_one:
        rows = store_input.same_work(connection, np.unique(np.stack([of, added.assessment], axis=1), axis=0), until)
    else:  # the new ones may link courses to those that their learners were in before
        rows = store_input.all_work(connection, np.unique(of), until)
    graded, whose = store_input.with_learners(rows)
    is_old = np.flatnonzero(np.isin(graded.id, added.id, invert=True))
    graded, whose = Graded.joined([graded.taken(is_old), added]), np.concatenate([whose[is_old], of])
    members, which = np.unique(graded.membership, return_index=True)
    owners = Owners(members, whose[which])
    found = gather([graded.taken(np.argsort(graded.id))], len(whose), owners, syllabus)
    prepared = prepare(sort(found.attempts, syllabus, found.moment), syllabus)
    ratings, reached = _resumed(connection, before, came.day, prepared, owners.learners, syllabus)
    is_new = np.isin(found.id, added.id)
    since = len(prepared.attempts) - int(np.delete(is_new, prepared.repeated).sum())
    at = prepared.attempts.at[since:]
    last = np.lexsort((added.id, added.moment, added.at))[-1]
    newest = Place(int(added.at[last]), int(added.moment[last]), int(added.id[last]))
    member = store_input.newest_membership(connection)
    facts, rated = before.input_hash.split("|")
    if member != came.member:
        facts = runs.facts(connection, syllabus, work.parameters, member)
    fingerprint = Fingerprint.parse(rated).and_of([row[HASH] for row in new])
    notes = Notes(
        fingerprint.undated,
        old.unusable + len(new) - int(is_new.sum()),
        old.repeated + int(is_new[prepared.repeated].sum()),
        groups if is_one else linked(course_steps(prepared, syllabus), groups),
    )
    day = int(at[-1]) // DAY if len(at) else came.day
    source = Source(newest, highest, day, member, fingerprint, facts)
    return Further(before, prepared, since, owners.learners, syllabus, ratings, reached, source, notes)


class _Otherwise(Exception):
    """An attempt before the new ones changed."""


def replay(read: Further, told: Callable[[], Fingerprint], work: Work) -> int | None:
    """Rate the new attempts, then write and show what came of it in one transaction; how many. None, and nothing is
    written, where those before them turn out not to be as they were: the fingerprint of all is asked for at the end."""
    try:
        return _replayed(read, told, work)
    except _Otherwise:
        return None


def _replayed(read: Further, told: Callable[[], Fingerprint], work: Work) -> int:
    prepared, before, ratings, reached = read.prepared, read.before, read.ratings, read.reached
    counted, handed_in = ratings.attempts[:], ratings.handed_in[:]
    moments = through(ratings, prepared, read.since, work)
    rows = Rows(before.replay_id, ratings, prepared, read.syllabus, read.learners, moments)
    changes = ratings.changes
    reached.note(np.array(changes.place), np.array(changes.level), moments)
    owned, learning = _changed(counted, ratings.attempts), _changed(handed_in, ratings.handed_in)
    values = runs.values(read.source, work.parameters, read.notes, ratings.ordinal, work.now)
    work.check()
    with work.store.write() as connection:
        store_ratings.replace(connection, skill_ratings, rows.in_skills(owned, reached.taken(owned)))
        store_ratings.replace(connection, learner_ratings, chain.from_iterable(rows.over_all(learning)))
        store_ratings.replace(connection, assessment_ratings, rows.assessments())
        store_ratings.replace(connection, skill_references, rows.references())
        store_ratings.write(connection, skill_history, chain.from_iterable(rows.history()))
        if told() != read.source.attempts:
            raise _Otherwise
        run = store_runs.go_on(connection, before.replay_id, values)
        store_runs.show(connection, run, {"finished_at": work.finished_at})
    return ratings.ordinal - int(before.attempts)


def _resumed(
    connection: Connection, before: Row[Any], day: int, prepared: Prepared, who: Ints, syllabus: Syllabus
) -> tuple[Ratings, Reached]:
    """Ratings as they were when the replay ended, on a day, and what was reached by then."""
    ratings = Ratings(syllabus.tags, len(syllabus.skills), len(who), prepared.places, len(prepared.learner))
    ratings.ordinal, ratings.day = before.attempts, day
    learners, skills, replay = Places(who), Places(syllabus.skills), before.replay_id
    for rows in store_ratings.of_learners(connection, replay, who.tolist()):
        ids, general, handed_in = zip(*rows, strict=True)
        of = learners.of(np.array(ids))
        np.frombuffer(ratings.general)[of] = general
        np.frombuffer(ratings.handed_in, dtype=np.int32)[of] = handed_in
    work = store_ratings.of_assessments(connection, replay)
    for item, one in zip(_places(syllabus.by_id, [one.assessment_id for one in work]), work, strict=True):
        ratings.difficulty[item], ratings.tried[item] = one.difficulty, one.attempts
    compared = store_ratings.references(connection, replay)
    for number, difficulty in zip(_places(skills, list(compared)), compared.values(), strict=True):
        ratings.reference[number] = difficulty
    ratings.resume()
    reached = Reached.nothing(len(prepared.learner))
    wide = len(syllabus.skills)
    key = prepared.learner.astype(np.int64) * wide + prepared.skill
    both = np.stack([who[prepared.learner], syllabus.skills[prepared.skill]], axis=1)
    for rows in store_ratings.of_learners_in_skills(connection, replay, both):
        learner, skill, own, information, attempts, band, first, intermediate, advanced = zip(*rows, strict=True)
        asked = learners.of(np.array(learner)).astype(np.int64) * wide + skills.of(np.array(skill))
        place = np.searchsorted(key, asked)
        np.frombuffer(ratings.own)[place] = own
        np.frombuffer(ratings.information)[place] = information
        np.frombuffer(ratings.attempts, dtype=np.int32)[place] = attempts
        np.frombuffer(ratings.level, dtype=np.int8)[place] = list(map(_LEVEL.__getitem__, band))
        reached.first[place] = list(map(_LEVEL.__getitem__, first))
        reached.intermediate[place] = [NEVER if at is None else at for at in intermediate]
        reached.advanced[place] = [NEVER if at is None else at for at in advanced]
    return ratings, reached


def _places(of: Places, ids: list[int]) -> list[int]:
    found: list[int] = of.of(np.array(ids, dtype=np.int64)).tolist()
    return found


_LEVEL: dict[str | None, int] = {None: 0, **{str(band): level for level, band in enumerate(LEVELS)}}


def _changed(before: Any, after: Any) -> Ints:
    return np.flatnonzero(np.frombuffer(before, dtype=np.int32) != np.frombuffer(after, dtype=np.int32))
