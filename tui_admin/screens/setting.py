"""A setting of the organization, changed from wherever one misses it."""

import asyncio

from tui_admin.rules.errors import UsageError

from .base import ConsoleScreen
from .deciding import write_seen

_QUESTIONS = {
    "sender-address": "Mail comes from which address? Such as learning@example.org:",
    "deadline-mails": "Days before a deadline that members are written to, off for never:",
}


async def ask_setting(screen: ConsoleScreen, typed: str) -> None:
    """Ask for a setting, offering the value typed after its name, else what it is set to, and set it. Raises UsageError
    for one that there is not."""
    from tui_admin.portal import settings

    session = screen.session
    if session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    key, _, value = typed.partition(" ")
    settings.named(key)
    by = (session.store, session.actor)
    known = await asyncio.to_thread(settings.show, *by)
    seen = known[key] or ""
    text = await screen.status.ask_text(_QUESTIONS.get(key, f"{key}:"), value or seen, blank=True)
    if text is None:
        return

    def write(seen: str) -> str:
        return settings.change(*by, key, text, session.clock(), seen=seen)

    said = await write_seen(screen, write, seen, text)
    if said is None:
        return
    screen.say(said, "success")
    screen.console.changed()
    screen.reload()
