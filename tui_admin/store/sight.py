"""Two connections that see the same state of a store, whoever writes to it meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection

Reading = Callable[[], AbstractContextManager[Connection]]


@contextmanager
def of_sqlite(read: Reading, other: Connection) -> Iterator[tuple[Connection, bool]]:
    """Begin to read, then on the other connection; whether both see the same: SQLite tells a connection whether
    anybody committed since it last asked."""
    driver: Any = other.connection.driver_connection
    before = driver.execute("PRAGMA data_version").fetchone()
    with read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        with other.begin():
            other.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            yield connection, driver.execute("PRAGMA data_version").fetchone() == before


@contextmanager
def of_postgresql(read: Reading, other: Connection) -> Iterator[tuple[Connection, bool]]:
    """Begin to read, and have the other connection take the state over."""
    with read() as connection:
        state = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        with other.begin():
            other.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{state}'")
            yield connection, True
