"""Reports beside the sending: made in a thread, one after another, once asked for by a person or the schedule; and the
alerts that licenses run out."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from ..portal.mail import license_alerts
from ..portal.reports import fulfilling, scheduled
from ..rules.errors import Cancelled, StoreError
from ..rules.times import HOUR, MINUTE, Instant
from ..store.engine import Store
from . import counting

_LOOK_AT_SCHEDULE = MINUTE
"""Time between two looks at the schedule, and for files that are kept no longer."""

_LOOK_AT_LICENSES = HOUR
_LOOK_AT_CHARTS = 10 * MINUTE
"""Time between two looks whether charts are behind the store; the first is so long after a sender began."""


class Reporting:
    """Makes what is due until it is stopped; `tell` hears what becomes of each report."""

    def __init__(self, store: Store, clock: Callable[[], Instant], tell: Callable[[str], None]) -> None:
        self._store, self._clock, self._tell = store, clock, tell
        self._looked_at: Instant | None = None
        self._licenses_at: Instant | None = None
        self._charts_at = clock()
        self._stopping = threading.Event()
        self._has_looked = self._has_news = False

    async def run(self, pause: float) -> None:
        """Make reports as they become due, looking every `pause` seconds."""
        while not self._stopping.is_set():
            await self.turn()
            await asyncio.sleep(pause)

    async def turn(self) -> None:
        """Make all that is due. Where the store fails, whoever sends tells of it, and the next turn tries again."""
        with suppress(StoreError, Cancelled):
            await asyncio.to_thread(self._turn)

    def is_through(self) -> bool:
        """Whether the schedule was looked at, and no report was made since this was asked last: its mail waits then."""
        news, self._has_news = self._has_news, False
        return self._has_looked and not news

    def stop(self) -> None:
        """Break off what is being made: it stays as it was, and the next sender makes it."""
        self._stopping.set()

    def _turn(self) -> None:
        now = self._clock()
        if _is_time(self._looked_at, now, _LOOK_AT_SCHEDULE):
            self._looked_at = now
            try:
                scheduled.look(self._store, now)
                fulfilling.drop_old(self._store, now)
                self._look_at_licenses(now)
                self._look_at_charts(now)
            finally:
                self._has_looked = True
        while not self._stopping.is_set() and (said := fulfilling.make_next(self._store, self._clock, self._heard)):
            self._has_news = True
            self._tell(said)

    def _look_at_licenses(self, now: Instant) -> None:
        if not _is_time(self._licenses_at, now, _LOOK_AT_LICENSES):
            return
        self._licenses_at = now
        if queued := license_alerts.look(self._store, now):
            self._has_news = True
            self._tell(f"Queued {queued:,} license alert{'' if queued == 1 else 's'}.")

    def _look_at_charts(self, now: Instant) -> None:
        if _is_time(self._charts_at, now, _LOOK_AT_CHARTS):
            self._charts_at = now
            if counting.look(self._store):
                self._tell("Charts are counted anew.")

    def _heard(self, rows: int) -> None:
        if self._stopping.is_set():
            raise Cancelled("The sender was stopped.")


def _is_time(before: Instant | None, now: Instant, pause: Instant) -> bool:
    """Whether it is time to look again; after a clock was put back, at once."""
    return before is None or not 0 <= now - before < pause
