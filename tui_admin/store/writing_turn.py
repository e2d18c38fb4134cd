"""The turn to write to a SQLite store, which one connection has at a time.

SQLite's own way to wait sleeps ever longer, up to a tenth of a second, before it looks again. A sender writes all the
time and lets go for moments only: beside it, a person would wait for luck. Here it is looked every few milliseconds;
and whoever never gets the turn is told which process keeps it.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ..rules.errors import StoreError

WRITE_LOCK_WAIT = 120
"""Seconds a writer waits for another's transaction before it says that the store is busy."""

_LOOK_AGAIN, _PATIENCE, _ASK_AGAIN = 0.002, 10, 1
"""Seconds: between two looks; until it is asked whether who has the turn was stopped, and again."""

_SQLITE_BUSY = 5
_WRITE_LOCK = 120
"""The byte of the file `-shm` whose lock is the turn (SQLite's documented WAL-index format)."""

_LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the turn; whether it was stopped within it, as by Ctrl-Z, and then keeps it for good; whether
    it is the store's sender."""

    pid: int
    stands_still: bool
    is_sender: bool

    def __str__(self) -> str:
        return f"{'the sender, ' if self.is_sender else ''}process {self.pid}"


def begin(connection: Connection, store: str, patience: float | None = None) -> None:
    """Begin a transaction that writes, once it is this connection's turn. Raises StoreError where that does not come
    in time: `patience` seconds, else `WRITE_LOCK_WAIT`."""
    begun = time.monotonic()
    end, ask = begun + (WRITE_LOCK_WAIT if patience is None else patience), begun + _PATIENCE
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(connection):
            time.sleep(_LOOK_AGAIN)
            if (now := time.monotonic()) > min(end, ask):
                _mind(store, holder(Path(store)), is_end=now > end)
                ask = now + _ASK_AGAIN
    finally:
        driver.execute(f"PRAGMA busy_timeout={WRITE_LOCK_WAIT * 1000}")


def holder(store: Path) -> Holder | None:
    """The process whose turn it is, where there is one and this system tells (Linux does)."""
    try:
        senders = set(_lockers(sending_lock(store), "FLOCK", 0)) if sending_lock(store).exists() else set()
        for pid in _lockers(Path(f"{store}-shm"), "POSIX", _WRITE_LOCK):
            state = (_PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
            return Holder(pid, state in "Tt", pid in senders)
    except OSError:
        pass
    return None


def sending_lock(store: Path) -> Path:
    """The file beside a store whose lock its one sender holds."""
    whole = store.resolve()
    return whole.with_name(whole.name + ".sending")


def _begun(connection: Connection) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != _SQLITE_BUSY:
            raise
        return False
    return True


def _lockers(file: Path, kind: str, byte: int) -> Iterator[int]:
    """The processes with a writer's lock of a kind on a byte of a file, as Linux lists them: `1: POSIX ADVISORY WRITE
    4711 fe:00:2195572 120 120`."""
    inode = f":{file.stat().st_ino}"
    for line in _LOCKS.read_text("ascii").splitlines():
        match line.split():
            case [_, of, _, "WRITE", pid, where, first, last] if of == kind and where.endswith(inode) and int(pid) > 0:
                if int(first) <= byte and (last == "EOF" or byte <= int(last)):
                    yield int(pid)


def _mind(store: str, found: Holder | None, *, is_end: bool) -> None:
    """Raise StoreError where the turn will not come, or the time is up."""
    if found is not None and found.stands_still:
        raise StoreError(
            f"The store {store} is kept by {found}, which was stopped while it wrote; nothing was changed."
            f" Let it go on (kill -CONT {found.pid}) or end it (kill -KILL {found.pid}), then try again."
        )
    if is_end:
        whose = f"the writing of {found}" if found else "another's writing"
        raise StoreError(f"The store {store} is busy with {whose}; nothing was changed, try again.")
