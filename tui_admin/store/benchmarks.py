"""SQL of the benchmarks that were imported."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ..rules.times import Instant
from .bulk import batched
from .ratings.current import current_replay
from .tables import assessment_ratings, assessments, benchmark_files

MOST_ANCHORS = 1_000
"""Assessments that link the ratings of companies."""


def add(connection: Connection, values: Mapping[str, Any], now: Instant) -> int:
    """Keep one; its id."""
    made = insert(benchmark_files).values(**values, imported_at=now).returning(benchmark_files.c.id)
    return int(connection.execute(made).scalar_one())


def drop(connection: Connection, id: int) -> bool:
    """Forget one; whether it was there."""
    return bool(connection.execute(delete(benchmark_files).where(benchmark_files.c.id == id)).rowcount)


def listed(connection: Connection) -> list[Row[Any]]:
    """All without their content, the newest day first and of one day the last imported."""
    column = benchmark_files.c
    columns = (column.id, column.publisher, column.method, column.as_of, column.reference_group, column.imported_at)
    query = select(*columns, column.digest).order_by(column.as_of.desc(), column.imported_at.desc(), column.id.desc())
    return list(connection.execute(query))


def known(connection: Connection, digest: str) -> Row[Any] | None:
    """The one of a checksum."""
    return connection.execute(select(benchmark_files).where(benchmark_files.c.digest == digest)).one_or_none()


def contents(connection: Connection, method: str) -> list[str]:
    """What those of a method say, in the order of their days and then as they were imported."""
    column = benchmark_files.c
    query = select(column.content).where(column.method == method)
    return list(connection.scalars(query.order_by(column.as_of, column.imported_at, column.id)))


def days(connection: Connection, publisher: str, method: str) -> list[date]:
    """The days that a publisher's are as of."""
    column = benchmark_files.c
    query = select(column.as_of).where(column.publisher == publisher, column.method == method)
    return list(connection.scalars(query.distinct().order_by(column.as_of)))


def any_assessment(connection: Connection, keys: tuple[str, ...]) -> bool:
    """Whether the catalogue holds any assessment of these public ids."""
    queries = (select(assessments.c.id).where(assessments.c.key.in_(some)).limit(1) for some in batched(keys))
    return any(connection.execute(query).first() is not None for query in queries)


def rated_assessments(connection: Connection, least: int) -> list[str]:
    """The public ids of the assessments that at least so many learners were rated by, those of most first."""
    rated = assessment_ratings.c
    query = (
        select(assessments.c.key)
        .join(assessment_ratings, rated.assessment_id == assessments.c.id)
        .where(rated.replay_id == current_replay(), rated.attempts >= least)
        .order_by(rated.attempts.desc(), assessments.c.key)
        .limit(MOST_ANCHORS)
    )
    return list(connection.scalars(query))
