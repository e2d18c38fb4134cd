"""What ratings are made from, as the store holds it: attempts that were graded, and whether any changed since.

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
from ..tables import assessments, attempts, memberships

_BATCH, _TOGETHER = 500, 20
"""Rows read at once, as many as stay near the processor until they are made columns; batches that go on together."""

_own = attempts.c
_graded = func.coalesce(_own.graded_at, _own.attempted_at)
_tried = func.coalesce(_own.attempted_at, _own.graded_at)
_has_result = or_(_own.score.is_not(None), _own.passed.is_not(None))
_counts = and_(_tried.is_not(None), _has_result)

Column = ColumnElement[Any]
Rows = Iterator[Sequence[tuple[Any, ...]]]
"""Rows in batches."""


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

    @classmethod
    def joined(cls, parts: Sequence["Graded"]) -> "Graded":
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where an attempt stands in the order of rating: the moment from which it counts, that at which it was handed in,
    its id."""

    at: Instant
    moment: Instant
    id: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Graded attempts in any order: how many, how many of them without a date, and a sum over them that does not stay
    the same when any is changed."""

    count: int
    undated: int
    total: int

    def without(self, hashes: Sequence[int]) -> "Fingerprint":
        """The fingerprint of the others, by the hashes of dated ones."""
        return Fingerprint(self.count - len(hashes), self.undated, self.total - sum(hashes))

    def __str__(self) -> str:
        return f"{self.count}:{self.undated}:{self.total}"

    @classmethod
    def parse(cls, text: str) -> "Fingerprint":
        """The fingerprint that was written so."""
        return cls(*map(int, text.split(":")))


def fingerprint(connection: Connection) -> Fingerprint:
    """The fingerprint of all graded attempts: one walk over them."""
    total = func.coalesce(func.sum(_HASH[connection.dialect.name]), 0)
    query = select(func.count(), func.count(_tried), total).where(_has_result)
    count, dated, added = connection.execute(query).one()
    return Fingerprint(count, count - dated, int(added))


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


def graded(connection: Connection) -> Iterator[Graded]:
    """The attempts that count by id, in batches."""
    parts = map(Graded.of, streamed(connection, select(*_columns(connection)).where(_counts).order_by(_own.id)))
    while some := list(islice(parts, _TOGETHER)):
        yield Graded.joined(some)


def beyond(connection: Connection, place: Place) -> list[tuple[Any, ...]]:
    """Those beyond a place, as rows of `Graded`, each with its learner and its hash behind."""
    at = _at(connection)
    # Said first, and told by many fewer steps: most attempts are neither.
    either = or_(_own.graded_at >= place.at, _own.attempted_at >= place.at)
    same = tuple_(_tried, _own.id) > tuple_(literal(place.moment), literal(place.id))
    after = or_(at > place.at, and_(at == place.at, same))
    query = select(*_columns(connection), memberships.c.learner_id, _HASH[connection.dialect.name])
    query = query.join_from(attempts, memberships, memberships.c.id == _own.membership_id)
    return list(chain.from_iterable(streamed(connection, query.where(either, _counts, after).order_by(_own.id))))


def same_work(connection: Connection, done: Iterable[tuple[int, int]]) -> Rows:
    """The attempts that count of learners at assessments, named in pairs: rows of `Graded` in no order (SQLite would
    walk all attempts for one), each with its learner behind."""
    pairs, who, what = pairs_to_join(connection, done)
    # Added to, an assessment is not looked for by its own index, which would find everybody's attempts at it.
    return streamed(connection, _of(connection, pairs, who).where(_own.assessment_id + 0 == what))


def all_work(connection: Connection, learners: Iterable[int]) -> Rows:
    """The same of learners at any assessment."""
    pairs, who, _ = pairs_to_join(connection, ((learner, 0) for learner in learners))
    return streamed(connection, _of(connection, pairs, who))


def _of(connection: Connection, people: FromClause, who: Column) -> Select[Any]:
    query = select(*_columns(connection), memberships.c.learner_id).select_from(people)
    query = query.join(memberships, memberships.c.learner_id == who)
    return query.join(attempts, _own.membership_id == memberships.c.id).where(_counts)


_SIDES = ("first", "second")


def pairs_to_join(connection: Connection, pairs: Iterable[tuple[int, int]]) -> tuple[FromClause, Column, Column]:
    """Pairs of numbers, any number of them in bound values, as something to join with, and its two columns."""
    listed = list(pairs)
    if connection.dialect.name == "sqlite":
        given = func.json_each(bindparam(None, json.dumps(listed))).table_valued("value")
        read = [func.json_extract(given.c.value, f"$[{side}]").label(name) for side, name in enumerate(_SIDES)]
        pairs = select(*read).cte().prefix_with("MATERIALIZED")  # or it is read for each row that is compared with it
        return pairs, pairs.c.first, pairs.c.second
    both = (bindparam(None, list(side), type_=ARRAY(BigInteger)) for side in zip(*listed, strict=True))
    names = (column(name, BigInteger) for name in _SIDES)
    unnested = func.unnest(*both).table_valued(*names).render_derived()
    return unnested, unnested.c.first, unnested.c.second


def _columns(connection: Connection) -> tuple[Column, ...]:
    own = (_own.id, _own.membership_id, _own.assessment_id, _at(connection), _tried)
    return (*own, _own.score, _or_its(_own.max_score), _or_its(_own.passing_score), _own.passed)


def _or_its(value: Column) -> Column:
    """What an attempt says, else its assessment; looked up only where the attempt says nothing."""
    its = select(assessments.c[value.name]).where(assessments.c.id == _own.assessment_id)
    return func.coalesce(value, its.scalar_subquery())


def _at(connection: Connection) -> Column:
    later = func.max if connection.dialect.name == "sqlite" else func.greatest
    return later(_graded, _tried)


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


# SQLite has no hash. Whole numbers stay below 2^63, where it would begin to round; points that differ by 2^-40 are
# told apart.
_FACTS = "attempts.id * 2654435 + attempts.membership_id * 40503 + attempts.assessment_id * 65599"
_FACTS = f"({_FACTS} + ifnull(attempts.attempted_at, 1) * 31 + ifnull(attempts.graded_at, 1) * 17)"
_POINTS = " + ".join(
    f"CAST(ifnull(attempts.{name}, -1) * 1099511627776.0 AS INTEGER) % {prime}"
    for name, prime in (("score", 16777213), ("max_score", 8388593), ("passing_score", 4194301))
)
_POINTS = f"({_POINTS} + ifnull(attempts.passed, 2) * 77773)"
_ROW = ("id", "membership_id", "assessment_id", "attempted_at", "graded_at", *("score", "max_score", "passing_score"))
_ROW_OF = ", ".join(f"attempts.{name}" for name in (*_ROW, "passed"))

_HASH: dict[str, ColumnElement[int]] = {
    "sqlite": literal_column(f"({_FACTS} % 2147483647 * {_POINTS} & 68719476735)", BigInteger),
    "postgresql": literal_column(f"hash_record_extended(ROW({_ROW_OF}), 1)", BigInteger),
}
"""A number of a row that all it says is bound together in, to be added up over rows in any order."""
