"""Whole stores copied: table by table between the two databases, and page by page between SQLite files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from ..durable import sync_folder
from .bulk import insert_rows
from .tables import (
    analytics_answers,
    analytics_columns,
    analytics_versions,
    journal_rows,
    learners,
    memberships,
    metadata,
    organization,
)

_AT_ONCE = 5_000
_BLOCKS_AT_ONCE = 50

_COUNTED = (analytics_versions, analytics_columns, analytics_answers)
"""What charts are counted from, large and made anew in minutes: it is not copied."""


def copy_tables(source: Connection, target: Connection) -> int:
    """Copy every row of every table, but for what is counted from the others, into a store of the same schema without
    any; how many rows.

    Rows are streamed. The target's counters continue after the highest ids copied.
    """
    if target.dialect.name == "sqlite":
        target.execute(text("PRAGMA defer_foreign_keys=ON"))
    copied = 0
    for table in metadata.sorted_tables:
        if table in _COUNTED:
            continue
        columns = [column.name for column in table.columns]
        copied += insert_rows(target, table, columns, _rows(source, table))
    if target.dialect.name == "postgresql":
        _continue_counters(target)
    return copied


def is_empty(connection: Connection) -> bool:
    """Whether the store holds neither an organization nor people."""
    return not any(connection.execute(select(table.c.id).limit(1)).first() for table in (organization, learners))


def contents(connection: Connection) -> tuple[str, int, int]:
    """The organization's name, how many learners, how many memberships."""
    name = connection.execute(select(organization.c.name)).scalar_one_or_none() or ""
    counts = (
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (learners, memberships)
    )
    people, members = counts
    return name, people, members


def copy_file(source: Path, target: Path) -> None:
    """Copy a SQLite store, in use or not, as it is at this moment, into a new file that stands alone.

    Raises sqlite3.Error.
    """
    address = f"file:{_escaped(source)}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)
    stand_alone(target)


def stand_alone(path: Path) -> None:
    """Make a SQLite store one file, without a log beside it. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def replace_file(new: Path, path: Path) -> None:
    """Put a finished store file in the place of another, which may be in use, in one step.

    Writers are kept out while it happens and the old file's log is emptied first, so that a crash at any moment leaves
    the old store or the new one. Raises sqlite3.Error where somebody keeps writing.
    """
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as old:
        (busy, _, _) = old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("database is locked")
        old.execute("BEGIN IMMEDIATE")
        new.replace(path)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        sync_folder(path.parent)
        old.execute("ROLLBACK")


def _rows(source: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    at_once = _BLOCKS_AT_ONCE if table is journal_rows else _AT_ONCE
    found = source.execute(select(table), execution_options={"yield_per": at_once})
    for row in found:
        yield tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def _continue_counters(target: Connection) -> None:
    for table in metadata.sorted_tables:
        for column in table.primary_key:
            counter = target.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            ).scalar_one()
            highest = target.execute(select(func.max(column))).scalar_one() if counter else None
            if highest:
                target.execute(text("SELECT setval(:counter, :highest)"), {"counter": counter, "highest": highest})


def _escaped(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
