"""Choosing values of a field from a list, several at once: what is typed finds them, marks choose them."""

from collections.abc import Sequence
from typing import ClassVar

from pyroaring import BitMap
from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import members
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.lines import Line
from tui_admin.widgets.pick_table import PickTable
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import number

from ..base import ConsoleScreen
from ..place import Place
from ..plain_rows import HeldRows, Numbered
from ..session import Session
from ..styles import style

_MOST = 1_000
"""Values that are listed at once; what is typed finds the others."""

TITLES = {"program": "Programs", "contract": "Contracts", "course": "Courses"}
"""The fields that can be chosen from a list."""


class Known:
    """The values seen so far, each with a number of its own, so that marks stay while others are looked for."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = list(values)
        self._numbers = {value: place for place, value in enumerate(values)}

    def number(self, value: str) -> int:
        """The number of a value."""
        if value not in self._numbers:
            self._numbers[value] = len(self._values)
            self._values.append(value)
        return self._numbers[value]

    def values(self, numbers: BitMap) -> tuple[str, ...]:
        """The values of numbers."""
        return tuple(self._values[place] for place in numbers)


class PickRows(HeldRows[Numbered]):
    """The values of a field that begin with what was typed, or a word in them does, the most frequent first; those
    that were chosen before come first while nothing is typed."""

    def __init__(
        self, session: Session, field: str, typed: str, chosen: Sequence[str], known: Known, now: Instant
    ) -> None:
        super().__init__(self._find)
        self._session, self._field, self._typed, self._now = session, field, typed, now
        self._chosen, self._known = chosen, known

    def _find(self) -> list[Numbered]:
        by = (self._session.store, self._session.actor, None, self._field, self._typed, self._now)
        counted = dict(members.values(*by, limit=_MOST))
        first = {} if self._typed.strip() else {value: counted.get(value, 0) for value in self._chosen}
        values = {**first, **{value: count for value, count in counted.items() if value not in first}}
        return [Numbered(self._known.number(value), (value, count)) for value, count in values.items()]


def _members(row: Numbered) -> Cell:
    counted = row.row[1]
    return "" if counted is None else number(counted), ""


class PickScreen(ConsoleScreen):
    """Gives the chosen values back; none where the person left it."""

    HELP_TEXT = "Choose some from the list: space marks, what you type finds them, enter takes the marked."
    CSS_PATH: ClassVar = style("mail")
    AUTO_FOCUS = "PickTable"
    OFFERS: ClassVar = (
        Command("search-values", "slash", "filter", "Search", "Type to find values; marks stay.", "search", rank=1),
        Command("take-none", "n", "none", "None", "Ask for none of them any more.", "none", rank=4),
        Command("leave-values", "escape,q", "leave", "Back", "Back; what was chosen before stays.", "back", rank=0),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place, field: str, chosen: tuple[str, ...]) -> None:
        super().__init__(session, place.child("pick"))
        self._field, self._chosen = field, chosen
        self._known = Known(chosen)

    def crumbs(self) -> tuple[str, ...]:
        """What is chosen."""
        return (self.place.tab.capitalize(), TITLES[self._field])

    def body(self) -> ComposeResult:
        """How it goes, the search, the values."""
        yield Line("pick-help")
        yield FilterBar("", id="search", completes=False)
        yield PickTable(self._columns(), id="table")

    def on_mount(self) -> None:
        """List them, with those chosen before marked."""
        super().on_mount()
        help = f" {TITLES[self._field]}: space marks, / searches, enter takes the marked"
        self.query_one("#pick-help", Line).show(Content.assemble((help, "$console-muted")))
        self._table.set_marked(BitMap(range(len(self._chosen))))
        self._list("")

    @property
    def _table(self) -> RecordTable:
        return self.query_one(RecordTable)

    def _columns(self) -> tuple[Column[Numbered], ...]:
        def title(row: Numbered) -> tuple[str, str]:
            value = row.row[0]
            name = self.console.program_name(value) if self._field == "program" else value
            return name, ""

        columns: list[Column[Numbered]] = [
            Column("value", TITLES[self._field][:-1], 20, title, "v", flex=3, priority=0, sortable=False),  # type: ignore[arg-type]
            Column("count", "Members", 9, _members, "m", align="right", priority=0, sortable=False),
        ]
        if self._field == "program":
            columns.append(
                Column("slug", "Slug", 12, lambda r: (r.row[0], "muted"), "s", flex=2, priority=1, sortable=False)
            )
        return tuple(columns)

    def _list(self, typed: str) -> None:
        source = PickRows(self.session, self._field, typed, self._chosen, self._known, self.now)
        empty = (f"Nothing begins with {typed}",) if typed else (f"There are no {TITLES[self._field].lower()} yet.",)
        self._table.show(source, empty=empty)

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        self._list(event.text.strip())

    @on(FilterBar.Left)
    def _left(self) -> None:
        self._table.focus()

    @on(RecordTable.CountChanged)
    @on(RecordTable.SelectionChanged)
    def _counted(self) -> None:
        marked, hidden = len(self._table.marked), self._table.hidden
        self.query_one(FilterBar).tell(Tally(*self._table.count, marked=marked, hidden=hidden))

    @on(RecordTable.RowSelected)
    def _take(self, event: RecordTable.RowSelected) -> None:
        marked = BitMap(self._table.marked) or BitMap([event.id])
        self.dismiss(self._known.values(marked))  # type: ignore[arg-type]

    def action_filter(self) -> None:
        """Type to find values."""
        self.query_one(FilterBar).enter()

    def action_none(self) -> None:
        """Ask for none of them."""
        self.dismiss(())  # type: ignore[arg-type]

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)
