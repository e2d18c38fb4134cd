"""Somebody else changed the same thing: theirs and yours are shown, and the person decides."""

import asyncio
from collections.abc import Callable

from tui_admin.portal.conflicts import Overtaken, as_seen, told
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import moment

from .base import ConsoleScreen


async def write_seen(screen: ConsoleScreen, write: Callable[[str], str], seen: str, mine: str) -> str | None:
    """Write over what was `seen`; what the writing said, None where the person keeps what somebody else set meanwhile.

    `write` is given what its writer saw; it is called again with what was set meanwhile where the person wants theirs
    in spite of it.
    """
    while True:
        try:
            return await asyncio.to_thread(write, seen)
        except Overtaken as overtaken:
            if await _decide(screen, overtaken, mine) != "y":
                screen.console.changed()
                screen.reload()
                return None
            seen = overtaken.theirs


async def _decide(screen: ConsoleScreen, overtaken: Overtaken, mine: str) -> str:
    when = ""
    if overtaken.at is not None:
        when = moment(overtaken.at, screen.session.clock(), screen.console.facts.zone)
    whom = f"{overtaken.by} set it ({when})" if overtaken.by else "it was changed meanwhile"
    yours = told(as_seen(mine) or None)
    question = f"{overtaken.thing}: {whom}. Theirs: {overtaken.shown}. Yours: {yours}."
    return await screen.status.ask(question, (Answer("y", "set yours"), Answer("n", "keep theirs", safe=True)))
