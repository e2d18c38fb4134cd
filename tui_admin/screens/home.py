"""Home: what learning adds up to, where people leak, how each program stands. Every number opens its people."""

from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import home, licenses_taken
from tui_admin.rules.charts import stepped
from tui_admin.rules.errors import UsageError
from tui_admin.rules.licenses import STEPS, Licenses
from tui_admin.rules.roles import Right
from tui_admin.rules.times import HOUR, Instant, age, to_datetime
from tui_admin.widgets.bars import sparkline
from tui_admin.widgets.commands import Command, Live, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import fit, moment, number, width_of
from tui_admin.widgets.tiles import Tiles, TileText

from .base import ConsoleScreen
from .commands import SAVE_REFUSED
from .home_tables import FunnelTable, Stage, program_columns, program_place, stages
from .place import Place
from .styles import style

STALE_AFTER = 48 * HOUR
_COURSE_CELLS = 12
_BESIDE_CONTRACT, _LEAST_CONTRACT = 4, 12
"""Cells around the name of a contract whose licenses run out, and those it has at least."""
_TITLES = ("Enrollments", "Learning hours", "Lessons taken")
_NO_PROGRAMS = (
    "There are no programs yet.",
    "I imports reports, which bring theirs; 2 opens Programs: n creates one.",
)
_NONE_OF_YOURS = ("No program is yours yet.", "An organization admin can give you one.")


class HomeScreen(ConsoleScreen):
    """The first screen: figures, funnel, programs."""

    HELP_TEXT = "Home shows what learning adds up to and where people leak; enter opens the people a number counts."
    FOLLOWS = True
    CSS_PATH = style("home")
    OFFERS: ClassVar = (
        Command("invite", "i", "invite", "Invite", "Invite into the program under the cursor.", "invite", rank=4),
        Command(
            "resend-invitations", "r", "resend", "Resend invitations", "To all who never joined.", "resend", rank=6
        ),
        Command(
            "remind-joined",
            "m",
            "quick('remind')",
            "Remind",
            "Write to all who joined and never enrolled.",
            "remind",
            rank=6,
        ),
        Command(
            "nudge-enrolled",
            "n",
            "quick('nudge')",
            "Nudge",
            "Write to all who enrolled and completed nothing.",
            "nudge",
            rank=6,
        ),
        Command("import", "I", "import", "Import reports", "Import report files or a zip of them.", "import", rank=5),
        SAVE_REFUSED,
    )
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """Banner, figures, funnel, alerts, programs."""
        yield Line("stale")
        yield Tiles([TileText(title) for title in _TITLES], id="tiles")
        yield Line("since")
        yield FunnelTable(waiting="Counting people …", id="funnel")
        yield Line("gap")
        stops = ("name", "members", "licenses", "at-risk", "inactive", "invited")
        yield FigureTable(stops=stops, identity=attrgetter("slug"), id="programs")

    def crumbs(self) -> tuple[str, ...]:
        """Home."""
        return ("Home",)

    def on_mount(self) -> None:
        """Begin at the programs, and count."""
        super().on_mount()
        self._overview: home.Overview | None = None
        self._licenses: dict[int, Licenses] | None = None
        tiles, funnel, programs = self.query_one(Tiles), self.query_one(FunnelTable), self._programs
        tiles.below = funnel
        funnel.above, funnel.below = tiles, programs
        programs.above = funnel
        programs.focus()
        self.reload()

    @property
    def _programs(self) -> FigureTable:
        return self.query_one("#programs", FigureTable)

    def reload(self) -> None:
        """Count again; what is shown stays until then."""
        by = self.session.store, self.session.actor
        self.in_thread(partial(home.overview, *by, self.now), self._show_overview)
        self.in_thread(partial(home.summary, *by, self.now, self.console.facts.zone), self._show_summary, "summary")
        self._warn()

    def _warn(self) -> None:
        """The banner over facts older than two days."""
        as_of, clock = self.console.facts.as_of, self.session.clock()
        stale = as_of is not None and clock - as_of > STALE_AFTER
        self.set_class(stale, "-stale")
        if as_of is not None and stale:
            said = f" ! Data is {age(as_of, clock)} old: people may have moved on. I imports newer reports."
            self.query_one("#stale", Line).show(Content(said))

    def _show_overview(self, overview: home.Overview) -> None:
        self._overview = overview
        self.query_one(FunnelTable).show(stages(overview.funnel))
        self._show_programs()
        # After the people: two scans of a large store at a time are what most machines have room for.
        self.in_thread(
            partial(home.licenses, self.session.store, self.session.actor, self.session.clock()), self._show_licenses
        )

    def _show_licenses(self, licenses: dict[int, Licenses]) -> None:
        self._licenses = licenses
        self._show_programs()
        if self.session.actor.may(Right.CONTRACTS):
            by = self.session.store, self.session.actor, self.session.clock()
            self.in_thread(partial(licenses_taken.taken, *by), self._show_taken, "taken")

    def _show_taken(self, taken: list[licenses_taken.Taken]) -> None:
        """The line over contracts of whose licenses most are taken."""
        said = Content("")
        if taken:
            contract, held = taken[0].contract, taken[0].licenses
            more = f"; {len(taken) - 1:,} more too" if len(taken) > 1 else ""
            use = f"{number(held.occupied)} / {number(held.purchased or 0)}"
            share = "".join(stepped(held.share, STEPS))
            told = f": {use} licenses, {share}{more}. See Analytics"
            room = max(self.size.width - _BESIDE_CONTRACT - len(told), _LEAST_CONTRACT)
            said = Content(f" ! {fit(contract, min(room, width_of(contract)))}{told}")
        self.query_one("#gap", Line).show(said)

    def _show_programs(self) -> None:
        if self._overview is None:
            return
        programs = self._overview.programs
        empty = _NO_PROGRAMS if self.session.actor.may(Right.CREATE_PROGRAM) else _NONE_OF_YOURS
        self._programs.show(programs, columns=program_columns(programs, self._licenses), empty=empty)

    def _show_summary(self, summary: home.Summary) -> None:
        tiles = (
            self._tile(0, summary.enrollments, "enrolled>0"),
            self._tile(1, summary.hours, "hours>0", "not in your reports"),
            self._tile(2, summary.lessons, "", "not in your reports"),
        )
        self.query_one(Tiles).show(tiles)
        since = f" since {self._day(summary.since)}" if summary.since else ""
        self.query_one("#since", Line).show(Content(since))

    def _tile(self, position: int, tile: home.Tile, opens: str, unknown: str = "") -> TileText:
        title = _TITLES[position]
        if tile.total is None:
            return TileText(title, "unknown", below=unknown)
        gained = "" if tile.gained is None else f"+{number(tile.gained)} in 30 days"
        note = "" if tile.newest is None else f"to {self._day(tile.newest)}"
        course = sparkline(tile.weekly, _COURSE_CELLS)
        return TileText(title, number(tile.total), note, course, gained, opens if tile.total else "")

    def _day(self, when: Instant | date) -> str:
        """A day or a moment as one reads it on the day of `now`."""
        zone = self.console.facts.zone
        if isinstance(when, date):
            today = to_datetime(self.now, zone).date()
            return f"{when.day} {when:%b}" + ("" if when.year == today.year else f" {when.year}")
        return moment(when, self.now, zone)

    @on(FigureTable.Opened, "#programs")
    def _open_program(self, message: FigureTable.Opened) -> None:
        self.console.go(program_place(message.row, message.key))

    @on(FigureTable.Opened, "#funnel")
    def _open_stage(self, message: FigureTable.Opened) -> None:
        stage: Stage = message.row
        self.console.go(Place(("users",), stage.leak_filter if message.key == "leak" else stage.filter))

    def on_tiles_opened(self, message: Tiles.Opened) -> None:
        """The people behind a figure."""
        if message.tile.opens:
            self.console.go(Place(("users",), message.tile.opens))
        else:
            self.say("No list of people stands behind this figure.")

    def on_tiles_moved(self) -> None:
        """Another figure may open nobody."""
        self.offer_keys()

    def withholds(self, command: Live) -> bool:
        """Enter on a figure that opens nobody."""
        return isinstance(command.node, Tiles) and command.command.action == "open" and not command.node.tile.opens

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refused rows are saved after an import that refused some; nobody is written to out of a store opened to read
        only."""
        if action in ("invite", "resend", "quick"):
            return not self.session.read_only
        return action != "save_refused" or self.console.refused is not None

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save_refused(self) -> None:
        """Save what the last import refused."""
        from .refused import save_refused

        await save_refused(self, self.console.refused)

    def action_invite(self) -> None:
        """Invite into the program under the cursor."""
        if self._programs.current is None:
            raise UsageError("There is no program to invite into yet.")
        self.console.go(Place(("programs", self._programs.current.slug, "+invite")))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_resend(self) -> None:
        """Invite once more all who never joined."""
        from .mail.resending import resend_all

        await resend_all(self)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_quick(self, act: str) -> None:
        """Open the wizard on a message to those who leak at a stage."""
        from tui_admin.portal.mail.drafts import quick

        from .mail.messages import write_draft

        await write_draft(self, quick(act))

    def action_import(self) -> None:
        """Import reports."""
        self.console.go(Place(("import",)))
