"""The frame that every screen stands in, and what every screen can do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from threading import Event
from typing import ClassVar, TypeVar

from textual import getters, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Mount, ScreenResume
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from tui_admin.rules.mailing import RESEND, SET_SENDER
from tui_admin.rules.roles import Right, Role
from tui_admin.rules.times import DAY, Instant, age, to_datetime
from tui_admin.widgets.commands import Command, Live, live_commands
from tui_admin.widgets.lines import FooterLine, TabLine, TitleLine, Whereabouts
from tui_admin.widgets.status_line import StatusLine, Tone
from tui_admin.widgets.text import moment

from .console import Console
from .place import Place
from .session import Session

Result = TypeVar("Result")
_LEAST_WIDTH, _LEAST_HEIGHT = 60, 16
_TOO_SMALL = f"The console needs {_LEAST_WIDTH} columns and {_LEAST_HEIGHT} lines.\nMake this window larger."
_STALE_AFTER = 8 * DAY
"""Reports are mailed weekly; facts older than one missed week are marked."""


class Finished(Message):
    """A thread is done; `deliver` hands its result over on the loop."""

    handler_name = "on_finished"

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver


class ConsoleScreen(Screen[None]):
    """A screen: title, tabs, its own body, status line, keys. The package `tui_admin.screens` says how to add one."""

    OFFERS: ClassVar[tuple[Command, ...]] = ()
    HELP_TEXT: ClassVar[str] = ""
    """One sentence for the help screen: what this screen is for."""
    FOLLOWS: ClassVar[bool] = False
    """Whether it is read again by itself when somebody else wrote to the store."""
    SHOWS_COUNTS: ClassVar[bool] = False
    """Whether it shows charts, and is told how their counting stands."""
    AT_ONCE: ClassVar[frozenset[str]] = frozenset({"filter"})
    """Those of its own actions that are done at once, even while rows or figures are those of an older filter."""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (_LEAST_WIDTH, "-narrow"), (100, "-wide"), (120, "-side")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (_LEAST_HEIGHT, "-tall")]

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What gains or loses the focus draws itself: the whole screen again would be 5,000 bytes."""

    title_line = getters.query_one("#title", TitleLine)
    status = getters.query_one("#status", StatusLine)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__()
        self.session = session
        self.place = place
        self.stale = False
        self._stop: Event | None = None
        self._had_focus: Widget | None = None

    @property
    def console(self) -> Console:
        """The app, as what it is."""
        return self.app  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        """The frame around `body`."""
        yield TitleLine("title")
        yield TabLine("tabs")
        with Vertical(id="body"):
            yield from self.body()
        yield StatusLine("status")
        yield FooterLine("keys")
        yield Static(_TOO_SMALL, id="too-small", markup=False)

    def body(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    def crumbs(self) -> tuple[str, ...]:
        """What line 1 says after the organization."""
        return tuple(segment.capitalize() for segment in self.place.segments)

    def help_text(self) -> str:
        """What the help screen says first."""
        return self.HELP_TEXT

    def reload(self) -> None:
        """Read the data again: called when the screen comes back after something was changed elsewhere."""

    def follow(self) -> None:
        """Somebody else wrote to the store: read again what is shown, where it stays in its place. A screen that is
        being written on does nothing."""
        if self.FOLLOWS:
            self.reload()

    def follow_count(self, number: int, *, is_under_way: bool) -> None:
        """Charts are of the count of this number now, and another one is under way or not."""

    @property
    def busy(self) -> bool:
        """Whether the person is about to answer something that what is shown must stay for, or is only being made."""
        asking = [status.asking for status in self.query(StatusLine)]
        tables = self.query("RecordTable")  # by name: not every screen has need of what one takes
        return not asking or any(asking) or any(table.awaiting for table in tables)  # type: ignore[attr-defined]

    @property
    def is_behind(self) -> bool:
        """Whether what stands there is of something else than what was asked for last."""
        bars, tables = self.query("FilterBar"), self.query("RecordTable")  # by name, for the same reason
        return any(bar.is_unheard for bar in bars) or any(table.is_behind for table in tables)  # type: ignore[attr-defined]

    def is_early(self, key: str) -> bool:
        """Whether a key must wait, because it may act on rows that are not here yet. The console's own keys do not."""
        if not self.is_behind:
            return False
        bound = self.active_bindings.get(key)
        return bound is None or not (bound.node is self.app or bound.binding.action.partition("(")[0] in self.AT_ONCE)

    def on_filter_bar_changed(self, event: Message) -> None:
        """The screen has dealt with what was typed."""
        event.bar.hear(event.text)  # type: ignore[attr-defined]

    def settle(self, place: Place) -> None:
        """The same screen is asked for under another filter."""
        self.place = place

    async def _dispatch_message(self, message: Message) -> None:
        """A screen that was left before it was put together, or is taken apart again, does not begin."""
        if (self.children and not self._pruning) or not isinstance(message, Mount | ScreenResume):
            await super()._dispatch_message(message)

    def on_mount(self) -> None:
        """Say where one is."""
        self.locate()

    def on_screen_resume(self) -> None:
        """Show what was said last, and what changed meanwhile."""
        self.locate()
        self.status.repeat(self.console.last_said, is_read=self.console.read_at is not None)
        self.offer_keys()
        if self.stale:
            self.stale = False
            self.reload()

    def on_resize(self) -> None:
        """A window that is too small hides everything, and what is hidden loses the focus: give it back."""
        if self.size.width < _LEAST_WIDTH or self.size.height < _LEAST_HEIGHT:
            self._had_focus = self.focused or self._had_focus
        elif self._had_focus is not None:
            before, self._had_focus = self._had_focus, None
            if before.is_attached:
                self.call_after_refresh(before.focus)

    def locate(self) -> None:
        """Draw lines 1 and 2; a sentence that was read at another place goes."""
        if self.console.read_at not in (None, self.place.segments):
            self._unsay()
        facts, actor = self.console.facts, self.session.actor
        as_of: tuple[str, ...] = ()
        if facts.as_of is not None:
            when = moment(facts.as_of, self.session.clock(), facts.zone)
            past = age(facts.as_of, self.session.clock())
            as_of = (f"data as of {when} ({past})", f"data as of {when}", f"as of {when}")
        role = "org admin" if actor.role is Role.ORGANIZATION else "program admin"
        stale = facts.as_of is not None and self.session.clock() - facts.as_of > _STALE_AFTER
        name = actor.email.partition("@")[0]
        where = Whereabouts(facts.organization, self.crumbs(), as_of, f"{name} · {role}", self.session.mark, stale)
        self.title_line.locate(where)
        tabs = self.console.routes.tabs(self.place, actor)
        active = next(
            (n for n, (place, _) in enumerate(tabs) if place.segments == self.place.segments[: len(place.segments)]), -1
        )
        self.query_one(TabLine).tabs([title for _, title in tabs], active)

    @property
    def now(self) -> Instant:
        """The moment statuses are judged at, as of the last reading."""
        return self.console.now

    @property
    def today(self) -> date:
        """The day it is, in the organization's time zone."""
        return to_datetime(self.session.clock(), self.console.facts.zone).date()

    def say(self, text: str, tone: Tone = "", undoable: int | None = None) -> None:
        """Say on the status line what happened; `undoable` is the journal entry that `u` takes back at once, for as
        long as the line offers it."""
        self.status.say(self.worded(text), tone, "u" if undoable is not None else "")
        self._keep_said(undoable)

    def _keep_said(self, undoable: int | None = None) -> None:
        self.console.last_said, self.console.undoable = self.status.content, undoable
        self.console.read_at = None

    def tell_on(self) -> None:
        """What was said last stays at the place that is opened now."""
        self.console.read_at = None

    def _unsay(self) -> None:
        self.status.repeat(Content(""))
        self._keep_said()

    def worded(self, text: str) -> str:
        """A sentence of the portal in the words of the console: the key that helps, or who has it."""
        may = self.session.actor.may(Right.SETTINGS)
        for said, here in (
            (SET_SENDER, "A sets it" if may else "an organization admin sets it"),
            ("tui-admin settings set ", ":setting "),
            ("settings set ", ":setting "),
            (RESEND, "r in Invitations mails them"),
            ("recount (or --refresh) at once", "r at once"),
            ("tui-admin import FILE, or the key for it in the console.", ":import asks for one."),
        ):
            text = text.replace(said, here)
        return text

    def note_read(self) -> None:
        """Another key was pressed: what stands on the status line was read."""
        if self.is_mounted:
            self.status.read()

    def forgive(self) -> None:
        """Something else is done: the sentence about what could not be done has been read."""
        if self.is_mounted and self.status.forgive():
            self._keep_said()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take back what was done last."""
        from .undoing import undo_last

        await undo_last(self)

    def hint(self, content: Content | None) -> None:
        """Show a passing hint on the status line."""
        self.status.hint(content)

    def live(self) -> list[Live]:
        """The commands that would act now: the focused widget's, those around it, the screen's, the console's."""
        focused = self.focused
        chain: list[DOMNode] = list(focused.ancestors_with_self) if focused is not None else [self, self.app]
        return [found for found in live_commands(chain, self.active_bindings) if not self.withholds(found)]

    def withholds(self, command: Live) -> bool:
        """Whether a command, though its key says why not, is not offered: there is nothing to do it with."""
        return False

    def offer_keys(self) -> None:
        """Draw line 24."""
        self.query_one(FooterLine).offer(self.live())

    def on_descendant_focus(self) -> None:
        """Other keys matter now."""
        self.call_after_refresh(self.offer_keys)

    def in_thread(self, function: Callable[[], Result], done: Callable[[Result], None], group: str = "read") -> None:
        """Run something slow in a thread; `done` gets the result on the loop. The newest of a group wins."""

        def work() -> None:
            worker = get_current_worker()
            result = function()
            if not worker.is_cancelled:
                self.post_message(Finished(partial(done, result)))

        self.run_worker(work, thread=True, exclusive=True, group=group, exit_on_error=False)

    def on_finished(self, message: "Finished") -> None:
        """Hand over what a thread found."""
        message.stop()
        message.deliver()

    @contextmanager
    def working(self) -> Iterator[Callable[[], bool]]:
        """Long work is on: gives the function that says whether the person stopped it (with ctrl+g)."""
        stop = Event()
        self._stop = stop
        try:
            yield stop.is_set
        finally:
            self._stop = None

    def stop_work(self) -> bool:
        """Stop long work; False where there is none."""
        if self._stop is None:
            return False
        self._stop.set()
        return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Work that failed says so."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.console.report(event.worker.error)
