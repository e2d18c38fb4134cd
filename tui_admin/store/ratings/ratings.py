"""The rows of a replay: written in batches beside those that are read, read to go on with, replaced one by one."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, and_, delete, select

from ..bulk import insert_rows
from ..selection import among
from ..tables import assessment_ratings, learner_ratings, skill_ratings, skill_references
from .input import Ids, pairs_to_join, streamed
from .input import Rows as Batches

Rows = Iterable[Sequence[Any]]


def write(connection: Connection, table: Table, rows: Rows) -> int:
    """Add rows, in the order of the table's columns; how many."""
    return insert_rows(connection, table, table.c.keys(), rows)


def replace(connection: Connection, table: Table, rows: Rows) -> None:
    """Put rows in the place of those with the same key."""
    if connection.dialect.name == "sqlite":
        # Several rows in one statement lie on many pages, each of which would be put aside for it to be undone alone.
        marks = ", ".join("?" * len(table.c))
        driver: Any = connection.connection.driver_connection
        driver.executemany(f"INSERT OR REPLACE INTO {table.name} VALUES ({marks})", rows)
        return
    replay, *others = table.primary_key.columns
    if rows := list(rows):
        _, *named = pairs_to_join(connection, np.array([(row[1], row[len(others)]) for row in rows]))
        same = [own == one for own, one in zip(others, named, strict=False)]
        connection.execute(delete(table).where(replay == rows[0][0], *same))
        write(connection, table, rows)


def of_learners_in_skills(connection: Connection, replay: int, asked: Ids) -> Batches:
    """The ratings of learners in skills, named in pairs, in no order: rows of `skill_ratings` without the replay."""
    pairs, learner, skill = pairs_to_join(connection, asked)
    same = and_(skill_ratings.c.learner_id == learner, skill_ratings.c.skill_id == skill)
    _, *own = skill_ratings.c
    query = select(*own).select_from(pairs).join(skill_ratings, same)
    return streamed(connection, query.where(skill_ratings.c.replay_id == replay))


def of_learners(connection: Connection, replay: int, learners: Iterable[int]) -> Batches:
    """The ratings of learners over all skills, in no order: rows of `learner_ratings` without the replay."""
    _, *own = learner_ratings.c
    theirs = among(connection, learner_ratings.c.learner_id, learners)
    return streamed(connection, select(*own).where(learner_ratings.c.replay_id == replay, theirs))


def of_assessments(connection: Connection, replay: int) -> list[Any]:
    """The difficulties of all assessments that anybody tried."""
    own = assessment_ratings.c
    query = select(own.assessment_id, own.difficulty, own.attempts)
    return list(connection.execute(query.where(own.replay_id == replay)))


def references(connection: Connection, replay: int) -> dict[int, float]:
    """What the ratings of each skill are compared with."""
    own = skill_references.c
    query = select(own.skill_id, own.difficulty).where(own.replay_id == replay)
    return dict(connection.execute(query).all())
