"""Rows that are read or written past SQLAlchemy: the driver's own errors become sentences too; nothing is half done."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from tests.demo.organizations import AT, make, one
from tests.postgres import Databases
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.ratings.rating import rate
from tui_admin.rules.errors import StoreError
from tui_admin.store.bulk import insert_rows
from tui_admin.store.engine import Store
from tui_admin.store.tables import analytics_columns, contracts, skill_ratings

Work = Callable[..., object]


def fill(store: Store, *, room: int) -> None:
    """Let a SQLite store grow by so many pages, and no more: to a program that is a full disk."""
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM rating_runs")
        connection.exec_driver_sql("DELETE FROM analytics_versions")
        for table in (skill_ratings, analytics_columns):
            connection.execute(table.delete())
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + room
        connection.exec_driver_sql("BEGIN")
    store.engine.dispose()

    @event.listens_for(store.engine, "connect")
    def limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]


def shown(store: Store) -> list[int]:
    """How many ratings and how many counts of charts are those that are read."""
    return [one(store, f"SELECT count(*) FROM {name} WHERE current") for name in ("rating_runs", "analytics_versions")]


def test_a_disk_that_is_full_leaves_nothing_of_many_rows(sqlite_store: Store) -> None:
    fill(sqlite_store, room=8)
    rows = ((f"Year {number} {'x' * 500}", 0) for number in range(2_000))
    with pytest.raises(StoreError, match="is full"), sqlite_store.write() as connection:
        insert_rows(connection, contracts, ("name", "created_at"), rows)
    assert one(sqlite_store, "SELECT count(*) FROM contracts") == 0


@pytest.mark.parametrize("room", [2, 24])
@pytest.mark.parametrize("work", [rate, refresh])
def test_a_disk_that_is_full_leaves_ratings_and_charts_as_they_were(sqlite_store: Store, work: Work, room: int) -> None:
    make(sqlite_store, 400, per_member=3)
    fill(sqlite_store, room=room)
    with pytest.raises(StoreError, match="is full"):
        work(sqlite_store, AT)
    assert shown(sqlite_store) == [0, 0]


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("word", ["reading", "rating", "skill ratings", "skill history", "enrollments"])
def test_a_server_that_goes_away_leaves_ratings_and_charts_as_they_were(
    postgres_store: Store, postgres_databases: Databases, word: str
) -> None:
    make(postgres_store, 60)
    with postgres_store.write() as connection:
        connection.execute(text("DELETE FROM rating_runs"))
        connection.execute(text("DELETE FROM analytics_versions"))

    def away(told: str, _done: int, _of: int) -> None:
        if told == word:
            postgres_databases.end_sessions(postgres_store)

    with pytest.raises(StoreError, match="cannot be reached"):
        refresh(postgres_store, AT, progress=away)
    assert shown(postgres_store)[1] == 0
    assert refresh(postgres_store, AT) is not None
