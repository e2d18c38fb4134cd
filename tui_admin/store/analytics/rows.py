"""Rows of a query as the driver gives them, many at a time: SQLAlchemy's own would cost a microsecond and more each."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

_AT_ONCE = 10_000


def batches(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query, without conversions, a batch at a time; a server keeps those that were not fetched yet."""
    if connection.dialect.name == "sqlite":
        cursor: Any = connection.execute(query).cursor
    else:
        compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor(name="columns")
        cursor.execute(compiled.string, compiled.params)
    try:
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows
    finally:
        cursor.close()
