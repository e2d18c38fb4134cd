"""What keys asked for, on its way to the store: one after the other, while the screen goes on."""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from tui_admin.portal.curriculum.writing import Done
from tui_admin.rules.errors import ConsoleError


@dataclass(frozen=True, slots=True)
class Write:
    """One act: `run` does it, in a thread; `done` hears on the loop what came of it. `kind` is shared by acts of which
    the last says it all, such as steps of one thing."""

    run: Callable[[], Done]
    done: Callable[[Done], None]
    kind: Hashable = None


class Writes:
    """The acts that wait. `failed` hears of one that could not be done; those behind it were asked for in view of it,
    and are let go."""

    def __init__(self, failed: Callable[[ConsoleError], None]) -> None:
        self._waiting: deque[Write] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._failed = failed

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return not self._idle.is_set()

    def put(self, write: Write) -> bool:
        """Let an act wait, in the place of one of its kind that stands last; True where `run` has to be called."""
        if write.kind is not None and self._waiting and self._waiting[-1].kind == write.kind:
            self._waiting.pop()
        self._waiting.append(write)
        starting = not self.busy
        self._idle.clear()
        return starting

    async def run(self) -> None:
        """Do what waits until nothing does."""
        try:
            while self._waiting:
                write = self._waiting.popleft()
                try:
                    done = await asyncio.to_thread(write.run)
                except ConsoleError as error:
                    self._waiting.clear()
                    self._failed(error)
                else:
                    write.done(done)
        finally:
            self._idle.set()

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        await self._idle.wait()
