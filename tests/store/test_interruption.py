"""What a person cancels ends within the statement, as Cancelled, whichever way its rows are fetched."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Select, literal, select

from tui_admin.rules.errors import Cancelled
from tui_admin.store.analytics.rows import batches
from tui_admin.store.engine import Store
from tui_admin.store.interruption import watched


def endless() -> Select[tuple[int]]:
    """Numbers without an end."""
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    return select(numbers.union_all(select(numbers.c.number * 0 + 1)).c.number)


def through_the_driver(connection: Connection) -> Iterator[object]:
    return batches(connection, endless())


def through_sqlalchemy(connection: Connection) -> Iterator[object]:
    return iter(connection.execution_options(yield_per=1000).execute(endless()).scalars())


@pytest.mark.parametrize("fetch", [through_the_driver, through_sqlalchemy])
def test_what_is_cancelled_while_rows_are_fetched_is_told_as_that(
    store: Store, fetch: Callable[[Connection], Iterator[object]]
) -> None:
    fetched: list[object] = []
    with (
        pytest.raises(Cancelled, match="Counting was stopped"),
        store.read() as connection,
        watched(connection, lambda: bool(fetched), "Counting was stopped."),
    ):
        for rows in fetch(connection):
            fetched = [rows]
    assert fetched
