"""Deciding what became of mails whose answer was lost."""

import asyncio

from pyroaring import BitMap

from tui_admin.portal.mail import doubts
from tui_admin.portal.mail.doubts import Decision
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural

from ..base import ConsoleScreen

_ANSWERS = {
    "s": (Decision.SENT, "sent"),
    "a": (Decision.RESEND, "send again"),
    "x": (Decision.DROP, "give up"),
}


async def decide(screen: ConsoleScreen, ids: BitMap) -> None:
    """Ask what became of them, on the status line, and keep it."""
    offered = (*(Answer(key, words) for key, (_, words) in _ANSWERS.items()), Answer("n", "not now", safe=True))
    reply = await screen.status.ask(f"What became of {plural(len(ids), 'mail')} in doubt?", offered)
    if reply not in _ANSWERS:
        return
    decision, session = _ANSWERS[reply][0], screen.session
    args = (session.store, session.actor, ids, decision, session.clock())
    done = await asyncio.to_thread(doubts.resolve, *args)
    skipped = f" ({done.skipped:,} in doubt no more)" if done.skipped else ""
    screen.say(f"{done.summary}{skipped}", "success")
    screen.reload()
    screen.console.changed()
    if decision is Decision.RESEND:
        screen.console.deliver()
