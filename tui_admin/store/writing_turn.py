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

_LOOK_AGAIN = 0.002
_SQLITE_BUSY = 5
_WRITE_LOCK = 120
"""The byte of the file `-shm` whose lock is the turn (SQLite's documented WAL-index format)."""

_LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the turn; whether it was stopped within it, as by Ctrl-Z, and then keeps it for good."""

    pid: int
    stands_still: bool


def begin(connection: Connection, store: str) -> None:
    """Begin a transaction that writes, once it is this connection's turn. Raises StoreError where that does not come
    in time."""
    end = time.monotonic() + WRITE_LOCK_WAIT
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(connection):
            if time.monotonic() > end:
                raise StoreError(_busy(store))
            time.sleep(_LOOK_AGAIN)
    finally:
        driver.execute(f"PRAGMA busy_timeout={WRITE_LOCK_WAIT * 1000}")


def holder(store: Path) -> Holder | None:
    """The process whose turn it is, where there is one and this system tells (Linux does)."""
    try:
        file = Path(f"{store}-shm").stat().st_ino
        for pid in _lockers(file):
            state = (_PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
            return Holder(pid, state in "Tt")
    except OSError:
        pass
    return None


def _begun(connection: Connection) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != _SQLITE_BUSY:
            raise
        return False
    return True


def _lockers(file: int) -> Iterator[int]:
    """The processes with a lock that writes on the turn's byte of a file, as Linux lists them: `1: POSIX ADVISORY WRITE
    4711 fe:00:2195572 120 120`."""
    for line in _LOCKS.read_text("ascii").splitlines():
        match line.split():
            case [_, "POSIX", _, "WRITE", pid, inode, first, last] if inode.endswith(f":{file}") and last.isdecimal():
                if int(first) <= _WRITE_LOCK <= int(last) and int(pid) > 0:
                    yield int(pid)


def _busy(store: str) -> str:
    match holder(Path(store)):
        case Holder(pid, True):
            return (
                f"The store {store} is kept by process {pid}, which was stopped while it wrote; nothing was changed."
                f" Let it go on (kill -CONT {pid}) or end it (kill -KILL {pid}), then try again."
            )
        case Holder(pid, False):
            return f"The store {store} is busy with the writing of process {pid}; nothing was changed, try again."
    return f"The store {store} is busy with another's writing; nothing was changed, try again."
