"""Demo organizations to look at, built once for all tests of a process."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from tests.made_once import FILE, MadeOnce
from tui_admin import demo
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import metadata

AT = parse_iso("2026-05-06T10:00:00Z")


def make(store: Store, members: int, *, seed: int = 1, per_member: float = 1.5, at: int = AT, **more: Any) -> Store:
    """The store, filled."""
    demo.build(store, members=members, seed=seed, enrollments_per_member=per_member, at=at, **more)
    return store


def copy_of(template: Path, path: Path) -> Store:
    """A new empty store from a template with the schema."""
    shutil.copy(template, path)
    return Store(f"sqlite:///{path}")


def made(made_once: MadeOnce, template: Path, members: int, per_member: float = 1.5) -> Store:
    """A demo of this process's own, made once in a run."""

    def fill(folder: Path) -> None:
        make(copy_of(template, folder / FILE), members, per_member=per_member).close()

    return Store(f"sqlite:///{made_once.folder(f'demo-{members}x{per_member}', fill) / FILE}")


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in the order of their keys."""
    with store.read() as connection:
        return {table.name: _rows(connection, table) for table in metadata.sorted_tables}


def _rows(connection: Connection, table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def rows(store: Store, query: str, **values: Any) -> list[Any]:
    """What a query finds."""
    with store.read() as connection:
        return list(connection.execute(text(query), values))


def one(store: Store, query: str, **values: Any) -> Any:
    """The one value a query finds."""
    with store.read() as connection:
        return connection.execute(text(query), values).scalar_one()
