"""Programs: all of them with their figures, and the contracts they draw on."""

from functools import partial
from operator import attrgetter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from tui_admin.portal import contracts, home
from tui_admin.portal.contracts import Contract
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.roles import Right
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line

from .base import ConsoleScreen
from .home_tables import program_columns, program_place
from .place import Place
from .program_tables import CONTRACT_STOPS, contract_columns, contract_place
from .styles import style


class ProgramsScreen(ConsoleScreen):
    """The second tab."""

    HELP_TEXT = "All programs and contracts; enter opens a program, or the people a number counts."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("programs")
    OFFERS: ClassVar = (
        Command("new-program", "n", "new_program", "New program", "Create a program.", "new program", rank=4),
        Command("new-contract", "c", "new_contract", "New contract", "Create a contract.", "new contract"),
    )
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """Programs above contracts."""
        stops = ("name", "members", "licenses", "at-risk", "inactive", "invited", "no-enrollment", "completed")
        yield FigureTable(stops=stops, waiting="Counting members …", identity=attrgetter("slug"), id="programs")
        yield Line("gap")
        yield FigureTable(
            stops=CONTRACT_STOPS, waiting="Counting licenses …", identity=attrgetter("id"), id="contracts"
        )

    def crumbs(self) -> tuple[str, ...]:
        """Programs."""
        return ("Programs",)

    def on_mount(self) -> None:
        """Count."""
        super().on_mount()
        self._overview: home.Overview | None = None
        self._licenses: dict[int, Licenses] | None = None
        programs, contracts = self._programs, self._contracts
        programs.below, contracts.above = contracts, programs
        programs.focus()
        self.reload()

    @property
    def _programs(self) -> FigureTable:
        return self.query_one("#programs", FigureTable)

    @property
    def _contracts(self) -> FigureTable:
        return self.query_one("#contracts", FigureTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Creating is for those who may."""
        needed = {"new_program": Right.CREATE_PROGRAM, "new_contract": Right.CONTRACTS}.get(action)
        return needed is None or (self.session.actor.may(needed) and not self.session.read_only)

    def reload(self) -> None:
        """Count again."""
        self.in_thread(partial(home.overview, self.session.store, self.session.actor, self.now), self._show_overview)

    def _show_overview(self, overview: home.Overview) -> None:
        self._overview = overview
        self._show_programs()
        # One after the other, on one connection: each that scans a large store keeps its own page cache.
        self.in_thread(
            partial(home.licenses, self.session.store, self.session.actor, self.session.clock()), self._show_licenses
        )

    def _show_licenses(self, licenses: dict[int, Licenses]) -> None:
        self._licenses = licenses
        self._show_programs()
        self.in_thread(partial(contracts.listing, self.session.store, self.session.actor), self._show_contracts)

    def _show_programs(self) -> None:
        if self._overview is None:
            return
        programs = self._overview.programs
        creating = self.session.actor.may(Right.CREATE_PROGRAM)
        empty = ("There are no programs yet.", "n creates one; 1 opens Home, where I imports reports.")
        if not creating:
            empty = ("No program is yours yet.", "An organization admin can give you one.")
        columns = program_columns(programs, self._licenses, progress=True)
        self._programs.styles.height = max(len(programs), 2) + 1
        self._programs.show(programs, columns=columns, empty=empty)

    def _show_contracts(self, contracts: tuple[Contract, ...]) -> None:
        table = self._contracts
        creating = self.session.actor.may(Right.CONTRACTS)
        empty = ("There are no contracts yet.", "c creates one." if creating else "")
        table.show(contracts, columns=contract_columns(contracts, self.today, long=True), empty=empty)

    @on(FigureTable.Opened, "#programs")
    def _open_program(self, message: FigureTable.Opened) -> None:
        self.console.go(program_place(message.row, message.key))

    @on(FigureTable.Opened, "#contracts")
    def _open_contract(self, message: FigureTable.Opened) -> None:
        self.console.go(contract_place(message.row, message.key))

    def action_new_program(self) -> None:
        """The form of a new program."""
        self.console.go(Place(("programs", "+program")))

    def action_new_contract(self) -> None:
        """The form of a new contract."""
        self.console.go(Place(("programs", "+contract")))
