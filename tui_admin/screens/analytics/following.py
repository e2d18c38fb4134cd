"""Learning that charts were counted anew, by a process of its own, a worker or another console."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from tui_admin.portal import counts
from tui_admin.portal.counts import Count
from tui_admin.rules.errors import StoreError

from ..base import ConsoleScreen
from ..session import Session

_EVERY = 2.0
"""Seconds between two looks; one reads one row."""

_PATIENCE = 5
"""Looks after which a count that was begun, and that nobody is at, is over: a process takes a moment to begin."""


class CountWatch:
    """Looks for a newer count. Then the screen that is `shown` shows what came of it, where the person is not answering
    something, and `changed` tells all others. Where this console awaits one that it began, it is said when it is there,
    or that nothing came of it."""

    def __init__(self, session: Session, shown: Callable[[], Screen[Any]], changed: Callable[[], object]) -> None:
        self._session, self._shown, self._changed = session, shown, changed
        self._idle = 0

    async def run(self) -> None:
        """Look until cancelled. A store that cannot be read now is told by whoever reads next."""
        seen = await self._look()
        while True:
            await asyncio.sleep(_EVERY)
            screen = self._shown()
            if not isinstance(screen, ConsoleScreen) or screen.busy:
                continue
            now = await self._look()
            if now is None or not screen.is_current:
                continue
            is_new, seen = seen is not None and now.number != seen.number, now
            if is_new:
                self._changed()
            self._tell_awaited(screen, now)
            screen.follow_count(now.number, is_under_way=now.is_under_way)

    async def _look(self) -> Count | None:
        session, screen = self._session, self._shown()
        looks = isinstance(screen, ConsoleScreen) and (screen.SHOWS_COUNTS or screen.console.count_awaited is not None)
        try:
            return await asyncio.to_thread(counts.newest, session.store, session.actor, looks_for_work=looks)
        except StoreError:
            return None

    def _tell_awaited(self, screen: ConsoleScreen, now: Count) -> None:
        if screen.console.count_awaited is None:
            return
        self._idle = 0 if now.is_under_way else self._idle + 1
        if now.number != screen.console.count_awaited:
            screen.say("Charts are counted anew.", "success")
        elif self._idle > _PATIENCE:
            screen.say("Counting ended with nothing new; r on a chart counts again.")
        else:
            return
        self._idle, screen.console.count_awaited = 0, None
