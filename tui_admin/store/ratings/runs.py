"""The runs of rating: which one is read, and what those that ended early left."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from ..tables import assessment_ratings, learner_ratings, rating_runs, skill_history, skill_ratings, skill_references

OF_A_REPLAY = (skill_ratings, learner_ratings, skill_history, assessment_ratings, skill_references)

_AT_ONCE = 50_000
_run = rating_runs.c


def current(connection: Connection) -> Row[Any] | None:
    """The run whose replay is read."""
    return connection.execute(select(rating_runs).where(_run.current)).one_or_none()


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
