"""The rows of a replay: written in batches beside those that are read, read to go on with, replaced one by one."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, delete, select, tuple_

from ..bulk import insert_rows, put_rows
from ..selection import among
from ..tables import assessment_ratings, learner_ratings, skill_ratings, skill_references
from .input import pairs_to_join, streamed

Rows = Iterable[Sequence[Any]]


def write(connection: Connection, table: Table, rows: Rows) -> int:
    """Add rows, in the order of the table's columns; how many."""
    return insert_rows(connection, table, table.c.keys(), rows)


def replace(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Put rows in the place of those with the same key."""
    if connection.dialect.name == "sqlite":
        put_rows(connection, f"INSERT OR REPLACE INTO {table.name}", len(table.c), rows)
        return
    replay, *others = table.primary_key.columns
    if rows:
        _, *named = pairs_to_join(connection, ((row[1], row[len(others)]) for row in rows))
        same = [own == one for own, one in zip(others, named, strict=False)]
        connection.execute(delete(table).where(replay == rows[0][0], *same))
        write(connection, table, rows)


def of_learners_in_skills(connection: Connection, replay: int, asked: Iterable[Sequence[int]]) -> list[Any]:
    """The ratings of learners in skills, named in pairs, in no order."""
    pairs, *named = pairs_to_join(connection, asked)
    own = skill_ratings.c
    theirs = tuple_(own.learner_id, own.skill_id).in_(select(*named).select_from(pairs))
    query = select(skill_ratings).where(own.replay_id == replay, theirs)
    return list(chain.from_iterable(streamed(connection, query)))


def of_learners(connection: Connection, replay: int, learners: Iterable[int]) -> list[Any]:
    """The ratings of learners over all skills, in no order."""
    own = learner_ratings.c
    query = select(own.learner_id, own.rating, own.attempts)
    theirs = among(connection, own.learner_id, learners)
    return list(chain.from_iterable(streamed(connection, query.where(own.replay_id == replay, theirs))))


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
