"""What Members and Users share: a filter bar over a table, read in threads, that filters while one types."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual import getters, on
from textual.app import ComposeResult

from tui_admin.rules.filters import All, FilterError, Node, parse
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.rows import RowSource

from .filtered import CANNOT_BE_FOLLOWED, FILTER, FilteredScreen
from .place import Place
from .plain_rows import NumberedRows
from .portal_source import PortalSource
from .session import Session
from .side import SideBySide
from .styles import style

if TYPE_CHECKING:
    from .learner_pane import LearnerPane

LIST_COMMANDS = (
    FILTER,
    Command("filter-by", "", "filter_by", "Filter by", "Filter by an expression.", words="filter by", argument="EXPR"),
    Command("sort-by", "", "sort_by", "Sort by", "Sort by a column's name.", words="sort by", argument="COLUMN"),
)


class SavedView(Protocol):
    """What a list takes of a saved view."""

    @property
    def expression(self) -> str:
        """The filter."""
        ...

    @property
    def sort(self) -> str:
        """The column it is sorted by."""
        ...

    @property
    def descending(self) -> bool:
        """Whether from the largest."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """The columns, or none for the usual ones."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list shows: a filter as typed and as a tree, and an order."""

    text: str = ""
    tree: Node = field(default_factory=All)
    sort: str = "name"
    descending: bool = False


class ListScreen(FilteredScreen):
    """A filtered list. A subclass says what its columns are, where rows come from, and what can be done with them."""

    KIND: ClassVar[str] = "rows"
    """What the list is called where its columns and order are remembered."""
    LEARNERS: ClassVar[bool] = False
    """Whether a row's id is that of a learner, not of a membership."""
    CSS_PATH: ClassVar = style("lists")
    OFFERS: ClassVar[tuple[Command, ...]] = LIST_COMMANDS
    AUTO_FOCUS = "RecordTable"

    bar = getters.query_one("#filter", FilterBar)
    table = getters.query_one("#table", RecordTable)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.asked = Asked()
        self._total: int | None = None

    def columns(self) -> Sequence[Column[Any]]:
        """All columns of the list."""
        raise NotImplementedError

    def source(self, asked: Asked) -> RowSource[Any]:
        """The rows of a filter and order. Called on the loop: it must not read anything yet."""
        raise NotImplementedError

    def empty(self) -> Sequence[str]:
        """The lines that say why nothing is listed, and what to press."""
        if self.asked.text:
            if self.bar.completion:
                return (f"Nobody matches {self.asked.text}", f"tab completes it: {self.bar.completion}")
            return (f"Nobody matches {self.asked.text}", "/ changes the filter, backspace in it when empty clears it.")
        return ("Nobody is here yet.",)

    def body(self) -> ComposeResult:
        """Bar and table."""
        yield FilterBar(self.place.filter, id="filter", fields=self.session.fields)
        chosen = self.console.choices.get(self.KIND, {}).get("columns")
        with SideBySide(learners=self.LEARNERS, id="list"):
            yield RecordTable(self.columns(), chosen=chosen, id="table")

    def on_mount(self) -> None:
        """Read the first rows."""
        sort, descending = self.console.choices.get(self.KIND, {}).get("sort", ("name", False))
        known = any(column.key == sort for column in self.columns())
        self.asked = Asked(sort=sort if known else "name", descending=bool(descending))
        self.table.sort(self.asked.sort, self.asked.descending)
        self.ask(self.place.filter)
        self.count_all()

    def settle(self, place: Place) -> None:
        """Another filter for the same list."""
        self.bar.value = place.filter
        self.table.focus()

    def reload(self) -> None:
        """Read the rows again; the cursor stays on its row."""
        self.table.show(self.source(self.asked), keep=self.current_id(), empty=self.empty())
        self.query_one(SideBySide).forget()
        self.count_all()

    def follow(self) -> None:
        """Read the rows on screen again; they stay on their lines."""
        self.table.reread()
        self.query_one(SideBySide).forget()
        self.count_all()

    def current_id(self) -> int | None:
        """The id of the row under the cursor."""
        row = self.table.current
        return None if row is None else row.id

    def count_all(self) -> None:
        """Find out how many rows there are without a filter."""
        everything = self.source(Asked())
        self.in_thread(everything.count, self._count_all_done, "total")

    def _count_all_done(self, total: int) -> None:
        self._total = total
        self._tell()

    def ask(self, text: str) -> None:
        """Filter by an expression; one that is wrong is underlined and leaves the rows as they are while it is typed.
        Once it is, nobody is listed: what acts on rows must not find those of another filter."""
        try:
            tree = parse(text, self.session.fields)
        except FilterError as error:
            self.bar.refuse(error)
            if not self.bar.active:
                self.say(str(error), "error")
                self._list_nobody(CANNOT_BE_FOLLOWED)
            return
        self.bar.accepted()
        self.asked = Asked(text.strip(), tree, self.asked.sort, self.asked.descending)
        self.place = self.place.filtered(text)
        self.table.show(self._following(), empty=self.empty())

    def _list_nobody(self, why: Sequence[str]) -> None:
        self.table.hold(NumberedRows.of(()), empty=why)

    def _following(self) -> RowSource[Any]:
        """The rows now asked for, sought among those shown where it can be."""
        source, before = self.source(self.asked), self.table.source
        if isinstance(source, PortalSource) and isinstance(before, PortalSource):
            source.follow(before)
        return source

    def action_filter(self) -> None:
        """Type a filter."""
        self.bar.enter()

    def action_filter_by(self, text: str) -> None:
        """Filter by an expression typed elsewhere."""
        self.bar.value = text

    def action_sort_by(self, column: str) -> None:
        """Sort by the column of a name."""
        word = column.casefold().strip()
        found = next((c for c in self.columns() if c.sortable and word in (c.key, c.title.casefold())), None)
        if found is None:
            names = ", ".join(c.title for c in self.columns() if c.sortable)
            self.say(f"There is no column {column}. Columns are {names}.", "error")
        else:
            self._sort(found.key, self.asked.sort == found.key and not self.asked.descending)

    def _sort(self, column: str, descending: bool) -> None:
        self.asked = Asked(self.asked.text, self.asked.tree, column, descending)
        self.table.sort(column, descending)
        self.table.show(self._following(), empty=self.empty())
        self.console.remember(self.KIND, "sort", (column, descending))

    def show_view(self, view: SavedView) -> None:
        """Show a saved view: its filter, order and columns."""
        self.asked = Asked(self.asked.text, self.asked.tree, view.sort, view.descending)
        self.table.sort(view.sort, view.descending)
        if view.columns:
            self.table.choose(view.columns)
        if self.bar.value == view.expression:
            self.ask(view.expression)
        else:
            self.bar.value = view.expression

    def _tell(self) -> None:
        found, exact = self.table.count
        marked, hidden = len(self.table.marked), self.table.hidden
        total = self._total if self.asked.text else None
        self.bar.tell(Tally(found, exact, total, marked, hidden, self.table.unseen_order))

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        if event.text.strip() != self.asked.text or self.bar.wrong or not self.bar.active:
            self.ask(event.text)

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        if self.bar.wrong:
            self._list_nobody(CANNOT_BE_FOLLOWED)
        self.table.focus()

    @on(RecordTable.ColumnsPlaced)
    @on(RecordTable.CountChanged)
    @on(RecordTable.SelectionChanged)
    def _count_changed(self) -> None:
        self._tell()

    @on(RecordTable.SortRequested)
    def _sort_requested(self, event: RecordTable.SortRequested) -> None:
        self._sort(event.column, event.descending)

    @on(RecordTable.ColumnsChosen)
    def _columns_chosen(self, event: RecordTable.ColumnsChosen) -> None:
        self.console.remember(self.KIND, "columns", sorted(event.keys))

    @on(RecordTable.Prompted)
    def _prompted(self, event: RecordTable.Prompted) -> None:
        self.hint(event.content)

    @on(RecordTable.RowHighlighted)
    def _row_highlighted(self, event: RecordTable.RowHighlighted) -> None:
        self.query_one(SideBySide).follow(event.id)

    def on_learner_pane_program_opened(self, message: "LearnerPane.ProgramOpened") -> None:
        """The person beside the list, in another program."""
        member = message.member
        self.console.go(Place(("programs", member.program, "members", str(member.id))))

    @on(RecordTable.ReadFailed)
    def _read_failed(self, event: RecordTable.ReadFailed) -> None:
        if isinstance(event.error, FilterError):
            self.bar.refuse(event.error)
            if self.bar.active:
                return
        self.console.report(event.error)
        shown = self.table.source
        if self.bar.wrong:
            self._list_nobody(CANNOT_BE_FOLLOWED)
        elif not isinstance(shown, PortalSource) or shown.query.filter != self.asked.tree:
            self._list_nobody(("This could not be read; ctrl+r reads it again.",))
