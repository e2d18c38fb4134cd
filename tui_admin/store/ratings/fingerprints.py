"""Whether attempts changed since they were rated: a fingerprint of all that were graded."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, func, literal_column, or_, select

from ..tables import attempts

_own = attempts.c
TRIED = func.coalesce(_own.attempted_at, _own.graded_at)
"""The moment an attempt was handed in, as far as it is known."""

HAS_RESULT = or_(_own.score.is_not(None), _own.passed.is_not(None))
"""Whether it was graded."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Graded attempts in any order: how many, how many of them without a date, and a sum over them that does not stay
    the same when any is changed."""

    count: int
    undated: int
    total: int

    def and_of(self, hashes: Sequence[int]) -> "Fingerprint":
        """The fingerprint with more dated ones, by their hashes."""
        return Fingerprint(self.count + len(hashes), self.undated, self.total + sum(hashes))

    def __str__(self) -> str:
        return f"{self.count}:{self.undated}:{self.total}"

    @classmethod
    def parse(cls, text: str) -> "Fingerprint":
        """The fingerprint that was written so."""
        return cls(*map(int, text.split(":")))


def fingerprint(connection: Connection) -> Fingerprint:
    """The fingerprint of all graded attempts: one walk over them."""
    total = func.coalesce(func.sum(hashed(connection)), 0)
    query = select(func.count(), func.count(TRIED), total).where(HAS_RESULT)
    count, dated, added = connection.execute(query).one()
    return Fingerprint(count, count - dated, int(added))


@contextmanager
def beside(connection: Connection, other: Connection | None) -> Iterator[Callable[[], Fingerprint]]:
    """Take the fingerprint on another connection that sees the same, while the block goes on reading; it asks for it
    once it is needed. Without another connection it is taken then.

    To go over ten million attempts takes seconds, all of them in the database: Python is free for other things.
    """
    if other is None:
        yield lambda: fingerprint(connection)
        return
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(fingerprint, other)
        try:
            yield found.result
        finally:
            if not found.done():
                _interrupt(other)


def _interrupt(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.interrupt()
    else:
        driver.cancel()


def hashed(connection: Connection) -> ColumnElement[int]:
    """A number of a row that all it says is bound together in, to be added up over rows in any order."""
    return _HASH[connection.dialect.name]


# SQLite has no hash. Whole numbers stay below 2^63, where it would begin to round; points that differ by 2^-40 are
# told apart.
_IDS = "attempts.id * 2654435 + attempts.membership_id * 40503 + attempts.assessment_id * 65599"
_FACTS = f"({_IDS} + ifnull(attempts.attempted_at, 1) * 31 + ifnull(attempts.graded_at, 1) * 17)"
_POINTS = " + ".join(
    f"CAST(ifnull(attempts.{name}, -1) * 1099511627776.0 AS INTEGER) % {prime}"
    for name, prime in (("score", 16777213), ("max_score", 8388593), ("passing_score", 4194301))
)
_RESULT = f"({_POINTS} + ifnull(attempts.passed, 2) * 77773)"
_ROW = ("id", "membership_id", "assessment_id", "attempted_at", "graded_at", *("score", "max_score", "passing_score"))
_ROW_OF = ", ".join(f"attempts.{name}" for name in (*_ROW, "passed"))

_HASH: dict[str, ColumnElement[int]] = {
    "sqlite": literal_column(f"({_FACTS} % 2147483647 * {_RESULT} & 68719476735)", BigInteger),
    "postgresql": literal_column(f"hash_record_extended(ROW({_ROW_OF}), 1)", BigInteger),
}
