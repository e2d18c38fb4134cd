"""A console over the small organization, its clock standing still, for flows and pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from tests import small_organization as small
from tui_admin.app import ConsoleApp
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import Instant
from tui_admin.screens.session import ConsoleSettings, Facts, Session
from tui_admin.store.engine import Store
from tui_admin.store.tables import organization, programs

SIZES = ((80, 24), (120, 40))


def console(
    store: Store, folder: Path, start: str = "home", email: str = "ana@northwind.example", now: Instant = small.NOW
) -> ConsoleApp:
    """A console of an administrator at a store, on a place, at a moment."""

    def facts() -> Facts:
        with store.read() as connection:
            row = connection.execute(organization.select()).mappings().one_or_none()
            names = {program.slug: program.name for program in connection.execute(programs.select())}
        if row is None:
            return Facts()
        return Facts(organization=row["name"], zone=ZoneInfo(row["time_zone"]), as_of=row["data_as_of"], programs=names)

    def connect() -> Session:
        return Session(store, sign_in(store, email), now=lambda: now, clock=lambda: now, facts=facts)

    settings = ConsoleSettings(folder=folder, log=folder / "log", start=start)
    return ConsoleApp(connect, settings)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing runs any more and everything is drawn."""
    for _ in range(4):
        await pilot.pause()
        try:
            await pilot.app.workers.wait_for_complete()
        except (WorkerCancelled, WorkerFailed):
            continue
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each once the one before has done its work."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def lines(app: ConsoleApp) -> list[str]:
    """What stands on the screen, line by line."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def text(app: ConsoleApp) -> str:
    """What stands on the screen."""
    return "\n".join(lines(app))


def place(app: ConsoleApp) -> str:
    """Where one is."""
    return str(app.screen.place)  # type: ignore[attr-defined]


def no_controls(app: ConsoleApp) -> Sequence[str]:
    """Every control character on the screen: there must be none."""
    from unicodedata import category

    return [char for line in lines(app) for char in line if category(char) in ("Cc", "Cf")]
