"""Counting anew what charts are made from, because somebody wants it or because an import changed it."""

import asyncio
from functools import partial

from tui_admin.logbook import logbook
from tui_admin.portal import counts
from tui_admin.portal.analytics import reading, refreshing
from tui_admin.rules.errors import Cancelled, ConsoleError
from tui_admin.rules.roles import Right
from tui_admin.worker import counting as background

from ..base import ConsoleScreen
from .counting import how_far


async def recount(screen: ConsoleScreen) -> bool:
    """Count anew with progress, until it is done or stopped; whether there is anything new to show. A large store is
    counted by a process of its own."""
    session = screen.session
    session.actor.require(Right.ANALYTICS)
    if await asyncio.to_thread(background.is_for_background, session.store):
        who = "A process of its own" if await _start(screen) else "A process"
        screen.say(f"{who} counts anew, which takes minutes; what comes of it is shown once it is there.")
        return False
    with screen.working() as stopped:
        tell = partial(_told, screen)
        work = partial(reading.refresh, session.store, session.actor, session.clock(), progress=tell, cancelled=stopped)
        try:
            found = await asyncio.to_thread(work)
        finally:
            screen.status.wait("")
    screen.say("Counted anew." if found else "Nothing changed since it was counted.", "success")
    return found is not None


async def follow_import(screen: ConsoleScreen) -> str:
    """Rate and count anew after an import; what there is to add to its sentence. Whatever goes wrong here, the import
    is done: the charts are counted when they are looked at."""
    session = screen.session
    screen.status.wait("Counting charts …")
    with screen.working() as stopped:
        work = partial(refreshing.refresh, session.store, session.clock(), progress=partial(_told, screen))
        try:
            if await asyncio.to_thread(background.is_for_background, session.store):
                await _start(screen)
                return " · charts are being counted"
            is_new = await asyncio.to_thread(work, cancelled=stopped)
        except Cancelled:
            return " · charts not counted yet"
        except ConsoleError as error:
            return f" · charts not counted yet: {error}"
        except Exception as error:
            logbook(screen.console.settings.log).error("charts were not counted after an import", exc_info=error)
            return " · charts not counted yet"
        finally:
            screen.status.wait("")
    return " · charts counted" if is_new else ""


async def _start(screen: ConsoleScreen) -> bool:
    """Have a process count, unless one does; whether it was started. What comes of it is awaited."""
    store, actor = screen.session.store, screen.session.actor
    before = await asyncio.to_thread(counts.newest, store, actor, looks_for_work=False)
    is_started = await asyncio.to_thread(background.start, store, now=screen.session.clock())
    screen.console.count_awaited = before.number
    return is_started


def _told(screen: ConsoleScreen, word: str, done: int, of: int) -> None:
    """Say what is being done; called in the thread."""
    screen.app.call_later(screen.status.wait, f"Counting {how_far(word, done, of)} … ctrl+g stops")
