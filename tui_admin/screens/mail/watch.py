"""What is being sent, told on the status line of whatever screen one is on, for as long as something is."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from textual.screen import Screen
from textual.widgets import Input, TextArea

from tui_admin.portal.mail import messages
from tui_admin.portal.mail.messages import Message
from tui_admin.rules.mailing import MailState, MessageState
from tui_admin.widgets.status_line import Tone
from tui_admin.widgets.text import plural

from ..base import ConsoleScreen
from ..session import MailWay, Session
from .tables import called

_EVERY = 2.0
"""Seconds; so long stands what was said of sending before progress takes its place."""
_LOOKED_AT = 20
"""The newest messages; older ones that are still under way are told on their own page."""


class DeliveryWatch:
    """Looks at the messages under way every two seconds until there are none, then says how the last one ended."""

    def __init__(self, session: Session, screen: Callable[[], Screen[Any]], way: Callable[[], MailWay]) -> None:
        self._session = session
        self._shown = screen
        self._way = way
        self._kept = False
        self._seen: dict[int, tuple[int, float]] = {}

    async def run(self) -> None:
        """Tell until nothing is under way; what cannot be read is told by whoever reads next."""
        self._kept = (await asyncio.to_thread(self._way)).kept
        watched: set[int] = set()
        while True:
            found = await asyncio.to_thread(self._read)
            under_way = [message for message in found if message.state is MessageState.SENDING]
            done = [m for m in found if m.id in watched and m.state is not MessageState.SENDING]
            watched = {message.id for message in under_way}
            if done:
                self._say(done[0])
            if not under_way:
                return
            await asyncio.sleep(_EVERY)
            self._progress(under_way)

    def _read(self) -> list[Message]:
        return messages.listing(self._session.store, self._session.actor, limit=_LOOKED_AT)

    @property
    def _screen(self) -> ConsoleScreen | None:
        """The screen to tell it on: none while one types, which has hints of its own on that line."""
        screen = self._shown()
        typing = isinstance(screen.focused, Input | TextArea)
        return screen if isinstance(screen, ConsoleScreen) and not typing else None

    def _progress(self, under_way: Sequence[Message]) -> None:
        screen = self._screen
        if screen is None:
            return
        settled, total = sum(m.settled for m in under_way), sum(m.total for m in under_way)
        one = called(under_way[0]) if len(under_way) == 1 else plural(len(under_way), "message")
        notes = [f"{rate:,.0f}/s"] if (rate := self._rate(under_way[0].id, settled)) else []
        for state, word in ((MailState.DEFERRED, "to be tried again"), (MailState.UNKNOWN, "in doubt")):
            if number := sum(m.counts.get(state, 0) for m in under_way):
                notes.append(f"{number:,} {word}")
        doing = f"Writing {one} to the folder:" if self._kept else f"Sending {one}:"
        screen.status.progress(doing, settled, total, " · ".join(notes))

    def _rate(self, message_id: int, settled: int) -> float:
        before = self._seen.get(message_id)
        self._seen[message_id] = settled, monotonic()
        if before is None or settled <= before[0]:
            return 0.0
        return (settled - before[0]) / (monotonic() - before[1])

    def _say(self, message: Message) -> None:
        if (screen := self._screen) is None:
            return
        counts, parts = message.counts, []
        for state, word in (
            (MailState.SENT, "written to the folder" if self._kept else "sent"),
            (MailState.FAILED, "refused"),
            (MailState.DEFERRED, "to be tried again"),
            (MailState.UNKNOWN, "in doubt"),
        ):
            if counts.get(state):
                parts.append(f"{counts[state]:,} {word}")
        reason = f": {message.pause_reason}" if message.pause_reason else ""
        tone: Tone = "success" if message.state is MessageState.SENT else "warning"
        ended = "done" if self._kept and message.state is MessageState.SENT else message.state
        screen.say(f"{called(message)} {ended}{reason} · {', '.join(parts) or 'no mails'}", tone)
