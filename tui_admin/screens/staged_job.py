"""What is staged beside the store, in a thread of its own: a screen gives it orders and awaits what came of them."""

import asyncio
import queue
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Thread
from typing import Any, Generic, TypeVar

from tui_admin.rules.errors import Cancelled

Staged = TypeVar("Staged")
Result = TypeVar("Result")


class StagedJob(Generic[Staged]):
    """Something opened by `staged` and held until `close`. All of it happens in one thread, because what is staged
    belongs to one connection; `cancelled` is asked there while it works."""

    def __init__(self, staged: Callable[[Callable[[], bool]], AbstractContextManager[Staged]], name: str) -> None:
        self.cancelled: Callable[[], bool] = lambda: False
        self._staged = staged
        self._orders: queue.SimpleQueue[tuple[Callable[[Staged], Any], asyncio.Future[Any]] | None]
        self._orders = queue.SimpleQueue()
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    @property
    def running(self) -> bool:
        """Whether something is still staged or at work."""
        return self._thread.is_alive()

    async def do(self, function: Callable[[Staged], Result]) -> Result:
        """Let the thread do something with what is staged, which it opens before the first order.

        Raises Cancelled after `close`, and what opening or the function raises.
        """
        if self._closed:
            raise Cancelled("That was let go of already.")
        if not self._thread.ident:
            self._thread.start()
        future: asyncio.Future[Result] = self._loop.create_future()
        self._orders.put((function, future))
        return await future

    def do_in_thread(self, function: Callable[[Staged], Result]) -> Result:
        """The same for one that waits in a thread, not on the loop."""
        return asyncio.run_coroutine_threadsafe(self.do(function), self._loop).result()

    def close(self) -> None:
        """Let go of what is staged, now or as soon as the work at hand stops."""
        self._closed = True
        self._orders.put(None)

    def _run(self) -> None:
        order = self._orders.get()
        try:
            with self._staged(self._stopped) as found:
                while order is not None:
                    self._carry_out(order, found)
                    order = self._orders.get()
        except BaseException as error:
            # Whoever waits hears of it; without anybody waiting the thread was told to close.
            while order is not None:
                self._answer(order[1].set_exception, order[1], error)
                order = None if self._orders.empty() else self._orders.get()

    def _stopped(self) -> bool:
        return self._closed or self.cancelled()

    def _carry_out(self, order: "tuple[Callable[[Staged], Any], asyncio.Future[Any]]", found: Staged) -> None:
        function, future = order
        try:
            result = function(found)
        except Exception as error:
            self._answer(future.set_exception, future, error)
        else:
            self._answer(future.set_result, future, result)

    def _answer(self, settle: Callable[[Any], None], future: "asyncio.Future[Any]", value: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: None if future.done() else settle(value))
