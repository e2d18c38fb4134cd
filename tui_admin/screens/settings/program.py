"""A program's settings: what it is called and says of itself, its limit, its contracts, when its report goes out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult

from tui_admin.portal import contracts, program_settings
from tui_admin.portal.contracts import Contract
from tui_admin.reports.pictures import Picture
from tui_admin.rules.roles import Actor, Right
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.status_line import Answer, StatusText
from tui_admin.widgets.text import number

from ..place import Place
from ..program_tables import contract_columns
from ..session import Session
from .listing import NameSuggester, SettingRow, SettingsScreen
from .removing import remove_program

_ABOVE = "above-limit"
_BANNER = "banner"
_REMOVE = "remove"

_TITLES = {
    "name": ("Name", "What people read. A report older than this change does not rename the program."),
    "tagline": ("Tagline", "The line below the name, for learners; blank for none."),
    _BANNER: ("Banner", "A PNG, JPEG, GIF or WebP picture of at most 2 MB, shown to learners; a blank path for none."),
    "enrollment-limit": ("Enrollment limit", "In how many courses a learner may be at most; blank for no limit."),
    "url": ("Program URL", "The page where the invited join, https://…; blank for none."),
    "order": ("Order", "Its place among the programs. The order of what it teaches is set in Curriculum."),
    "report-schedule": (
        "Report schedule",
        "When its report is mailed, such as mon thu 07:00 (or daily 7); blank for never.",
    ),
}
"""Settings that are typed on the status line, with what is said of them."""

_EDITED = {"licenses": "licenses", "from": "from", "to": "to"}
"""The columns of a contract that can be changed."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the screen shows."""

    values: Mapping[str, str]
    banner: str
    above: int
    contracts: tuple[Contract, ...]


class ProgramSettingsScreen(SettingsScreen):
    """`programs/SLUG/settings`."""

    HELP_TEXT = "One program's settings and contracts; enter changes what the cursor stands on."
    OFFERS: ClassVar = (
        Command(
            "attach", "a", "attach", "Draw on a contract", "Let the program draw on a contract.", "contract", rank=4
        ),
        Command("detach", "x", "detach", "End a contract", "Let the program draw on this contract no more."),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]

    @property
    def _by(self) -> tuple[Any, Actor]:
        return self.session.store, self.session.actor

    def body(self) -> ComposeResult:
        """The settings above the contracts."""
        yield self.settings_list()
        yield Line("gap")
        yield FigureTable(stops=tuple(_EDITED), waiting="Counting licenses …", id="contracts")
        yield StatusText("about")

    def crumbs(self) -> tuple[str, ...]:
        """The program, its settings."""
        return ("Programs", self.console.program_name(self.program), "Settings")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Contracts are the organization admins'."""
        may = self.session.actor.may(Right.CONTRACTS) and not self.session.read_only
        return action not in ("attach", "detach") or may

    def on_mount(self) -> None:
        """Settings and contracts are one way down."""
        super().on_mount()
        settings, drawn = self.query_one("#settings", FigureTable), self._contracts
        settings.below, drawn.above = drawn, settings

    @property
    def _contracts(self) -> FigureTable:
        return self.query_one("#contracts", FigureTable)

    def read(self) -> _Found:
        """Settings and contracts."""
        values = program_settings.show(*self._by, self.program)
        banner = program_settings.show(*self._by, self.program, tell=True)[_BANNER] if values[_BANNER] else ""
        above = program_settings.above_limit(*self._by, self.program)
        return _Found(values, banner, above, contracts.listing(*self._by, self.program))

    def show_read(self, found: object) -> None:
        """Show them."""
        assert isinstance(found, _Found)
        self.show_rows(self._rows(found))
        empty = ("No contract yet: its people need no license.",)
        columns = contract_columns(found.contracts, self.today, long=False)
        self._contracts.show(found.contracts, columns=columns, empty=empty)

    def _rows(self, found: _Found) -> list[SettingRow]:
        rows = []
        for key, (title, help) in _TITLES.items():
            if key not in found.values:
                continue
            rows.append(SettingRow(key, title, found.values[key], help, found.banner if key == _BANNER else ""))
            if key == "enrollment-limit" and found.above:
                rows.append(self._above(found))
        own = found.values["invitation-subject"] or found.values["invitation-body"]
        words = "its own words" if own else "the organization's words"
        invitation = Place(("programs", self.program, "+invitation"))
        rows.append(SettingRow("invitation", "Invitation mail", "", "What invitations say.", words, opens=invitation))
        final = "For good: all that is in it is saved first; its people stay in the organization."
        rows.append(SettingRow(_REMOVE, "Remove program", "", final, "enter shows what that takes out", "muted"))
        return rows

    def _above(self, found: _Found) -> SettingRow:
        limit = found.values["enrollment-limit"]
        one = found.above == 1
        who = "1 member is" if one else f"{number(found.above)} members are"
        shown = f"{who} above the limit of {limit} · enter shows {'it' if one else 'them'}"
        people = Place(("programs", self.program, "members"), f"enrolled>{limit}")
        return SettingRow(_ABOVE, "", "", "They stay in their courses; imports only warn.", shown, "warning", people)

    async def edit(self, row: SettingRow) -> None:
        """A banner comes from a file."""
        if row.key == _BANNER:
            words = f"programs set {self.program} banner - --yes < picture.png"
            await self.ask_picture(row.title, row.typed, partial(self.write, _BANNER), words)
            self.explain(row.help)
        elif row.key == _REMOVE:
            await remove_program(self, self.program)
        else:
            await super().edit(row)

    def write(self, key: str, given: str | Picture, seen: str) -> str:
        """Set it."""
        return program_settings.change(*self._by, self.program, key, given, self.session.clock(), seen=seen)

    @on(FigureTable.Moved, "#contracts")
    def _at_contract(self, message: FigureTable.Moved) -> None:
        if message.row is not None and self._contracts.has_focus:
            self._explain_contract(message.row)

    def on_descendant_focus(self) -> None:
        """What is explained goes with the cursor, unless what is wrong with an answer stands there."""
        super().on_descendant_focus()
        if self.status.asking:  # a list tells late that it had the focus between two questions
            return
        settings = self.query_one("#settings", FigureTable)
        if self._contracts.has_focus and self._contracts.current is not None:
            self._explain_contract(self._contracts.current)
        elif settings.has_focus and settings.current is not None:
            self.explain(settings.current.help)

    def _explain_contract(self, row: Contract) -> None:
        others = [name for name, slug in zip(row.programs, row.slugs, strict=True) if slug != self.program]
        beside = f" {', '.join(others)} draw{'s' if len(others) == 1 else ''} on it too." if others else ""
        acts = " Enter changes the number or day under the cursor." if self.session.actor.may(Right.CONTRACTS) else ""
        over = f", over by {number(row.licenses.over_by)}: nobody is dropped" if row.licenses.over_by else ""
        self.explain(f"Contract {row.name}{over}.{beside}{acts}")

    @on(FigureTable.Opened, "#contracts")
    def _open_contract(self, message: FigureTable.Opened) -> None:
        if not self.session.actor.may(Right.CONTRACTS):
            self.say("Contracts and their licenses are changed by an organization admin.", "error")
        elif self.session.read_only:
            self.say("This console was opened with --read-only: nothing can be changed.", "error")
        elif message.key:
            self._change_contract(message.row, message.key)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _change_contract(self, row: Contract, key: str) -> None:
        title = {"licenses": f"Licenses of {row.name}", "from": f"First day of {row.name}"}
        value = {"licenses": row.licenses.purchased, "from": row.starts_on, "to": row.ends_on}[key]

        def write(text: str, seen: str) -> str:
            return contracts.change(*self._by, row.name, key, text, self.session.clock(), seen=seen)

        await self.ask_and_write(title.get(key, f"Last day of {row.name}"), "" if value is None else str(value), write)
        self._explain_contract(row)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_attach(self) -> None:
        """Ask for a contract, and let the program draw on it."""
        drawn = {row.name for row in self._contracts.rows}
        every = await asyncio.to_thread(contracts.listing, *self._by)
        names = [row.name for row in every if row.name not in drawn]
        if not names:
            self.say("The program draws on every contract there is; c in Programs creates one.")
            return
        value = names[0] if len(names) == 1 else ""
        await self.ask_and_write("Draw on contract", value, self._draw_on, NameSuggester(names))

    def _draw_on(self, text: str, seen: str) -> str:
        return program_settings.change(*self._by, self.program, "contracts", f"+{text}", self.session.clock())

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_detach(self) -> None:
        """Let the program draw on the contract under the cursor no more."""
        row: Contract | None = self._contracts.current
        if row is None:
            self.say("There is no contract here.", "error")
            return
        answers = (Answer("y", "end it"), Answer("n", "keep it", safe=True))
        if await self.status.ask(f"Draw on {row.name} no more?", answers) == "y":
            change = partial(program_settings.change, *self._by, self.program, "contracts", f"-{row.name}")
            self.written(await asyncio.to_thread(change, self.session.clock()))
