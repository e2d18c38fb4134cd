"""All attempts replayed: read, put through the model, written beside what is read, and shown at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Table

from ...rules.skills.model import Ratings
from ...rules.times import DAY
from ...store.ratings import input as store_input
from ...store.ratings import ratings as store_ratings
from ...store.ratings import runs as store_runs
from ...store.ratings.fingerprints import Fingerprint
from ...store.ratings.input import Graded
from ...store.tables import assessment_ratings, learner_ratings, skill_history, skill_ratings, skill_references
from . import runs
from .attempts import Owners, Prepared, gather, prepare, sort
from .linking import linked
from .rating_rows import Blocks, Rows
from .replaying import Work, course_steps, through
from .runs import Notes, Source
from .syllabus import Ints, Syllabus


@dataclass(frozen=True)
class Read:
    """All that a replay needs of the store."""

    prepared: Prepared
    learners: Ints
    syllabus: Syllabus
    source: Source
    notes: Notes


def read(connection: Connection, syllabus: Syllabus, told: Callable[[], Fingerprint], work: Work) -> Read:
    """Read and prepare all attempts; their fingerprint is asked for at the end."""
    both = [np.array(rows, dtype=np.int64) for rows in store_input.owners(connection)]
    whose = np.concatenate(both) if both else np.empty((0, 2), dtype=np.int64)
    owners = Owners(whose[:, 0], whose[:, 1])
    count = store_input.count(connection)
    found = gather(_told(store_input.graded(connection), count, work), count, owners, syllabus)
    last, unusable, ordered = found.last, found.unusable, sort(found.attempts, syllabus, found.moment)
    del found  # at ten million, ids and moments are 200 MB
    prepared = prepare(ordered, syllabus)
    member = int(whose[:, 0].max(initial=0))
    day = int(prepared.attempts.at[-1]) // DAY if len(prepared.attempts) else 0
    fingerprint, highest = told(), store_input.newest(connection)
    facts = runs.facts(connection, syllabus, work.parameters, member)
    source = Source(last, highest, day, member, fingerprint, facts)
    groups = linked(course_steps(prepared, syllabus))
    notes = Notes(fingerprint.undated, unusable, len(prepared.repeated), groups)
    return Read(prepared, owners.learners, syllabus, source, notes)


def replay(read: Read, work: Work) -> int:
    """Rate all attempts and show what came of it; how many."""
    prepared, syllabus = read.prepared, read.syllabus
    ratings = Ratings(syllabus.tags, len(syllabus.skills), len(read.learners), prepared.places, len(prepared.learner))
    moments = through(ratings, prepared, 0, work)
    values = runs.values(read.source, work.parameters, read.notes, ratings.ordinal, work.now)
    with work.store.write() as connection:
        run = store_runs.begin(connection, values)
    rows = Rows(run, ratings, prepared, syllabus, read.learners, moments)
    learning = np.flatnonzero(np.frombuffer(ratings.handed_in, dtype=np.int32))
    _write(work, skill_ratings, rows.all_in_skills(), len(prepared.learner))
    _write(work, skill_history, rows.history(), len(moments))
    _write(work, learner_ratings, rows.over_all(learning), len(learning))
    _write(work, assessment_ratings, iter([rows.assessments()]), len(syllabus.assessments))
    _write(work, skill_references, iter([rows.references()]), len(syllabus.skills))
    work.check()
    with work.store.write() as connection:
        store_runs.show(connection, run, {"finished_at": work.finished_at})
    return ratings.ordinal


def _write(work: Work, table: Table, blocks: Blocks, of: int) -> None:
    done = 0
    for block in blocks:
        work.check()
        with work.store.write() as connection:
            done += store_ratings.write(connection, table, block)
        work.progress(table.name.replace("_", " "), done, max(of, done))


def _told(batches: Iterator[Graded], of: int, work: Work) -> Iterator[Graded]:
    done = 0
    for batch in batches:
        work.check()
        yield batch
        done += len(batch.id)
        work.progress("reading", done, of)
