"""Picking courses and specializations from the catalogue: what is typed finds them, marks choose them."""

from functools import partial
from typing import ClassVar, TypeAlias

from pyroaring import FrozenBitMap
from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from tui_admin.portal import catalogue_search
from tui_admin.portal.catalogue_search import Catalogue, Entry, Kind
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.pick_table import PickTable
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import number, plural

from ..base import ConsoleScreen
from ..place import Place
from ..plain_rows import HeldRows, Numbered
from ..session import Session
from ..styles import style
from .entry import EntryDetail

Picked: TypeAlias = tuple[tuple[Kind, int], ...]
"""What was picked, in the order in which it was marked: kind and id."""


class PickerScreen(ConsoleScreen):
    """Pushed with `push_screen_wait`, it gives a `Picked` back: the marked, else the one under the cursor; none where
    the person left it. `program` is the slug of the program whose curriculum it is for."""

    HELP_TEXT = "Choose from the catalogue: what you type finds, space marks, enter takes the marked."
    CSS_PATH: ClassVar = style("picker")
    AUTO_FOCUS = "FilterInput"
    OFFERS: ClassVar = (
        Command("search-catalogue", "slash", "filter", "Search", "Type words; marks stay.", "search", rank=1),
        Command("leave-catalogue", "escape,q", "leave", "Back", "Back, with nothing picked.", "back", rank=0),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place, program: str) -> None:
        super().__init__(session, place.child("pick"))
        self._program = program
        self._catalogue = Catalogue(())
        self._rows: list[Numbered] = []
        self._order: list[int] = []

    def crumbs(self) -> tuple[str, ...]:
        """The program, and that one picks for it."""
        return ("Programs", self.console.program_name(self._program), "Catalogue")

    def body(self) -> ComposeResult:
        """The search, what it finds, and what the cursor is on."""
        yield FilterBar("", id="search", completes=False)
        with Container(id="catalogue"):
            yield PickTable(_columns(), id="found")
            yield EntryDetail("entry")

    def on_mount(self) -> None:
        """Read the catalogue, once: every key searches what was read."""
        super().on_mount()
        by = self.session.store, self.session.actor, self._program
        self.in_thread(partial(catalogue_search.read, *by), self._begin)

    @property
    def _table(self) -> RecordTable:
        return self.query_one(RecordTable)

    def _begin(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rows = [Numbered(position, entry) for position, entry in enumerate(catalogue.entries)]
        self._list(self.query_one(FilterBar).value)

    def _list(self, typed: str) -> None:
        catalogue, rows = self._catalogue, self._rows

        def found() -> list[Numbered]:
            return [rows[position] for position in catalogue.search(typed)]

        empty: tuple[str, ...] = ("The catalogue is empty.", ":import brings courses from a catalogue file.")
        if typed.strip():
            empty = (f"No name, partner or skill holds {typed.strip()}", "/ changes the words.")
        self._table.show(HeldRows(found), empty=empty, waiting="Reading the catalogue …")

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        if self._catalogue.entries:
            self._list(event.text)

    @on(FilterBar.Left)
    def _left(self) -> None:
        self._table.focus()

    @on(RecordTable.CountChanged)
    def _counted(self) -> None:
        total, marked, hidden = len(self._catalogue.entries), len(self._table.marked), self._table.hidden
        self.query_one(FilterBar).tell(Tally(*self._table.count, total=total, marked=marked, hidden=hidden))

    @on(RecordTable.SelectionChanged)
    def _marked(self) -> None:
        marked = self._table.marked
        kept = [position for position in self._order if position in marked]
        fresh, source = marked - FrozenBitMap(kept), self._table.source
        listed = source.page(0, source.count()) if fresh and source is not None else ()
        self._order = kept + [row.id for row in listed if row.id in fresh]
        self._counted()

    @on(RecordTable.RowHighlighted)
    def _highlighted(self, event: RecordTable.RowHighlighted) -> None:
        entry = None if event.id is None else self._catalogue.entries[event.id]
        self.query_one(EntryDetail).show(entry)

    @on(RecordTable.RowSelected)
    def _take(self, event: RecordTable.RowSelected) -> None:
        entries = self._catalogue.entries
        picked: Picked = tuple(entries[position].item for position in self._order or [event.id])
        self.dismiss(picked)  # type: ignore[arg-type]

    def action_filter(self) -> None:
        """Type words."""
        self.query_one(FilterBar).enter()

    def action_leave(self) -> None:
        """Pick nothing."""
        self.dismiss(())  # type: ignore[arg-type]


def _columns() -> tuple[Column[Numbered], ...]:
    def what(row: Numbered) -> Cell:
        entry: Entry = row.row
        return ("course" if entry.kind == "course" else plural(len(entry.courses), "course")), "muted"

    def partner(row: Numbered) -> Cell:
        return row.row.partner, "muted"

    def hours(row: Numbered) -> Cell:
        return number(row.row.workload_hours), ""

    def there(row: Numbered) -> Cell:
        return ", ".join(row.row.collections), "warning"

    fixed = partial(Column[Numbered], letter="", sortable=False)
    return (
        fixed("name", "Course or specialization", 24, lambda row: (row.row.name, ""), flex=5, priority=0),
        fixed("what", "", 12, what, priority=1),
        fixed("partner", "Partner", 10, partner, flex=2, priority=2),
        fixed("level", "Level", 12, lambda row: (row.row.level, ""), priority=4),
        fixed("hours", "Hours", 6, hours, align="right", priority=3),
        fixed("there", "Already in", 10, there, flex=2, priority=2),
    )
