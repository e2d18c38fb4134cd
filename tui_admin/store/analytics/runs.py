"""The runs of rating: which one is read, one at a time that is being made, and what those that ended early left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from ..engine import Store
from ..tables import (
    assessment_ratings,
    learner_ratings,
    rating_runs,
    skill_history,
    skill_ratings,
    skill_references,
)

OF_A_REPLAY = (skill_ratings, learner_ratings, skill_history, assessment_ratings, skill_references)

_LOCK = 0x7475695F72617465
"""The advisory lock's number on PostgreSQL."""

_LOOK_AGAIN = 0.2
_AT_ONCE = 50_000
_run = rating_runs.c


def current(connection: Connection) -> Row[Any] | None:
    """The run whose replay is read."""
    return connection.execute(select(rating_runs).where(_run.current)).one_or_none()


@contextmanager
def alone(store: Store, waiting: Any) -> Iterator[None]:
    """Be the only one who rates while the block runs; others' turn is waited for, and `waiting` called meanwhile, which
    may raise. The lock ends with the process, however that ends."""
    with _beside(store) if store.path is not None else _within(store) as try_again:
        while not try_again():
            waiting()
            time.sleep(_LOOK_AGAIN)
        yield


@contextmanager
def _beside(store: Store) -> Iterator[Any]:
    import fcntl

    assert store.path is not None
    whole = store.path.resolve()
    with whole.with_name(whole.name + ".rating").open("a") as file:

        def locked() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield locked


@contextmanager
def _within(store: Store) -> Iterator[Any]:
    with store.hold() as connection:

        def locked() -> bool:
            with store.transaction(connection, writing=False):
                return bool(connection.scalar(select(func.pg_try_advisory_lock(_LOCK))))

        yield locked  # the session ends with the block, and the lock with it


def begin(connection: Connection, values: dict[str, Any]) -> int:
    """Enter a run that replays all attempts; its id, which its rows carry."""
    number = connection.execute(insert(rating_runs).values(replay_id=0, current=False, **values).returning(_run.id))
    run: int = number.scalar_one()
    connection.execute(update(rating_runs).where(_run.id == run).values(replay_id=run))
    return run


def go_on(connection: Connection, replay: int, values: dict[str, Any]) -> int:
    """Enter a run that goes on with the rows of a replay."""
    made = insert(rating_runs).values(replay_id=replay, current=False, **values).returning(_run.id)
    return int(connection.execute(made).scalar_one())


def show(connection: Connection, run: int, values: dict[str, Any]) -> None:
    """Have a run be the one that is read."""
    connection.execute(update(rating_runs).where(_run.current, _run.id != run).values(current=False))
    connection.execute(update(rating_runs).where(_run.id == run).values(current=True, **values))


def leftovers(connection: Connection) -> list[int]:
    """The replays that nobody reads, while nobody rates: replaced ones, and those that ended early."""
    read = connection.scalar(select(_run.replay_id).where(_run.current))
    found = {id for table in OF_A_REPLAY for id in _replays(connection, table)}
    return sorted(found - {read})


def _replays(connection: Connection, table: Table) -> Iterator[int]:
    last = -1
    query = select(func.min(table.c.replay_id))
    while (following := connection.scalar(query.where(table.c.replay_id > last))) is not None:
        yield following
        last = following


def drop_some(connection: Connection, replay: int) -> bool:
    """Delete some rows of a replay; whether there may be more."""
    for table in OF_A_REPLAY:
        key = table.primary_key.columns[1]
        here = table.c.replay_id == replay
        until = connection.scalar(select(key).where(here).order_by(key).offset(_AT_ONCE).limit(1))
        rows = delete(table).where(here) if until is None else delete(table).where(here, key <= until)
        if connection.execute(rows).rowcount:
            return True
    return False


def forget_unfinished(connection: Connection) -> None:
    """Forget runs that ended early."""
    connection.execute(delete(rating_runs).where(_run.finished_at.is_(None)))
