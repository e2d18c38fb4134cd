"""A console over the small organization, its clock standing still, for flows and pictures."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from tests import small_organization as small
from tests.resting import rest
from tui_admin.app import ConsoleApp
from tui_admin.cli.reference import commands
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import Instant
from tui_admin.screens.curriculum.picker import PickerScreen
from tui_admin.screens.curriculum.targets import TargetsScreen
from tui_admin.screens.mail.picking import PickScreen
from tui_admin.screens.opening import open_session
from tui_admin.screens.person.picking import PersonPickScreen
from tui_admin.screens.person.plan import PlanScreen
from tui_admin.screens.preview import PreviewScreen
from tui_admin.screens.session import NO_WAY, ConsoleSettings, MailWay, Session
from tui_admin.store.engine import Store
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import StatusLine

SIZES = ((80, 24), (120, 40))
WITHIN = 5.0
"""Seconds within which a console shows what happened elsewhere; it looks every two."""
_SOON = 0.2
"""Seconds within which whatever waits for a rest between two keys begins: a list is read, counted, looked at."""
_WATCHES = ("deliver", "watch", "watch counts")


def console(
    store: Store,
    folder: Path,
    start: str = "home",
    email: str | None = "ana@northwind.example",
    now: Instant = small.NOW,
    way: MailWay = NO_WAY,
) -> ConsoleApp:
    """A console of an administrator at a store, on a place, at a moment; its mail leaves this way."""

    def connect() -> Session:
        return open_session(store, sign_in(store, email), lambda: now)

    settings = ConsoleSettings(
        folder=folder,
        log=folder / "log",
        demo=folder / "demo.db",
        start=start,
        mail=lambda: way,
        words=lambda: dict(commands()),
    )
    return ConsoleApp(connect, settings)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing runs any more, rows are counted and everything is drawn; a question is left to wait for its
    answer, and so are the watches over what others write and over mails that nobody delivers here."""
    quiet = 0
    while quiet < 3:
        await pilot.pause(0)
        await rest(_SOON)
        is_asked = _asked(pilot.app.screen)
        at_work = (worker for worker in pilot.app.workers if not worker.is_finished and worker.group not in _WATCHES)
        # Whatever waits for the answer is no thread; a list that is read meanwhile is read in one.
        is_busy = any(worker._thread_worker or not is_asked for worker in at_work)
        if is_busy or any(map(_will_count, pilot.app.screen.query(RecordTable))):
            quiet = 0
            await asyncio.sleep(0.01)
        else:
            quiet += 1


def _will_count(table: RecordTable) -> bool:
    """Whether rows are counted soon: a list longer than a page is counted only after a rest."""
    timer = table._waits.get("count")
    return not table.count[1] and timer is not None and timer._task is not None and not timer._task.done()


def _asked(screen: Screen[Any]) -> bool:
    waiting = PreviewScreen | PickScreen | PickerScreen | TargetsScreen | PlanScreen | PersonPickScreen
    return isinstance(screen, waiting) or any(status.asking for status in screen.query(StatusLine))


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each once the one before has done its work; letters typed into a field need not wait for each
    other."""
    for key, following in zip_longest(keys, keys[1:]):
        await pilot.press(key)
        if following is None or len(following) > 1 or not isinstance(pilot.app.focused, Input | TextArea):
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


async def learns(pilot: Pilot[None], holds: Callable[[], bool], within: float = WITHIN) -> bool:
    """Whether something comes true within some seconds, nobody pressing a key."""
    for _ in range(int(within / 0.05)):
        await pilot.pause(0.05)
        if holds():
            await settle(pilot)
            return True
    return False
