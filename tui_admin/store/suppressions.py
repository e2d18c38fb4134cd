"""SQL of the suppression list: the addresses that nothing is sent to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from .tables import suppressions

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


def count(connection: Connection) -> int:
    """How many addresses are on the list."""
    return connection.execute(select(func.count()).select_from(suppressions)).scalar_one()


def listed(connection: Connection) -> Iterator[Row[Any]]:
    """All entries, the newest first, read as they are asked for."""
    query = select(suppressions).order_by(suppressions.c.added_at.desc(), suppressions.c.email)
    return iter(connection.execution_options(yield_per=_BLOCK).execute(query))
