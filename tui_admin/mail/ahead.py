"""The mails claimed ahead of their turn: few seconds' worth, so that little is held if the sender dies."""

import asyncio
from collections import deque
from collections.abc import Callable

from ..rules.delivery import Mail
from .sending import Ended, Ledger, Tempo

_AT_FIRST = 10
"""Mails for each connection that are claimed before anything is known of the pace."""


class Ahead:
    """Mails that were claimed and not begun yet. `fewest` are claimed at once, be the pace ever so slow."""

    def __init__(self, ledger: Ledger, tempo: Tempo, fewest: int, seconds: Callable[[], float]) -> None:
        self._ledger, self._tempo, self._fewest, self._seconds = ledger, tempo, fewest, seconds
        self._mails: deque[Mail] = deque()
        self._arrived, self._wanted = asyncio.Event(), asyncio.Event()
        self._taken, self._since = 0, seconds()
        self._batch = fewest * _AT_FIRST

    def __len__(self) -> int:
        return len(self._mails)

    def take(self) -> Mail:
        """The next mail; there must be one."""
        self._taken += 1
        if len(self._mails) <= self._batch // 2:
            self._wanted.set()
        return self._mails.popleft()

    async def arrival(self, timeout: float) -> None:
        """Wait until there are mails, or so many seconds."""
        self._arrived.clear()
        await waited(self._arrived, timeout)

    async def feed(self, stopping: asyncio.Event, is_busy: Callable[[], bool], ended: Ended) -> None:
        """Claim mails as they are used up, until stopped or there is nothing more to do."""
        while not stopping.is_set():
            mails = await self._ledger.claim(self._size())
            self._mails += mails
            if mails:
                self._arrived.set()
                self._wanted.clear()
                while len(self._mails) > self._batch // 2 and not stopping.is_set():
                    await waited(self._wanted, self._tempo.look)
            elif not self._mails and not is_busy() and await ended():
                return
            else:
                await waited(stopping, self._tempo.look)

    async def let_go(self) -> None:
        """Give back what was claimed and not begun."""
        await self._ledger.release(tuple(self._mails))
        self._mails.clear()

    def _size(self) -> int:
        """How many to claim: some seconds' worth at the pace since the last time."""
        now = self._seconds()
        if self._taken:
            pace = self._taken / max(now - self._since, 0.1)
            self._batch = max(self._fewest, min(self._tempo.most_ahead, round(pace * self._tempo.ahead)))
        self._taken, self._since = 0, now
        return self._batch


async def waited(event: asyncio.Event, timeout: float) -> bool:
    """Whether an event came within so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), timeout)
    except TimeoutError:
        return False
    return True
