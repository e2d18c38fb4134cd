"""Two connections that see one state, and none where others wrote in between."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, insert, select

from tui_admin.store import sight
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses


def write(store: Store, key: str) -> None:
    with store.write() as connection:
        connection.execute(insert(courses).values(key=key, name=key))


def count(connection: Connection | None) -> int | None:
    assert connection is not None
    return connection.scalar(select(func.count()).select_from(courses))


def test_both_see_the_state_they_began_with(store: Store) -> None:
    write(store, "a")
    with store.read_twice() as (one, other):
        write(store, "b")
        assert count(one) == count(other) == 1
    with store.read_twice() as (one, other):
        assert count(one) == count(other) == 2


def test_a_write_between_them_is_noticed(sqlite_store: Store) -> None:
    write(sqlite_store, "a")

    @contextmanager
    def read() -> Iterator[Connection]:
        with sqlite_store.read() as connection:
            count(connection)
            write(sqlite_store, "b")
            yield connection

    with sqlite_store.engine.connect() as other, sight.of_sqlite(read, other) as (_, is_same):
        assert not is_same


def test_a_store_that_does_not_exist_has_one() -> None:
    with Store("sqlite:////nowhere/at/all.db").read_twice() as (one, other):
        assert count(one) == 0 and other is None
