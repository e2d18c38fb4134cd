"""SQL of the suppression list: the addresses that nothing is sent to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ...rules.times import Instant
from ..tables import suppressions

_BLOCK = 1_000


def by_address(connection: Connection, address: str) -> Row[Any] | None:
    """The entry of a canonical address; None where mail may go to it."""
    return connection.execute(select(suppressions).where(suppressions.c.email == address)).one_or_none()


def put(connection: Connection, entries: Iterable[Mapping[str, Any]]) -> set[str]:
    """Add entries; the addresses that were not on the list before. Those on it stay as they are."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(suppressions).on_conflict_do_nothing().returning(suppressions.c.email)
    return {address for entry in entries for address in connection.scalars(adding, entry)}


def remove(connection: Connection, address: str) -> None:
    """Take an address off the list."""
    connection.execute(delete(suppressions).where(suppressions.c.email == address))


def lift(connection: Connection, addresses: Iterable[str], added_at: Instant, added_by: str) -> int:
    """Take those of the addresses off the list that somebody put on it at a moment; how many."""
    column, lifted, rest = suppressions.c, 0, iter(addresses)
    while block := list(islice(rest, _BLOCK)):
        mine = and_(column.email.in_(block), column.added_at == added_at, column.added_by == added_by)
        lifted += connection.execute(delete(suppressions).where(mine)).rowcount
    return lifted


def count(connection: Connection, words: Iterable[str] = ()) -> int:
    """How many entries hold all the words."""
    return connection.execute(select(func.count()).select_from(suppressions).where(*_holding(words))).scalar_one()


def page(connection: Connection, words: Iterable[str], offset: int, limit: int) -> Sequence[Row[Any]]:
    """The entries that hold all the words, the newest first, from a position on."""
    return connection.execute(_NEWEST_FIRST.where(*_holding(words)).offset(offset).limit(limit)).all()


def listed(connection: Connection) -> Iterator[Row[Any]]:
    """All entries, the newest first, read as they are asked for."""
    return iter(connection.execution_options(yield_per=_BLOCK).execute(_NEWEST_FIRST))


_NEWEST_FIRST = select(suppressions).order_by(suppressions.c.added_at.desc(), suppressions.c.email)


def _holding(words: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """An entry holds a word in its address, reason, detail, or by whom it is; case does not matter."""
    column = suppressions.c
    said = func.lower(
        column.email + " " + column.reason + " " + func.coalesce(column.detail, "") + " " + column.added_by
    )
    return (said.contains(word.lower(), autoescape=True) for word in words)
