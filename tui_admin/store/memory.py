"""Room for large writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_ROOM_KIB = 64 * 1024
_MANY = 20_000


@contextmanager
def room(connection: Connection, rows: int) -> Iterator[None]:
    """Let SQLite keep more pages while so many rows change: scattered over the indexes, each would else be written to
    the log and read back several times (a third of the time of 100,000 rows)."""
    if connection.dialect.name != "sqlite" or rows < _MANY:
        yield
        return
    usual = connection.execute(text("PRAGMA cache_size")).scalar_one()
    connection.execute(text(f"PRAGMA cache_size=-{_ROOM_KIB}"))
    try:
        yield
    finally:
        connection.execute(text(f"PRAGMA cache_size={usual}"))
