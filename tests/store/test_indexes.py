"""The indexes that lists walk: every one a query names by hand must be there, made by the migrations too."""

from sqlalchemy import text

from tui_admin.store.engine import Store
from tui_admin.store.members import SORT_INDEXES
from tui_admin.store.tables import metadata


def test_migrations_make_every_index(sqlite_store: Store) -> None:
    declared = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    with sqlite_store.read() as connection:
        made = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'index'")))
    assert declared <= made
    assert {name for name in made - declared if not name.startswith(("sqlite_autoindex_", "uq_"))} == set()
    assert set(SORT_INDEXES.values()) <= made
