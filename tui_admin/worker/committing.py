"""A thread that owns the sender's connection to the store. What all connections have to say while one transaction is
being made durable goes into the next one together, so that the disk is waited for once, not once a mail.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from ..rules.errors import StoreError
from ..store.engine import Store

T = TypeVar("T")

Entries = Sequence[Any]
Results = Sequence[Any]


class Writer(Protocol):
    """Writes entries, all in one transaction; one result each. `again` tells that they may have been written before,
    when the connection broke before the answer came."""

    def __call__(self, connection: Connection, entries: Entries, *, again: bool) -> Results: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Something to be done in the thread: an entry among others, or a call with a transaction of its own."""

    future: "asyncio.Future[Any]"
    entry: Any = None
    call: Callable[[Connection, bool], Any] | None = None


_GATHERING = 0.0005
"""Seconds to wait for more to be asked, where several ask at once: a fuller transaction is worth more than that."""

_LOST = "The store failed until the sender had to stop; what it could not record is in doubt."

_Answer = tuple["asyncio.Future[Any]", Any, Exception | None]


class Committer:
    """Writes to a store in the order it is asked. Where the store fails, it connects anew and tries again every
    `pause` seconds, for as long as it is not told to give up; `tell` hears of it once.

    `connected` is called with each new connection before anything else.
    """

    def __init__(
        self,
        store: Store,
        write: Writer,
        *,
        connected: Callable[[Connection], None],
        tell: Callable[[str], None],
        pause: float = 1,
    ) -> None:
        self._store, self._write, self._connected, self._tell, self._pause = store, write, connected, tell, pause
        self._loop = asyncio.get_running_loop()
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._waiting: list[_Asked] = []
        self._closing = self._again = self._crowded = False
        self._gave_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    async def enter(self, entry: Any) -> Any:
        """Write an entry together with others; its result, once it is durable."""
        return await self._ask(_Asked(self._loop.create_future(), entry=entry))

    async def call(self, function: Callable[[Connection, bool], T]) -> T:
        """Run a function in a transaction of its own. Its second argument tells that it may have been run before."""
        done: T = await self._ask(_Asked(self._loop.create_future(), call=function))
        return done

    def give_up(self) -> None:
        """Try no more to reach a store that fails: whoever waits for it gets a StoreError."""
        self._gave_up.set()
        self._asked.put(None)

    async def close(self) -> None:
        """Write what is waiting and let go of the store."""
        self._asked.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _ask(self, asked: _Asked) -> Any:
        if self._gave_up.is_set():
            raise StoreError(_LOST)
        self._asked.put(asked)
        return await asked.future

    def _run(self) -> None:
        told = False
        while not self._is_done():
            try:
                with self._store.hold() as connection:
                    with self._store.transaction(connection, writing=True):
                        self._connected(connection)
                    while not self._is_done():
                        self._serve(connection)
                        told = False
            except StoreError as error:
                if not told:
                    self._tell(str(error))
                told = True
                self._gave_up.wait(self._pause)
        while not self._asked.empty():
            self._waiting += self._next()
        self._answer([(asked.future, None, StoreError(_LOST)) for asked in self._waiting])

    def _is_done(self) -> bool:
        return self._gave_up.is_set() or (self._closing and not self._waiting)

    def _serve(self, connection: Connection) -> None:
        """Do what is asked by now: each call, then the entries together. An entry may begin a mail, and what is called
        may be a pause, which lets no mail begin that was asked for after it."""
        if not self._waiting:
            self._waiting = self._next()
        for asked in [asked for asked in self._waiting if asked.call is not None]:
            self._do(connection, [asked], partial(_called, connection, asked))
        if entries := list(self._waiting):
            texts = [asked.entry for asked in entries]
            self._do(connection, entries, lambda again: self._write(connection, texts, again=again))

    def _do(self, connection: Connection, asked: Sequence[_Asked], act: Callable[[bool], Results]) -> None:
        """Act in one transaction and answer; what the store fails at stays waiting."""
        again, self._again = self._again, True
        try:
            with self._store.transaction(connection, writing=True):
                results = act(again)
            answers: list[_Answer] = [(one.future, result, None) for one, result in zip(asked, results, strict=True)]
        except StoreError:
            raise
        except Exception as error:
            answers = [(one.future, None, error) for one in asked]
        self._again = False
        self._waiting = [one for one in self._waiting if one not in asked]
        self._answer(answers)

    def _next(self) -> list[_Asked]:
        """Everything that is asked by now, at least one thing."""
        found = [self._asked.get()]
        if self._crowded:
            time.sleep(_GATHERING)
        while not self._asked.empty():
            found.append(self._asked.get())
        self._crowded, self._closing = len(found) > 1, None in found
        return [asked for asked in found if asked is not None]

    def _answer(self, answers: Sequence[_Answer]) -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it whoever asked
            self._loop.call_soon_threadsafe(_resolve, answers)


def _called(connection: Connection, asked: _Asked, again: bool) -> Results:
    assert asked.call is not None
    return [asked.call(connection, again)]


def _resolve(answers: Sequence[_Answer]) -> None:
    for future, result, error in answers:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
