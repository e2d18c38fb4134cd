"""What one can do in every list, and the messages a list sends."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from .commands import Command

if TYPE_CHECKING:
    from .record_table import RecordTable

TABLE_COMMANDS: tuple[Command, ...] = (
    Command("mark", "space", "mark", "Mark this row", "Mark or unmark this row, and go on.", "mark", rank=2),
    Command("range", "v", "range", "Mark a range", "Begin a range here; v again marks it.", "range", rank=7),
    Command("mark-all", "asterisk", "mark_all", "Mark all", "Mark all rows of the filter, or none.", "all", rank=6),
    Command("invert", "exclamation_mark", "invert", "Invert the marks", "Mark what is not marked.", "invert", rank=8),
    Command("open", "enter", "select", "Open", "Open the row under the cursor.", footer="open", rank=3),
    Command("sort", "s", "sort", "Sort", "Sort by a column: s, then its letter; again to turn.", "sort", rank=4),
    Command("columns", "c", "columns", "Choose columns", "Show or hide columns by their letter.", "columns", rank=7),
    Command("down", "down,j", "move(1)", "Down", "One row down."),
    Command("up", "up,k", "move(-1)", "Up", "One row up."),
    Command("page-down", "pagedown,ctrl+f", "page(1)", "Page down", "A screenful down."),
    Command("page-up", "pageup", "page(-1)", "Page up", "A screenful up."),
    Command("first", "home,g", "first", "First row", "Go to the first row."),
    Command("last", "end,G", "last", "Last row", "Go to the last row, also of a million."),
    Command("unmark", "", "unmark", "Unmark all", "Take all marks away, hidden ones too."),
)


MARKING = frozenset({"mark", "range", "mark_all", "invert", "unmark"})
"""The actions that mark rows."""


class TableMessage(Message):
    """From a list."""

    def __init__(self, table: "RecordTable") -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> "RecordTable":
        """The list."""
        return self.table


class RowHighlighted(TableMessage, namespace="record_table"):
    """The cursor came to rest on a row (None in an empty list)."""

    def __init__(self, table: "RecordTable", id: int | None) -> None:
        super().__init__(table)
        self.id = id


class RowSelected(TableMessage, namespace="record_table"):
    """Enter was pressed on a row."""

    def __init__(self, table: "RecordTable", id: int) -> None:
        super().__init__(table)
        self.id = id


class SelectionChanged(TableMessage, namespace="record_table"):
    """Marks changed, or how many of them the filter hides became known."""


class CountChanged(TableMessage, namespace="record_table"):
    """The number of rows became known, or known better."""


class SortRequested(TableMessage, namespace="record_table"):
    """A person wants another order."""

    def __init__(self, table: "RecordTable", column: str, descending: bool) -> None:
        super().__init__(table)
        self.column = column
        self.descending = descending


class ColumnsChosen(TableMessage, namespace="record_table"):
    """A person chose columns; worth remembering."""

    def __init__(self, table: "RecordTable", keys: frozenset[str]) -> None:
        super().__init__(table)
        self.keys = keys


class ColumnsPlaced(TableMessage, namespace="record_table"):
    """Other columns are on screen."""


class Prompted(TableMessage, namespace="record_table"):
    """The list waits for a certain key; what for, as content for the status line. None when it no longer does."""

    def __init__(self, table: "RecordTable", content: Content | None) -> None:
        super().__init__(table)
        self.content = content


class ReadFailed(TableMessage, namespace="record_table"):
    """Rows could not be read; those on screen stay."""

    def __init__(self, table: "RecordTable", error: Exception) -> None:
        super().__init__(table)
        self.error = error
