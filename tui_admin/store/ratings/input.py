"""What ratings are made from, as the store holds it: attempts that were graded.

An attempt counts from when it was graded, and never before it was handed in; where only one of the two moments is
known, from that. One without either is left out.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from ...rules.times import Instant
from ..hints import OF_WORK
from ..tables import assessments, attempts, memberships
from .fingerprints import HAS_RESULT, TRIED, hashed

_BATCH, _TOGETHER = 500, 20
"""Rows read at once, as many as stay near the processor until they are made columns; batches that go on together."""

_own = attempts.c
_graded = func.coalesce(_own.graded_at, _own.attempted_at)
_counts = and_(TRIED.is_not(None), HAS_RESULT)

Column = ColumnElement[Any]
Rows = Iterator[Sequence[tuple[Any, ...]]]
"""Rows in batches."""

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Graded:
    """Attempts as columns: ids of attempt, membership and assessment; from when it counts, when it was handed in;
    score, most, pass mark (those of the assessment where the attempt has none) and verdict (1 or 0), no number where
    nobody said."""

    id: NDArray[np.int64]
    membership: NDArray[np.int64]
    assessment: NDArray[np.int64]
    at: NDArray[np.int64]
    moment: NDArray[np.int64]
    score: NDArray[np.float64]
    most: NDArray[np.float64]
    passing: NDArray[np.float64]
    passed: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> "Graded":
        """Rows that begin with these, in this order."""
        kinds: tuple[type[Any], ...] = (np.int64,) * 5 + (np.float64,) * 4
        columns = zip(*rows, strict=True) if rows else repeat(())
        return cls(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=False)))

    def taken(self, which: NDArray[np.int64]) -> "Graded":
        """Some of them, or all in another order."""
        return Graded(*(getattr(self, field.name)[which] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence["Graded"]) -> "Graded":
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


LEARNER, HASH = len(fields(Graded)), len(fields(Graded)) + 1
"""Where rows of `Graded` hold the learner and the hash, of those that have them behind."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where an attempt stands in the order of rating: the moment from which it counts, that at which it was handed in,
    its id."""

    at: Instant
    moment: Instant
    id: int


def owners(connection: Connection) -> Rows:
    """All memberships by id, and the learners they belong to."""
    return streamed(connection, select(memberships.c.id, memberships.c.learner_id).order_by(memberships.c.id))


def owners_print(connection: Connection, until: int) -> str:
    """A fingerprint of whose the memberships are, up to an id."""
    both = memberships.c.id * literal_column("2654435761") + memberships.c.learner_id * literal_column("40503")
    mixed = both % literal_column("2147483629") * (memberships.c.learner_id % literal_column("1048573") + 1)
    query = select(func.count(), func.coalesce(func.sum(mixed % literal_column("4294967291")), 0))
    return ":".join(str(int(value)) for value in connection.execute(query.where(memberships.c.id <= until)).one())


def newest_membership(connection: Connection) -> int:
    """The highest id of a membership."""
    return connection.scalar(select(func.max(memberships.c.id))) or 0


def work(connection: Connection) -> list[Any]:
    """Every assessment by course: id, course, most points, pass mark."""
    one = assessments.c
    query = select(one.id, one.course_id, one.max_score, one.passing_score)
    return list(connection.execute(query.order_by(one.course_id, one.id)))


def count(connection: Connection) -> int:
    """How many attempts there are, graded or not."""
    return connection.scalar(select(func.count()).select_from(attempts)) or 0


def graded(connection: Connection) -> Iterator[Graded]:
    """The attempts that count by id, in batches."""
    parts = map(Graded.of, streamed(connection, select(*_columns(connection)).where(_counts).order_by(_own.id)))
    while some := list(islice(parts, _TOGETHER)):
        yield Graded.joined(some)


def newest(connection: Connection) -> int:
    """The highest id of an attempt, graded or not."""
    return connection.scalar(select(func.max(_own.id))) or 0


def beyond(connection: Connection, place: Place, id: int) -> Iterator[tuple[Any, ...]]:
    """Those beyond a place and with an id above one, as rows of `Graded`, each with its learner and its hash behind."""
    at = _at(connection)
    # Said first, and told by many fewer steps: most attempts are neither.
    either = or_(_own.graded_at >= place.at, _own.attempted_at >= place.at)
    same = tuple_(TRIED, _own.id) > tuple_(literal(place.moment), literal(place.id))
    after = or_(at > place.at, and_(at == place.at, same))
    query = select(*_columns(connection), memberships.c.learner_id, hashed(connection))
    query = query.join_from(attempts, memberships, memberships.c.id == _own.membership_id)
    return chain.from_iterable(
        streamed(connection, query.where(_own.id > id, either, _counts, after).order_by(_own.id))
    )


def same_work(connection: Connection, done: Ids, until: int) -> Rows:
    """The attempts that count, up to an id, of learners at assessments, named in pairs: rows of `Graded` in no order
    (SQLite would walk all attempts for one), each with its learner behind."""
    pairs, who, what = pairs_to_join(connection, done)
    return streamed(connection, _of(connection, pairs, who, until).where(_own.assessment_id == what))


def all_work(connection: Connection, learners: Ids, until: int) -> Rows:
    """The same of learners at any assessment."""
    pairs, who, _ = pairs_to_join(connection, np.stack([learners, np.zeros_like(learners)], axis=1))
    return streamed(connection, _of(connection, pairs, who, until))


def with_learners(batches: Iterable[Sequence[tuple[Any, ...]]]) -> tuple[Graded, Ids]:
    """Rows of `Graded` with their learners behind, as columns."""
    parts = [(Graded.of(rows), np.array([row[LEARNER] for row in rows], dtype=np.int64)) for rows in batches]
    if not parts:
        return Graded.of(()), np.empty(0, dtype=np.int64)
    graded, learners = zip(*parts, strict=True)
    return Graded.joined(graded), np.concatenate(learners)


def _of(connection: Connection, people: FromClause, who: Column, until: int) -> Select[Any]:
    query = select(*_columns(connection), memberships.c.learner_id).select_from(people)
    query = query.join(memberships, memberships.c.learner_id == who)
    query = query.join(attempts, _own.membership_id == memberships.c.id).where(_counts, _own.id <= until)
    # Or an assessment is looked for by its own index, which finds everybody's attempts at it.
    return query.with_hint(attempts, OF_WORK, "sqlite")


_HALF = 32
_SIDES = ("first", "second")


def pairs_to_join(connection: Connection, pairs: Ids) -> tuple[FromClause, Column, Column]:
    """Pairs of ids, any number of them in bound values, as something to join with, and its two columns."""
    first, second = pairs.T
    if connection.dialect.name == "sqlite":
        # A pair in one number is read in half the time that a list of two takes. SQLite counts ids from 1.
        listed = json.dumps((first << _HALF | second).tolist())
        both = func.json_each(bindparam(None, listed)).table_valued(column("value", BigInteger)).c.value
        halves = (both.bitwise_rshift(_HALF), both.bitwise_and((1 << _HALF) - 1))
        read = (half.label(name) for half, name in zip(halves, _SIDES, strict=True))
        once = select(*read).cte().prefix_with("MATERIALIZED")  # or it is read for each row that is compared with it
        return once, once.c.first, once.c.second
    arrays = (bindparam(None, side.tolist(), type_=ARRAY(BigInteger)) for side in (first, second))
    names = (column(name, BigInteger) for name in _SIDES)
    unnested = func.unnest(*arrays).table_valued(*names).render_derived()
    return unnested, unnested.c.first, unnested.c.second


def _columns(connection: Connection) -> tuple[Column, ...]:
    own = (_own.id, _own.membership_id, _own.assessment_id, _at(connection), TRIED)
    return (*own, _own.score, _or_its(_own.max_score), _or_its(_own.passing_score), _own.passed)


def _or_its(value: Column) -> Column:
    """What an attempt says, else its assessment; looked up only where the attempt says nothing."""
    its = select(assessments.c[value.name]).where(assessments.c.id == _own.assessment_id)
    return func.coalesce(value, its.scalar_subquery())


def _at(connection: Connection) -> Column:
    later = func.max if connection.dialect.name == "sqlite" else func.greatest
    return later(_graded, TRIED)


def streamed(connection: Connection, query: Select[Any]) -> Rows:
    """Rows as the driver makes them: wrapped in SQLAlchemy's, ten million take half as long again."""
    compiled = query.compile(dialect=connection.dialect)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = driver.execute(str(compiled), [compiled.params[name] for name in compiled.positiontup or ()])
    else:
        cursor = driver.cursor(name="rated")
        cursor.execute(str(compiled), compiled.params)
    try:
        while rows := cursor.fetchmany(_BATCH):
            yield rows
    finally:
        cursor.close()
