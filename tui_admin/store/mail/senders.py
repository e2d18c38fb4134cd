"""The processes that deliver: who they are, and which of them live.

A SQLite store has one sender, which holds an operating system's lock on a file beside it. A PostgreSQL store may have
many, each known to live by an advisory lock of its session and by its heartbeat, dated by the server's own clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    cast,
    delete,
    exists,
    extract,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from ...rules.times import DAY, SECOND, Instant
from ..engine import Store
from ..locks import held_alone
from ..tables import workers
from ..writing_turn import sending_lock
from .prepared import Prepared

_LOCKS = 0x7475
"""The first number of the advisory locks; the second is that of the worker."""

_KEPT = 30 * DAY

_CUT_OFF = text(
    "SELECT pg_terminate_backend(pid, :wait) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND classid = :locks AND objid = :worker AND granted AND pid <> pg_backend_pid()"
    " AND datname = current_database() AND usename = current_user"
)
COUNTED_ON = (
    select(workers.c.id)
    .where(workers.c.id == bindparam("worker"), workers.c.stopped_at.is_(None))
    .with_for_update(read=True, of=workers)
)
"""The worker, where nobody took it for dead, nor will until the transaction ends: whoever did would not see what is
written now."""

_COUNTED_ON = Prepared(COUNTED_ON)


@dataclass(frozen=True, slots=True)
class Lease:
    """What a sender holds mails by: its number among the workers, and a word that no other sender has."""

    worker_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A process that delivers or did: where, and when it was last alive."""

    id: int
    host: str
    pid: int
    heartbeat_at: Instant


@contextmanager
def alone(store: Store) -> Iterator[bool]:
    """Be the one sender of an embedded store while the block runs; False where another is. Always True for a shared
    store."""
    if store.path is None:
        yield True
        return
    with held_alone(sending_lock(store.path)) as is_mine:
        yield is_mine


def register(connection: Connection, host: str, pid: int, place: str, token: str, now: Instant) -> Lease:
    """Enter a process among the workers, for as long as this connection lasts; what it holds mails by."""
    at = _moment(connection, now)
    connection.execute(delete(workers).where(workers.c.stopped_at < now - _KEPT))
    values = {"host": host, "pid": pid, "machine": place, "started_at": at, "heartbeat_at": at}
    number = connection.execute(insert(workers).values(values).returning(workers.c.id)).scalar_one()
    attach(connection, number)
    return Lease(number, f"{number}.{token}")


def attach(connection: Connection, worker_id: int) -> None:
    """Let others see by this connection that the worker lives."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_lock(_LOCKS, worker_id)))


def limit_standstill(connection: Connection, seconds: float) -> None:
    """Have a shared store end this session if its process stands still within a transaction, where it would keep others
    waiting; and wait itself at most twice as long for others. (Nothing can end a process that stands still while it
    writes to an embedded store.)"""
    if connection.dialect.name == "postgresql":
        for name, times in (("idle_in_transaction_session_timeout", 1), ("lock_timeout", 2)):
            connection.execute(select(func.set_config(name, str(round(times * seconds * SECOND)), False)))


def beat(connection: Connection, worker_id: int, now: Instant) -> bool:
    """Say that the worker lives; False where it was taken for dead, and others go on with its mails."""
    alive = update(workers).where(workers.c.id == worker_id, workers.c.stopped_at.is_(None))
    return connection.execute(alive.values(heartbeat_at=_moment(connection, now))).rowcount == 1


def is_counted_on(connection: Connection, worker_id: int) -> bool:
    """Whether nobody took the worker for dead, nor will until the transaction ends."""
    return _COUNTED_ON.one(connection, worker=worker_id).first() is not None


def stop(connection: Connection, worker_id: int, now: Instant) -> bool:
    """Note that a worker ended; False where that was noted before."""
    running = update(workers).where(workers.c.id == worker_id, workers.c.stopped_at.is_(None))
    return connection.execute(running.values(stopped_at=now)).rowcount == 1


def running(connection: Connection) -> list[Sender]:
    """The workers of which nobody noted that they ended."""
    query = select(workers.c.id, workers.c.host, workers.c.pid, workers.c.heartbeat_at)
    return [Sender(*row) for row in connection.execute(query.where(workers.c.stopped_at.is_(None)).order_by("id"))]


def last_alive(connection: Connection) -> Instant | None:
    """When any worker last gave a sign of life, ended or not; None where none is known of."""
    last: Instant | None = connection.execute(select(func.max(workers.c.heartbeat_at))).scalar_one()
    return last


def is_any_alive(connection: Connection, within: float) -> bool:
    """Whether a sender of a shared store gave a sign of life within so many seconds; that of an embedded one is told by
    its lock (`alone`)."""
    if connection.dialect.name == "sqlite":
        return False
    alive = workers.c.stopped_at.is_(None), workers.c.heartbeat_at >= _server_clock() - round(within * SECOND)
    return bool(connection.execute(select(exists().where(*alive))).scalar_one())


def dead(connection: Connection, me: int, silence: float) -> list[int]:
    """The workers that ended without a word: of an embedded store all but the one that asks, of a shared one those
    whose session is gone, and those silent for more than `silence` seconds."""
    others = select(workers.c.id).where(workers.c.stopped_at.is_(None), workers.c.id != me)
    if connection.dialect.name == "sqlite":
        return list(connection.scalars(others))
    silent = workers.c.heartbeat_at < _server_clock() - round(silence * SECOND)
    found = connection.execute(others.add_columns(silent.label("silent"))).all()
    return [number for number, is_silent in found if is_silent or _is_gone(connection, number)]


def cut_off(connection: Connection, worker_id: int) -> None:
    """End the session of a worker that is taken for dead, if it has one: what it holds is then free."""
    if connection.dialect.name == "postgresql":
        connection.execute(_CUT_OFF, {"locks": _LOCKS, "worker": worker_id, "wait": 5 * SECOND})


def _is_gone(connection: Connection, worker_id: int) -> bool:
    free: bool = connection.execute(select(func.pg_try_advisory_xact_lock(_LOCKS, worker_id))).scalar_one()
    return free


def _moment(connection: Connection, now: Instant) -> ColumnElement[int]:
    return _server_clock() if connection.dialect.name == "postgresql" else literal(now)


def _server_clock() -> ColumnElement[int]:
    return cast(extract("epoch", func.clock_timestamp()) * SECOND, BigInteger)
