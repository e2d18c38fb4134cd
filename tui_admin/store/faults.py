"""What a database's own errors mean to a person."""

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
    except DBAPIError as error:
        if not error.connection_invalidated and not _is_circumstance(error):
            raise
        raise StoreError(_sentence(error, store)) from error
    except PermissionError as error:
        raise StoreError(f"The store {store} cannot be written: {error.strerror}.") from error


def _is_circumstance(error: DBAPIError) -> bool:
    """An error of the surroundings; a broken constraint or statement is our own and stays as it is."""
    return type(error).__name__ in ("OperationalError", "InternalError", "DatabaseError", "NotSupportedError")


def _sentence(error: DBAPIError, store: str) -> str:
    said = str(error.orig).lower()
    for sign, sentence in _SAYINGS:
        if sign in said:
            return sentence.format(store=store)
    return f"The store {store} failed: {str(error.orig).splitlines()[0]}"
