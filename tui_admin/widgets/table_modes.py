"""What the next keys of a table mean: the letter of a column to sort by, letters of columns to show, or a range."""

from typing import TYPE_CHECKING, Any

from textual.content import Content

from .column_letters import letters_prompt, offered, prompt
from .columns import Column
from .table_commands import ColumnsChosen, Prompted, SortRequested
from .table_marks import Marks

if TYPE_CHECKING:
    from .record_table import RecordTable

_RANGE = "range"


class Modes:
    """The mode of one table: empty, `sort`, `columns` or `range`. Esc and ctrl+g leave any of them."""

    def __init__(self, table: "RecordTable", marks: Marks) -> None:
        self.mode = ""
        self._table = table
        self._marks = marks

    def letters(self, mode: str) -> None:
        """Wait for letters of columns, to sort by one or to show and hide some."""
        table = self._table
        self.leave()
        self.mode = mode
        table.refresh_header()
        seen = table.chosen if mode == "columns" else frozenset(placed.column.key for placed in table.placed)
        self._prompt(letters_prompt(table.columns, mode, seen))

    def range(self) -> None:
        """Begin a range at the cursor; where one was begun, mark it."""
        table = self._table
        if self.mode == _RANGE:
            self._marks.mark_range()
            self.leave()
        elif table.current is not None:
            self.leave()
            self.mode, self._marks.anchor = _RANGE, table.cursor
            table.refresh_position(table.cursor)
            self._prompt(prompt("Range from here: move, then", ("v", "marks it"), ("esc", "leaves")))

    def key(self, key: str, character: str | None) -> bool:
        """Take a key; False where it means what it always does. Enter leaves too, but opens a row from a range."""
        if not self.mode:
            return False
        ranging = self.mode == _RANGE
        if key in ("escape", "ctrl+g") or (key == "enter" and not ranging):
            self.leave()
            return True
        if ranging:
            return False
        for column in offered(self._table.columns, self.mode):
            if column.letter == character:
                self._letter(column)
                break
        return True

    def leave(self) -> None:
        """Let keys mean what they always do."""
        if not self.mode:
            return
        ranging, self.mode = self.mode == _RANGE, ""
        self._marks.anchor = None
        if ranging:
            self._table.refresh_rows()
        else:
            self._table.refresh_header()
        self._prompt(None)

    def _letter(self, column: Column[Any]) -> None:
        table = self._table
        if self.mode == "sort":
            self.leave()
            table.post_message(SortRequested(table, column.key, table.sorted_by == column.key and not table.descending))
            return
        table.choose(table.chosen ^ {column.key})
        table.post_message(ColumnsChosen(table, table.chosen))
        self.letters("columns")

    def _prompt(self, content: Content | None) -> None:
        self._table.post_message(Prompted(self._table, content))
