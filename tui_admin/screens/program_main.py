"""Main: one program's people, contracts and courses. Every number opens its people."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from tui_admin.portal import contracts, program_figures, program_page
from tui_admin.portal.contracts import Contract
from tui_admin.portal.program_figures import CourseFigures, ProgramMain
from tui_admin.portal.program_page import ProgramPage
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import fit

from .base import ConsoleScreen
from .commands import AS_A_LEARNER, REPORT
from .page_lines import summary
from .place import Place
from .program_tables import (
    CONTRACT_STOPS,
    StatusTable,
    contract_columns,
    contract_place,
    course_columns,
    course_filter,
    status_rows,
)
from .session import Session
from .styles import style


class MainScreen(ConsoleScreen):
    """`programs/SLUG/main`."""

    HELP_TEXT = "One program: its people, contracts and courses; enter opens the people a number counts."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("program_main")
    OFFERS: ClassVar = (
        AS_A_LEARNER,
        REPORT,
        Command("reports", "h", "reports", "Its reports", "List the reports on this program.", "reports", rank=7),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]

    def body(self) -> ComposeResult:
        """Tagline, URL and what learners see; people beside contracts; courses."""
        yield Line("tagline")
        yield Line("url")
        yield Line("offered")
        with Horizontal(id="halves"):
            yield StatusTable("people")
            yield FigureTable(stops=CONTRACT_STOPS, waiting="Counting licenses …", id="contracts")
        yield FigureTable(waiting="Counting courses …", id="courses")

    def crumbs(self) -> tuple[str, ...]:
        """Programs, and which one."""
        return ("Programs", self.console.program_name(self.program))

    def on_mount(self) -> None:
        """Count."""
        super().on_mount()
        people, contracts, courses = (
            self.query_one(f"#{name}", FigureTable) for name in ("people", "contracts", "courses")
        )
        people.below, contracts.above = contracts, people
        contracts.below, courses.above = courses, contracts
        people.focus()
        self.reload()

    def reload(self) -> None:
        """Count again."""
        by = self.session.store, self.session.actor, self.program
        self.in_thread(partial(program_figures.main, *by, self.now), self._show_main)
        self.in_thread(partial(program_page.read, *by), self._show_page, "page")

    def _show_main(self, main: ProgramMain) -> None:
        tagline, url = fit(main.tagline, 200).rstrip(), fit(main.url, 200).rstrip()
        told = (tagline, "") if tagline else ("no tagline yet", "$console-muted")
        self.query_one("#tagline", Line).show(Content.assemble(" ", told))
        about = f" {self.program} · {url or 'no program URL yet'}"
        self.query_one("#url", Line).show(Content.assemble((about, "$console-muted")))
        empty = ("Nobody was invited or added yet.", ":import brings people from a report.")
        rows = status_rows(main.program)
        nobody = not main.program.members and not any(row.people for row in rows)
        self.query_one(StatusTable).show([] if nobody else rows, empty=empty)
        # One after the other, on one connection: each that scans a large store keeps its own page cache.
        by = self.session.store, self.session.actor, self.program
        self.in_thread(partial(contracts.listing, *by), self._show_contracts)

    def _show_contracts(self, contracts: tuple[Contract, ...]) -> None:
        table = self.query_one("#contracts", FigureTable)
        empty = ("No contract yet.", "Its people need no license.")
        table.show(contracts, columns=contract_columns(contracts, self.today, long=False), empty=empty)
        by = self.session.store, self.session.actor, self.program
        self.in_thread(partial(program_figures.courses, *by), self._show_courses)

    def action_page(self) -> None:
        """The program as a learner sees it."""
        self.console.go(Place(("programs", self.program, "page")))

    def action_report(self) -> None:
        """A report of the program."""
        self.console.go(self.place.child("+report"))

    def action_reports(self) -> None:
        """The reports on the program."""
        self.console.go(self.place.child("reports"))

    def _show_page(self, page: ProgramPage) -> None:
        told = f" {fit(summary(page), 200).rstrip()}"
        self.query_one("#offered", Line).show(Content.assemble((told, "$console-muted")))

    def _show_courses(self, courses: tuple[CourseFigures, ...]) -> None:
        empty = ("Nobody is in a course yet.",)
        self.query_one("#courses", FigureTable).show(courses, columns=course_columns(), empty=empty)

    @on(FigureTable.Opened)
    def _open(self, message: FigureTable.Opened) -> None:
        row = message.row
        if isinstance(row, Contract):
            self.console.go(contract_place(row, message.key))
            return
        expression = course_filter(row) if isinstance(row, CourseFigures) else row.filter
        self.console.go(Place(("programs", self.program, "members"), expression))
