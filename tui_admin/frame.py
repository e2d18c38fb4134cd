"""What every console is made on: signing in, places, what is kept and drawn around screens, and what went wrong."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from textual import work
from textual.app import App, SystemCommand
from textual.content import Content
from textual.events import Event, Key, MouseDown, Paste
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from tui_admin.logbook import logbook
from tui_admin.rules.errors import ConsoleError, RightsChanged, UsageError
from tui_admin.rules.roles import Right, Role
from tui_admin.rules.times import Instant
from tui_admin.screens import cut_off
from tui_admin.screens.base import ConsoleScreen
from tui_admin.screens.place import Place, parse_place
from tui_admin.screens.routes import Routes
from tui_admin.screens.session import ConsoleSettings, Facts, MailWay, Session
from tui_admin.screens.styles import style
from tui_admin.terminal import settled
from tui_admin.widgets.commands import Live
from tui_admin.widgets.controls import StripControls
from tui_admin.widgets.status_line import StatusLine
from tui_admin.widgets.themes import ANSI, DARK, LIGHT, themes
from tui_admin.widgets.type_ahead import TypeAhead

THEMES = {"dark": DARK, "light": LIGHT, "ansi": ANSI}
"""What themes are called where one chooses."""

_COUNTS = "watch counts"
_SETTLED_AFTER = 1.0
"""Seconds after the start in which nothing is done that can wait."""


class ConsoleFrame(App[None]):
    """The console of one administrator, but for its commands. Everything it needs comes by its constructor.

    `connect` opens the store and signs in; it runs in a thread while the first frame is drawn. A ConsoleError from
    it ends the console with that sentence in `failure`.
    """

    TITLE = "tui-admin"
    CSS_PATH = style("frame")

    def __init__(self, connect: Callable[[], Session], settings: ConsoleSettings, routes: Routes | None = None) -> None:
        self._strip, self._plain = StripControls(), NoColor()
        super().__init__()
        self.settings = settings
        self.routes = routes or Routes()
        self.choices: dict[str, dict[str, Any]] = {}
        self.facts = Facts()
        self.now: Instant = 0
        """The moment statuses are judged at, read with the facts."""
        self.undoable: int | None = None
        self.last_said = Content("")
        self.read_at: tuple[str, ...] | None = None
        self.refused: Any = None
        self.failure: str | None = None
        self.cut_off = False
        """Whether the terminal was lost while something was being done."""
        self._keeping = asyncio.Lock()
        self._connect = connect
        self._session: Session | None = None
        self._entry = 0
        """The newest of the journal when nothing was read yet."""
        self.count_awaited: int | None = None
        self._logbook = logbook(settings.log)
        self._typed = TypeAhead(self, super().on_event, self._is_asking, self._is_early)
        self.animation_level = "none"
        for theme in themes():
            self.register_theme(theme)
        self.theme = ANSI if self.no_color else THEMES.get(settings.theme, DARK)
        self.set_keymap(settings.keymap)

    @property
    def session(self) -> Session:
        """The signed-in administrator; there is none before the store is open."""
        if self._session is None:
            raise UsageError("The store is still being opened.")
        return self._session

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters, and the one that lets no control character out."""
        if self.no_color:  # Textual's own choice there, Monochrome, still sends colors
            return [self._plain, self._strip]
        return [*super().get_line_filters(), self._strip]

    def get_system_commands(self, screen: Screen[object]) -> list[SystemCommand]:
        """None of Textual's own: all commands are the console's."""
        return []

    def on_mount(self) -> None:
        """Open the store while the frame is drawn."""
        with suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hang_up)
        self._open(self.settings.start)

    def _hang_up(self) -> None:
        """The terminal is gone: end, once what is being done is done."""
        acting = any(worker.group == "act" and not worker.is_finished for worker in self.workers)
        self.cut_off = acting and not self._is_asking()
        self.exit()

    @cached_property
    def mail(self) -> MailWay:
        """How mail leaves; what it takes to know that is loaded at the first use."""
        return self.settings.mail()

    @work(exclusive=True, group="deliver", exit_on_error=False)
    async def deliver(self) -> None:
        """Start delivery where none is under way, and tell how it goes while it does."""
        await asyncio.to_thread(lambda: self.mail.deliver())
        await self.watch_delivery()

    async def watch_delivery(self) -> None:
        """Tell what is being sent until nothing is."""
        from tui_admin.screens.mail.watch import DeliveryWatch

        await DeliveryWatch(self.session, lambda: self.screen, lambda: self.mail).run()

    def keep_refused(self, job: Any) -> None:
        """Keep an import's refused rows until the next import; None lets go of those kept before."""
        if self.refused is not None and self.refused is not job:
            self.refused.close()
        self.refused = job

    def on_unmount(self) -> None:
        """Let go of what was kept."""
        self.keep_refused(None)

    def reopen(self, connect: Callable[[], Session] | None = None) -> None:
        """Sign in again, on another store where `connect` opens one, and begin at Home."""
        self._connect = connect or self._connect
        self._open("home")

    @work(exclusive=True, group="open", exit_on_error=False)
    async def _open(self, place: str) -> None:
        await self._enter(place)

    @work(exclusive=True, group="open", exit_on_error=False)
    async def _open_anew(self, place: str) -> None:
        """Open everything again as the administrator is now: the screens there ask as whom they were before."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self._enter(place)
        if isinstance(self.screen, ConsoleScreen):
            programs = ", ".join(self.facts.programs.values()) or "no program"
            is_whole = self.session.actor.role is Role.ORGANIZATION
            now = "organization admin" if is_whole else f"program admin of {programs}"
            self.screen.say(f"Your rights were changed: you are {now}.", "warning")

    async def _enter(self, place: str) -> None:
        try:
            self._session, self._entry, self.facts, self.now, self.choices = await asyncio.to_thread(self._sign_in)
        except ConsoleError as error:
            self.failure = str(error)
            self.exit(return_code=error.exit_code, message=str(error))
            return
        if self.facts.brand:
            self._rebrand()
        start = parse_place(place) if self.facts.organization else Place(("start",))
        try:
            await self.open_place(start)
        except ConsoleError as error:
            await self.open_place(Place())
            self.report(error)
        self.set_timer(_SETTLED_AFTER, self._settled)
        if isinstance(self.screen, ConsoleScreen):
            await cut_off.tell(self.screen)

    def _settled(self) -> None:
        """The start is over: free what it needed, look out for what others do, and see to mail that still waits."""
        settled()
        self._watch_others()
        self.workers.cancel_group(self, _COUNTS)
        if self.session.actor.may(Right.ANALYTICS):
            self._watch_counts()
        if not self.session.read_only and self.facts.organization:
            self._go_on_delivering()

    @work(exclusive=True, group="deliver", exit_on_error=False)
    async def _go_on_delivering(self) -> None:
        from tui_admin.portal.mail.messages import under_way

        if await asyncio.to_thread(under_way, self.session.store, self.session.clock()):
            self.deliver()

    def _sign_in(self) -> tuple[Session, int, Facts, Instant, dict[str, dict[str, Any]]]:
        session = self._connect()
        from tui_admin.portal import journal, preferences

        entry, choices = journal.newest(session.store), preferences.load(session.store, session.actor)
        return session, entry, session.facts(), session.now(), choices

    async def open_place(self, place: Place, *, above: bool = False) -> None:
        """Show a place: go back to it where it lies on the way one came, else open it above its ancestor, or `above`
        what is shown, which stays as it is.

        Raises a ConsoleError where there is no such place or the administrator may not go there.
        """
        place, route = self.routes.resolve(place, self.session.actor)
        shown = [screen for screen in self.screen_stack if isinstance(screen, ConsoleScreen)]
        with self.batch_update():
            while not above and shown and not _within(place, shown[-1].place):
                await self.pop_screen()
                shown.pop()
            if shown and shown[-1].place.segments == place.segments:
                shown[-1].settle(place)
                return
            await self.push_screen(route.load()(self.session, place))

    def go(self, place: Place, *, above: bool = False) -> None:
        """Show a place, from a handler that cannot wait; a refusal is said."""
        self.run_worker(self.open_place(place, above=above), exclusive=True, group="go", exit_on_error=False)

    def changed(self) -> None:
        """Something was written: every screen one comes back to reads its data again, and so does the frame."""
        for screen in self.screen_stack[:-1]:
            if isinstance(screen, ConsoleScreen):
                screen.stale = True
        self.refresh_facts()

    @work(exclusive=True, group="watch", exit_on_error=False)
    async def _watch_others(self) -> None:
        from tui_admin.screens.watching import StoreWatch

        await StoreWatch(self.session, lambda: self.screen, self.changed).run(self._entry)

    @work(exclusive=True, group=_COUNTS, exit_on_error=False)
    async def _watch_counts(self) -> None:
        from tui_admin.screens.analytics.following import CountWatch

        await CountWatch(self.session, lambda: self.screen, self.changed).run()

    @work(exclusive=True, group="facts", exit_on_error=False)
    async def refresh_facts(self) -> None:
        """Read again what the frame shows."""
        session = self.session
        facts, self.now = await asyncio.to_thread(lambda: (session.facts(), session.now()))
        rebrand = facts.brand != self.facts.brand
        self.facts = facts
        if rebrand:
            self._rebrand()
        if isinstance(self.screen, ConsoleScreen):
            self.screen.locate()

    def hold(self, screen: str, name: str, value: Any) -> None:
        """Keep a choice made on a screen until the console closes."""
        self.choices.setdefault(screen, {})[name] = value

    def remember(self, screen: str, name: str, value: Any) -> None:
        """Keep a choice made on a screen: until the console closes, and in the store where that can be written."""
        self.hold(screen, name, value)
        self._keep_choices(screen)

    @work(group="remember", exit_on_error=False)
    async def _keep_choices(self, screen: str) -> None:
        from tui_admin.portal import preferences

        async with self._keeping:  # one after the other, so that the last choice is the one that stays
            store, actor = self.session.store, self.session.actor
            await asyncio.to_thread(preferences.keep, store, actor, screen, dict(self.choices[screen]))

    def program_name(self, slug: str) -> str:
        """A program's name by its slug; the slug itself where it is not known."""
        return self.facts.programs.get(slug, slug)

    def _rebrand(self) -> None:
        for theme in themes(self.facts.brand):
            self.register_theme(theme)
        self.refresh_css(animate=False)

    async def on_event(self, event: Event) -> None:
        """Deal with what is typed in the order in which it is typed. Who goes on has read what was said."""
        if isinstance(event, Key | Paste | MouseDown) and not event.is_forwarded and self.read_at is None:
            self._note_read()
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self._typed.take(event)
        else:
            await super().on_event(event)

    def _note_read(self) -> None:
        if self.screen_stack and isinstance(self.screen, ConsoleScreen):
            self.read_at = self.screen.place.segments
            self.screen.note_read()

    def _is_asking(self) -> bool:
        return any(status.asking for status in self.screen.query(StatusLine))

    def _is_early(self, key: str) -> bool:
        screen = self.screen
        if not isinstance(screen, ConsoleScreen) or isinstance(screen.focused, Input) or self._is_asking():
            return False
        return screen.is_early(key)

    async def run_action(self, action, default_namespace=None, namespaces=None) -> bool:  # type: ignore[no-untyped-def]
        """Run an action; what it cannot do is said on the status line, and the console goes on."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.forgive()
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:
            self.report(error)
            return True

    async def perform(self, live: Live, argument: str = "") -> None:
        """Run a command, as if its key were pressed."""
        action = f"{live.command.action}({argument!r})" if live.command.argument else live.command.action
        await self.run_action(action, live.node)

    def report(self, error: BaseException) -> None:
        """Say what went wrong. What was not foreseen goes to the log file as well, with its place in the program."""
        if isinstance(error, RightsChanged):
            self._renew()
            return
        if isinstance(error, ConsoleError):
            sentence = str(error)
        else:
            self._logbook.error("unexpected", exc_info=error)
            sentence = f"Something unexpected happened ({type(error).__name__}); it is written to {self.settings.log}."
        if self.screen_stack and isinstance(self.screen, ConsoleScreen):  # none is left where the console ends
            self.screen.say(sentence, "error")

    def _renew(self) -> None:
        """The rights are others than they were: open the place one is at anew, unless that is under way."""
        if self.screen_stack and isinstance(self.screen, ConsoleScreen):
            self._open_anew(str(self.screen.place))

    def _handle_exception(self, error: Exception) -> None:
        self._logbook.error("the console had to close", exc_info=error)
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.failure = f"The console had to close ({type(error).__name__}); the details are in {self.settings.log}."
        self.exit(return_code=70, message=self.failure)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Work that failed says so."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.report(event.worker.error)


def _within(place: Place, ancestor: Place) -> bool:
    return place.segments[: len(ancestor.segments)] == ancestor.segments
