"""Learning of what others do: every few seconds, whether somebody wrote to the store."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from tui_admin.portal.journal import newest
from tui_admin.rules.errors import StoreError

from .base import ConsoleScreen
from .session import Session

_EVERY = 2.0
"""Seconds between two looks; one reads one row."""


class StoreWatch:
    """Looks for a newer entry in the journal, which every write leaves. Then the screen that is `shown` reads again
    what is on it, and `changed` tells all others; where the person is answering something, at a later look."""

    def __init__(self, session: Session, shown: Callable[[], Screen[Any]], changed: Callable[[], object]) -> None:
        self._session, self._shown, self._changed = session, shown, changed

    async def run(self, seen: int) -> None:
        """Look until cancelled for what is newer than an entry. A store that cannot be read now is told by whoever
        reads next."""
        while True:
            await asyncio.sleep(_EVERY)
            now, screen = await self._newest(), self._shown()
            if now in (None, seen) or (isinstance(screen, ConsoleScreen) and screen.busy):
                continue
            seen = now
            self._changed()
            if isinstance(screen, ConsoleScreen):
                screen.follow()

    async def _newest(self) -> int | None:
        try:
            return await asyncio.to_thread(newest, self._session.store)
        except StoreError:
            return None
