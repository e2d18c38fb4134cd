"""A list in an order that a person gave it: it is not sorted, and its columns are what they are."""

from tui_admin.widgets.commands import bindings
from tui_admin.widgets.record_table import RecordTable

from .rows import FIRST_INSIDE


class ShelfTable(RecordTable, inherit_bindings=False):
    """A `RecordTable` of which the letters of sorting and of columns are free for other things."""

    OFFERS = tuple(command for command in RecordTable.OFFERS if command.action not in ("sort", "columns"))
    BINDINGS = bindings(OFFERS)

    def action_mark(self) -> None:
        """Mark the row and go on; what is inside a specialization is passed by."""
        if self.current is not None and self.current.id >= FIRST_INSIDE:
            self.action_move(1)
        else:
            super().action_mark()
