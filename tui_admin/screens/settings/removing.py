"""Removing a program from its settings: what it takes out is shown, its slug typed, all of it saved."""

import asyncio
from functools import partial

from tui_admin.portal import program_removal
from tui_admin.portal.program_removal import ProgramRemoval
from tui_admin.reports.program_archives import Archive
from tui_admin.rules.errors import Conflict

from ..paths import piped
from ..place import Place
from ..saving import ask_path
from .listing import SettingsScreen


async def remove_program(screen: SettingsScreen, slug: str) -> None:
    """Ask twice, archive, remove; the program's place is gone then."""
    by = screen.session.store, screen.session.actor
    screen.status.wait("Counting what is in it …")
    plan = await asyncio.to_thread(program_removal.plan, *by, slug)
    screen.status.wait("")
    screen.explain(" ".join(plan.lines), "warning")
    typed = await screen.status.ask_text(f"This cannot be undone. Type {slug} to remove it:")
    if typed is None or typed.strip() != slug:
        screen.say("Nothing was removed.")
        return
    words = f"programs remove {slug} --archive - --yes > {slug}.zip"
    path = await ask_path(screen, f"{slug}.zip", piped(words), replaces=False)
    if path is None:
        screen.say("Nothing was removed: all that is in a program is saved first.")
        return

    def told(rows: int) -> None:
        screen.call_later(screen.status.progress, "Saving the program", rows, None, "ctrl+g stops")

    with screen.working() as stopped:
        write = partial(program_removal.archive, *by, plan, path, screen.session.clock(), told=told, stopped=stopped)
        archive = await asyncio.to_thread(write)
    screen.say(f"Saved {sum(archive.rows.values()):,} rows to {path}; removing …")
    said = await _remove(screen, plan, archive)
    screen.console.changed()
    screen.say(f"{said}.", "success")
    screen.console.go(Place(("programs",)))


async def _remove(screen: SettingsScreen, plan: ProgramRemoval, archive: Archive) -> str:
    by = screen.session.store, screen.session.actor
    try:
        return await asyncio.to_thread(program_removal.apply, *by, plan, archive, screen.session.clock())
    except Conflict:  # after any other end it may have been removed: then the archive is all there is
        archive.path.unlink(missing_ok=True)
        raise
