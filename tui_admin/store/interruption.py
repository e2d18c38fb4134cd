"""Stopping long statements: what a person cancels ends within the statement, not after it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..rules.errors import Cancelled

_OPERATIONS = 200_000
"""SQLite asks after this many steps of its machine: some milliseconds."""

_SECONDS = 0.2


@contextmanager
def watched(connection: Connection, cancelled: Callable[[], bool], sentence: str) -> Iterator[None]:
    """Raise Cancelled with the sentence when `cancelled` turns true while a statement runs inside the block."""
    driver: Any = connection.connection.driver_connection
    watch = _sqlite_watch if connection.dialect.name == "sqlite" else _postgresql_watch
    # Rows that are fetched past SQLAlchemy end with the driver's own error.
    stopped: Any = (DBAPIError, connection.dialect.loaded_dbapi.Error)
    try:
        with watch(driver, cancelled):
            yield
    except stopped as error:
        if cancelled():
            raise Cancelled(sentence) from error
        raise


@contextmanager
def _sqlite_watch(driver: Any, cancelled: Callable[[], bool]) -> Iterator[None]:
    driver.set_progress_handler(cancelled, _OPERATIONS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _postgresql_watch(driver: Any, cancelled: Callable[[], bool]) -> Iterator[None]:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_SECONDS):
            if cancelled():  # again and again: between two statements there is nothing to stop
                driver.cancel()

    watcher = threading.Thread(target=watch, name="statement-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
