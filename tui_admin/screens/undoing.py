"""Taking back what was done last: at once what the status line has just offered, else after a question."""

import asyncio

from tui_admin.portal import undo
from tui_admin.portal.journal import Entry
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.status_line import Answer

from .base import ConsoleScreen

_ANSWERS = (Answer("y", "undo"), Answer("n", "leave it", safe=True))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


async def undo_last(screen: ConsoleScreen) -> None:
    """Undo the administrator's last action, whichever screen it was done on."""
    session = screen.session
    if session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    entry = screen.console.undoable
    if entry is None:
        last = await asyncio.to_thread(undo.last_undoable, session.store, session.actor)
        newest = await asyncio.to_thread(undo.last_done, session.store, session.actor)
        final = "" if newest is None or newest == last else f"{_sentence(newest.summary)} That cannot be undone. "
        if last is None:
            raise UsageError(f"{final}J lists all that was done." if final else "There is nothing of yours to undo.")
        question = "Undo what you did before" if final else "Undo"
        if await screen.status.ask(f"{final}{question}: {last.summary}?", _ANSWERS) != "y":
            return
        entry = last.id
    await _take_back(screen, entry)


async def undo_entry(screen: ConsoleScreen, entry: Entry) -> None:
    """Undo one entry of the journal, after a question; else say why that cannot be."""
    if screen.session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    if reason := undo.obstacle(entry):
        raise UsageError(reason)
    if await screen.status.ask(f"Undo: {entry.summary}?", _ANSWERS) == "y":
        await _take_back(screen, entry.id)


async def _take_back(screen: ConsoleScreen, entry: int) -> None:
    session = screen.session
    screen.status.wait("Writing …")
    try:
        receipt = await asyncio.to_thread(undo.undo, session.store, session.actor, entry, session.clock())
    finally:
        screen.status.wait("")
    reasons = receipt.verdicts.reasons()
    told = receipt.summary + (f" ({reasons})" if reasons else "")
    screen.say(" ".join((_sentence(told), *receipt.notes)) if receipt.notes else told, "success")
    screen.reload()
    screen.console.changed()
