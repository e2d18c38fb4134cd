"""A console that lost its terminal while its administrator acted: noted for the next, which says what came of it."""

import asyncio
from typing import Any

from tui_admin.rules.roles import Actor

from .base import ConsoleScreen

_LOGIN, _CUT_OFF = "login", "cut_off"
"""Among the administrator's choices: under which screen, and which."""


def keep(store: Any, actor: Actor) -> None:
    """Note it, once what was being done is done. Raises a ConsoleError where the store cannot be written."""
    from tui_admin.portal import preferences

    preferences.keep(store, actor, _LOGIN, {_CUT_OFF: True})


async def tell(screen: ConsoleScreen) -> None:
    """Say what was done last where the console before lost its terminal, once."""
    if not screen.console.choices.get(_LOGIN, {}).get(_CUT_OFF):
        return
    from tui_admin.portal import undo  # hardly ever: no start waits for it

    screen.console.remember(_LOGIN, _CUT_OFF, False)
    entry = await asyncio.to_thread(undo.last_done, screen.session.store, screen.session.actor)
    done = f"done last: {entry.summary}" if entry else "nothing of yours was done"
    screen.say(f"Your connection was lost while you acted; {done} · J lists all.", "warning")
