"""The address that mail comes from: asked for where somebody misses it, and the words that say how."""

import asyncio
from collections.abc import Mapping

from tui_admin.rules.errors import UsageError

from .base import ConsoleScreen

_NAME = "sender-address"


async def ask_sender(screen: ConsoleScreen) -> None:
    """Ask for the address, offering the one that is set, and set it."""
    from tui_admin.portal import settings

    session = screen.session
    if session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    by = (session.store, session.actor)
    known: Mapping[str, str | None] = await asyncio.to_thread(settings.show, *by)
    question = "Mail comes from which address? Such as learning@example.org:"
    text = await screen.status.ask_text(question, known[_NAME] or "")
    if text is None:
        return
    said = await asyncio.to_thread(settings.change, *by, _NAME, text, session.clock())
    screen.say(said, "success")
    screen.console.changed()
    screen.reload()
