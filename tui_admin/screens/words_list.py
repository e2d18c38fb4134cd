"""A list that is searched by plain words, as one types them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult

from tui_admin.widgets.columns import Column
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.record_table import RecordTable

from .base import ConsoleScreen
from .place import Place
from .plain_rows import NumberedRows


class WordsScreen(ConsoleScreen):
    """A bar for the words over a table of what holds them. A subclass offers `lists.FILTER` among its commands."""

    AUTO_FOCUS = "RecordTable"
    EMPTY: ClassVar[Sequence[str]] = ()
    """What stands there where nothing is listed."""

    _words = ""

    def columns(self) -> Sequence[Column[Any]]:
        """The columns of the list."""
        raise NotImplementedError

    def rows(self, words: str) -> NumberedRows:
        """What holds the words; all for none."""
        raise NotImplementedError

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    def body(self) -> ComposeResult:
        """Bar and table."""
        yield FilterBar(self.place.filter, id="filter", completes=False)
        yield RecordTable(self.columns(), markable=False, id="table")

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self._ask(self.place.filter)

    def settle(self, place: Place) -> None:
        """Other words."""
        super().settle(place)
        self.query_one(FilterBar).value = place.filter

    def reload(self) -> None:
        """Read it again; the cursor stays on its line."""
        self._list(keep=self.table.current.id if self.table.current else None)

    def follow(self) -> None:
        """Read the entries on screen again; they stay on their lines."""
        self.table.reread()

    def action_filter(self) -> None:
        """Type words that the entries hold."""
        self.query_one(FilterBar).enter()

    def _ask(self, words: str) -> None:
        self._words = words
        self.place = self.place.filtered(words)
        self._list()

    def _list(self, keep: int | None = None) -> None:
        empty = (f"No entry holds {self._words}", "/ changes the words.") if self._words else self.EMPTY
        self.table.show(self.rows(self._words), keep=keep, empty=empty)

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        if event.text.strip() != self._words:
            self._ask(event.text.strip())

    @on(FilterBar.Left)
    def _left(self) -> None:
        self.table.focus()

    @on(RecordTable.CountChanged)
    def _counted(self) -> None:
        self.query_one(FilterBar).tell(Tally(*self.table.count))
