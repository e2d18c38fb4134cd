"""Reports: who asked for which, when, how far it is; a new one, and the file of one that is still kept."""

from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.reports import requests
from tui_admin.portal.reports.requests import Request
from tui_admin.rules.errors import UsageError
from tui_admin.rules.reporting import RequestState
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.status_line import StatusText
from tui_admin.widgets.text import fit

from ..base import ConsoleScreen
from ..mail.tables import WAITING
from ..place import Place
from ..session import Session
from ..styles import style
from .acts import save_made
from .tables import covers, report_columns, sentence

_MOST = 1_000
"""Reports that are looked at; `tui-admin reports` lists all."""

_EVERY = 2.0
"""Seconds after which reports and mails that are under way are read again."""

_EMPTY = (
    "No report was asked for yet.",
    "n makes one: what is in it, on whom; it is mailed to you or saved here.",
    "s sets on which days reports are mailed by themselves.",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """The newest reports, and how many older ones were not looked at."""

    rows: list[Request]
    older: int


class ReportsScreen(ConsoleScreen):
    """`reports`: the newest first; those on one program `programs/SLUG/main/reports`."""

    HELP_TEXT = "Reports that were asked for or scheduled: how far each is, and its file for as long as it is kept."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("reports")
    OFFERS: ClassVar = (
        Command(
            "new-report",
            "n",
            "new",
            "New report",
            "Make a report: mailed to you, or a file.",
            "new",
            "report email",
            rank=1,
        ),
        Command(
            "download-report",
            "w",
            "download",
            "Save its file",
            "Save the file once more.",
            "save",
            "reports download",
            rank=2,
        ),
        Command("schedule", "s", "schedule", "Schedule", "Set on which days reports are mailed.", "schedule", rank=3),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1] if place.tab == "programs" else None

    def body(self) -> ComposeResult:
        """The reports, then what is known of the one under the cursor."""
        yield FigureTable(waiting="Reading reports …", identity=attrgetter("id"), anchored=True, id="reports")
        yield StatusText("about")
        yield Line("older")

    def crumbs(self) -> tuple[str, ...]:
        """Reports, those on a program below it."""
        return ("Programs", self.console.program_name(self.program), "Reports") if self.program else ("Reports",)

    def on_mount(self) -> None:
        """Read them."""
        super().on_mount()
        self._table.focus()
        self.reload()

    @property
    def _table(self) -> FigureTable:
        return self.query_one("#reports", FigureTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A file is saved while it is kept."""
        if action == "download" and self.is_mounted:
            current: Request | None = self._table.current
            return current is not None and current.state is RequestState.MADE
        return True

    def reload(self) -> None:
        """Read again; the cursor stays on its report."""
        self.in_thread(self._read, self._show)

    def _read(self) -> _Found:
        by = self.session.store, self.session.actor
        newest = requests.history(*by, _MOST)
        rows = [row for row in newest if self.program is None or covers(row, self.program)]
        return _Found(rows, requests.count(*by) - len(newest))

    def _show(self, found: _Found) -> None:
        columns = report_columns(self.session.clock(), self.console.facts.zone, self.console.program_name)
        self._table.show(found.rows, columns=columns, empty=_EMPTY)
        older = f" {found.older:,} older ones: tui-admin reports lists them" if found.older > 0 else ""
        line = self.query_one("#older", Line)
        line.show(Content.assemble((older, "$console-muted")))
        line.display = bool(older)
        if any(row.state is RequestState.ASKED or row.mail in WAITING for row in found.rows):
            self.set_timer(_EVERY, self._again)

    def _again(self) -> None:
        if self.is_current:
            self.reload()

    @on(FigureTable.Moved, "#reports")
    def _moved(self, message: FigureTable.Moved) -> None:
        row: Request | None = message.row
        told = ""
        if row is not None:
            told = sentence(row, self.session.clock(), self.console.facts.zone, self.console.program_name)
        about = self.query_one("#about", StatusText)
        about.show(Content.assemble((f" {fit(told, 400).rstrip()}", "$console-muted")))
        about.refresh(layout=True)
        self.offer_keys()

    @on(FigureTable.Opened, "#reports")
    def _opened(self) -> None:
        self.action_download()

    def action_new(self) -> None:
        """A new report."""
        self.console.go(Place((*self.place.segments[:-1], "+report") if self.program else ("reports", "+report")))

    def action_schedule(self) -> None:
        """On which days they go out."""
        self.console.go(Place(("reports", "schedule")))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_download(self) -> None:
        """Save the file of the report under the cursor."""
        request: Request | None = self._table.current
        if request is None:
            raise UsageError("No report was asked for yet: n makes one.")
        await save_made(self, request)
