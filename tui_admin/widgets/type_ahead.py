"""Keys typed ahead: what follows a key waits until that key has done what it does.

Textual hands a key to whatever has the focus when it arrives. Over a slow line, or with a text pasted as keys, what
follows `:` or `/` would arrive before the prompt has the focus, and each letter of it would act on the list behind. A
key that acts on rows waits, too, until the rows of the filter in the bar are here, however long that takes: it would
open, or write to, somebody else. Esc drops what waits so.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.worker import Worker

Typed = Key | Paste

ACTS = ("act", "command", "go")
"""The groups of workers that act for a key; others only read, and leave the focus where it is."""

_AT_MOST = 0.3
"""Seconds that a key waits for the one before it, which may have begun something long."""

_OPENING, _OPENING_AT_MOST = ("go",), 3.0
"""Those that open a place, and the seconds that a key waits for them: it is meant for that place, and the first of its
kind is loaded first."""

_LOOK_AGAIN = 0.01
"""Seconds after which it is looked whether rows are here by now."""

_WAYS_OUT = ("escape", "ctrl+g")

_ROUNDS = 2
"""A key's action runs in the app's turn; the focus that it asks for moves in a later one."""


class TypeAhead:
    """Hands on what is typed, one after another. `pass_on` hands one over; `is_asking` tells whether what a key began
    waits for more keys by now; `is_early` whether what the key acts on is not here yet."""

    def __init__(
        self,
        app: App[Any],
        pass_on: Callable[[Typed], Awaitable[None]],
        is_asking: Callable[[], bool],
        is_early: Callable[[str], bool],
    ) -> None:
        self._app, self._pass_on, self._is_asking, self._is_early = app, pass_on, is_asking, is_early
        self._held = False
        self._waiting: deque[Typed] = deque()
        self._follower: Worker[None] | None = None

    async def take(self, event: Typed) -> None:
        """Hand this on at once, or after what was typed before it."""
        if self._held and isinstance(event, Key) and event.key in _WAYS_OUT:
            self._waiting.clear()
            await self._pass_on(event)
            return
        if self._follower is not None and not self._follower.is_finished:
            self._waiting.append(event)
            return
        if self._must_wait(event):
            self._waiting.append(event)
            self._follower = self._app.run_worker(self._follow(), group="type-ahead")
            return
        before, around = self._acts(), self._around()
        await self._pass_on(event)
        self._follower = self._app.run_worker(self._follow(before, around), group="type-ahead")

    async def _follow(self, before: set[Worker[Any]] | None = None, around: Sequence[MessagePump] = ()) -> None:
        if before is not None:
            await self._settle(before, around)
        while await self._is_next_due():
            before, around = self._acts(), self._around()
            await self._pass_on(self._waiting.popleft())
            await self._settle(before, around)

    def _must_wait(self, event: Typed) -> bool:
        return isinstance(event, Key) and event.key not in _WAYS_OUT and self._is_early(event.key)

    async def _is_next_due(self) -> bool:
        """Wait until what waits longest may be handed on; False where nothing waits any more."""
        try:
            while self._waiting and self._must_wait(self._waiting[0]):
                self._held = True
                await asyncio.sleep(_LOOK_AGAIN)
        finally:
            self._held = False
        return bool(self._waiting)

    async def _settle(self, before: set[Worker[Any]], around: Sequence[MessagePump]) -> None:
        """Wait until a key has gone up from the focus to the app, and what it began has ended or asks for keys."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_AT_MOST):
                for _ in range(_ROUNDS):
                    for node in around:
                        await _turn(node)
                await self._ended(before, ACTS)
        if self._acts(_OPENING) - before:
            with suppress(TimeoutError):
                async with asyncio.timeout(_OPENING_AT_MOST):
                    await self._ended(before, _OPENING)

    async def _ended(self, before: set[Worker[Any]], groups: Collection[str]) -> None:
        """Wait until what was begun in some groups has ended or asks for keys."""
        while not self._is_asking() and self._acts(groups) - before:
            await asyncio.sleep(0.005)
        await _turn(self._app)

    def _acts(self, groups: Collection[str] = ACTS) -> set[Worker[Any]]:
        return {worker for worker in self._app.workers if worker.group in groups and not worker.is_finished}

    def _around(self) -> list[MessagePump]:
        focused = self._app.focused
        return [*focused.ancestors_with_self] if focused is not None else [self._app.screen, self._app]


async def _turn(node: MessagePump) -> None:
    """Wait until a node has dealt with what it was sent so far; not for one that is closing."""
    done = asyncio.Event()
    if node.call_later(done.set):
        await done.wait()
