"""The start: a store without an organization. Create one, import reports, or look around in the demo."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_admin.portal import organization, rights, settings
from tui_admin.portal.setting_values import KEYS
from tui_admin.rules.addresses import canonical
from tui_admin.rules.demo import ENROLLMENTS, MEMBERS, SEED
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.form import FormField
from tui_admin.widgets.text import shown

from .base import ConsoleScreen
from .forms import FormScreen, needed
from .opening import open_session
from .place import Place
from .styles import style


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to begin with."""

    key: str
    title: str
    about: str
    action: str


CHOICES = (
    Choice("n", "Create an organization", "your name for it, its time zone, and your e-mail", "create"),
    Choice("i", "Import reports", "the e-mailed zip brings programs and people", "import"),
    Choice("d", "Open the demo", f"{MEMBERS:,} invented people, in a file of their own", "demo"),
)


class StartScreen(ConsoleScreen):
    """`start`: what one meets on a new computer."""

    HELP_TEXT = "This store is empty: create an organization, import reports, or open the demo."
    CSS_PATH: ClassVar = style("start")
    OFFERS: ClassVar = (
        Command("create-organization", "n", "create", "Create an organization", "Name it and you.", "create", rank=2),
        Command("import", "i", "import", "Import reports", "Import report files or a zip of them.", "import", rank=3),
        Command("open-demo", "d", "demo", "Open the demo", "Open an invented organization.", "demo", "demo", rank=3),
    )
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """What this is, and the choices."""
        yield Static(self._welcome(), id="welcome")
        columns: tuple[Column[Choice], ...] = (
            Column("key", "", 1, _key, "", priority=0),
            Column("title", "", 22, lambda choice: (choice.title, ""), "", priority=0),
            Column("about", "", 24, lambda choice: (choice.about, "muted"), "", flex=1, priority=1),
        )
        yield FigureTable(columns, header=False, id="choices")

    def _welcome(self) -> Content:
        return Content.assemble(
            ("This store is empty.\n\n", "bold"),
            "Here one runs an organization's learning programs: sees who joins, learns, finishes "
            "or falls behind, finds the people behind each number, and acts on them.\n\n",
            (f"Store: {shown(self.session.store.label)}", "$console-muted"),
        )

    def crumbs(self) -> tuple[str, ...]:
        """The program's own name: there is no organization yet."""
        return ("tui-admin", "Start")

    def on_mount(self) -> None:
        """Offer."""
        super().on_mount()
        choices = self.query_one(FigureTable)
        choices.show([choice for choice in CHOICES if self.check_action(choice.action, ())])
        choices.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Writing needs a store that may be written; the demo a folder."""
        if action in ("create", "import"):
            return not self.session.read_only
        return action != "demo" or self.console.settings.demo is not None

    @on(FigureTable.Opened)
    async def _open(self, message: FigureTable.Opened) -> None:
        await self.run_action(message.row.action)

    def action_create(self) -> None:
        """The form."""
        self.console.go(Place(("start", "+organization")))

    def action_import(self) -> None:
        """Import reports."""
        self.console.go(Place(("import",)))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_demo(self) -> None:
        """Make the demo where it is not there yet, and open it."""
        path = self.console.settings.demo
        if path is None:
            return
        store = Store(f"sqlite:///{path}")
        with self.working() as stopped:
            self.status.wait("Making the demo organization …")
            try:
                await asyncio.to_thread(self._make_demo, store, stopped)
            finally:
                self.status.wait("")
        clock = self.session.clock
        self.console.reopen(lambda: open_session(store, rights.sign_in(store, None), clock))

    def _make_demo(self, store: Store, stopped: Callable[[], bool]) -> None:
        from tui_admin.demo import build

        if organization.facts(store).demo:
            return

        def told(word: str, done: int, total: int) -> None:
            self.app.call_later(self._progress, word, done, total)

        clock = self.session.clock()
        build(
            store,
            members=MEMBERS,
            seed=SEED,
            enrollments_per_member=ENROLLMENTS,
            at=clock - clock % DAY,
            progress=told,
            cancelled=stopped,
        )

    def _progress(self, word: str, done: int, total: int) -> None:
        if self._stop is not None:
            self.status.progress(f"Making the demo: {word}", done, total, "ctrl+g stops")


class NewOrganizationScreen(FormScreen):
    """`start/+organization`."""

    TITLE_TEXT = "Your organization"
    HELP_TEXT = "Creates the organization of this store, with you as its first administrator."

    def fields(self) -> Sequence[FormField]:
        """Name, time zone, address."""
        return (
            FormField("name", "Name", help="As it stands over every screen and mail.", check=needed("A name")),
            FormField("zone", "Time zone", "UTC", "Such as Europe/Berlin: days begin and reports go out by it."),
            FormField("email", "Your e-mail", help="You become its first administrator.", check=_address_fault),
        )

    def crumbs(self) -> tuple[str, ...]:
        """Where this is."""
        return ("tui-admin", "Start", "New organization")

    def save(self, values: Mapping[str, str]) -> str:
        """Create it, then set its time zone."""
        session = self.session
        zone = KEYS["time-zone"].read(values["zone"] or "UTC")
        actor = organization.initialise(session.store, values["name"], values["email"], session.clock())
        settings.change(session.store, actor, "time-zone", str(zone), session.clock())
        return f"Created {values['name']}. I imports reports, 2 opens Programs, where n creates one."

    def blamed(self, sentence: str) -> str:
        """The field to go back to."""
        return "zone" if "time zone" in sentence else "name"

    def done(self) -> Place:
        """The start."""
        return Place(("start",))

    def go_on(self) -> None:
        """Sign in as the administrator who was just made."""
        self.console.reopen()


def _key(choice: Choice) -> Any:
    return choice.key, "bar"


def _address_fault(text: str) -> str:
    try:
        canonical(text)
    except BadInput as error:
        return f"{error}."
    return ""
