"""What a database's own errors mean to a person."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from ..rules.errors import StoreError

_SAYINGS = (
    ("database is locked", "The store {store} is busy with another's writing; nothing was changed, try again."),
    ("lock timeout", "The store {store} is busy with another's writing; nothing was changed, try again."),
    ("database or disk is full", "The disk under the store {store} is full; nothing was changed. Free some space."),
    ("no space left", "The disk under the store {store} is full; nothing was changed. Free some space."),
    (
        "readonly database",
        "The store {store} is write-protected: open it with --read-only, or make it writable.",
    ),
    ("read-only transaction", "The store {store} can only be read; nothing was changed."),
    (
        "unable to open database file",
        "The store {store} cannot be opened: its folder is not there, or not writable (--read-only then opens it).",
    ),
    ("file is not a database", "{store} is not a store: the file holds something else."),
    ("disk image is malformed", "The store {store} is damaged. Restore a backup (tui-admin restore FILE)."),
    ("disk i/o error", "The disk under the store {store} fails to read or write; nothing was changed."),
    ("password authentication failed", "The store {store} refuses the user or password it was given."),
    ("does not exist", "The store {store} is not there: the database or its tables do not exist."),
    ("permission denied", "The store {store} does not let this database user do that."),
    ("could not serialize", "Somebody else changed the same rows at the same moment; nothing was changed, try again."),
    ("deadlock detected", "Somebody else changed the same rows at the same moment; nothing was changed, try again."),
    ("connection", "The store {store} cannot be reached: is the database server running?"),
)


@contextmanager
def explained(store: str) -> Iterator[None]:
    """Turn a database's error inside the block into a `StoreError` with a sentence a person can act on."""
    try:
        yield
    except _kinds() as error:
        if not getattr(error, "connection_invalidated", False) and not _is_circumstance(error):
            raise
        raise StoreError(_sentence(error, store)) from error
    except PermissionError as error:
        raise StoreError(f"The store {store} cannot be written: {error.strerror}.") from error


def _kinds() -> tuple[type[Exception], ...]:
    """A database's errors: rows that are read or written past SQLAlchemy end with the driver's own. That of shared
    stores is loaded with the first of them."""
    psycopg = sys.modules.get("psycopg")
    return (DBAPIError, sqlite3.Error, *(() if psycopg is None else (psycopg.Error,)))


_CIRCUMSTANCES = ("OperationalError", "InternalError", "NotSupportedError")
_OUR_OWN = ("DataError", "IntegrityError", "ProgrammingError", "InterfaceError")


def _is_circumstance(error: Exception) -> bool:
    """An error of the surroundings; a broken constraint or statement is our own and stays as it is. Drivers derive
    their own errors from these."""
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((name for name in names if name in (*_CIRCUMSTANCES, *_OUR_OWN, "DatabaseError")), "") not in _OUR_OWN


def _sentence(error: Exception, store: str) -> str:
    said = str(getattr(error, "orig", error))
    for sign, sentence in _SAYINGS:
        if sign in said.lower():
            return sentence.format(store=store)
    return f"The store {store} failed: {said.partition(chr(10))[0]}"
