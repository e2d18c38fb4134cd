"""Being the only one at something on a store: one process at a time, whatever became of the one before."""

import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from ..rules.errors import StoreError
from . import faults
from .engine import Store

_LOCKS = 0x7476
"""The first number of the advisory locks on PostgreSQL; the second is that of the word."""

_LOOK_AGAIN = 0.1


@contextmanager
def alone(store: Store, word: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only one who does what a word says while the block runs. Others' turn is waited for, and `waiting` called
    meanwhile, which may raise. The lock ends with the process, however that ends."""
    while True:
        with _held(store, word) as is_mine:
            if is_mine:
                yield
                return
        waiting()
        time.sleep(_LOOK_AGAIN)


def is_held(store: Store, word: str) -> bool:
    """Whether anybody does what a word says."""
    with _held(store, word) as is_free:
        return not is_free


@contextmanager
def held_alone(beside: Path) -> Iterator[bool]:
    """Hold the lock of a file while the block runs; False where another holds it. The lock is the kernel's. Raises
    StoreError where the file cannot be opened."""
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        opened = beside.open("a")
    except OSError as error:
        raise StoreError(f"The lock {beside.name} beside the store cannot be opened: {error.strerror}.") from error
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _held(store: Store, word: str) -> AbstractContextManager[bool]:
    if store.path is None:
        return _held_in_server(store, word)
    whole = store.path.resolve()
    return held_alone(whole.with_name(f"{whole.name}.{word}"))


@contextmanager
def _held_in_server(store: Store, word: str) -> Iterator[bool]:
    """The same by a lock of a session on a shared store."""
    numbers = (_LOCKS, zlib.crc32(word.encode()) & 0x7FFFFFFF)
    with (
        faults.explained(store.label),
        store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        is_mine = bool(connection.execute(select(func.pg_try_advisory_lock(*numbers))).scalar_one())
        try:
            yield is_mine
        finally:
            if is_mine:
                connection.execute(select(func.pg_advisory_unlock(*numbers)))
