"""A list in an order that a person gave it: it is not sorted, and its columns are what they are."""

from tui_admin.widgets.commands import bindings
from tui_admin.widgets.record_table import RecordTable

from .rows import FIRST_INSIDE


class ShelfTable(RecordTable, inherit_bindings=False):
    """A `RecordTable` of which the letters of sorting and of columns are free for other things."""

    OFFERS = tuple(command for command in RecordTable.OFFERS if command.action not in ("sort", "columns"))
    BINDINGS = bindings(OFFERS)

    def can_mark(self, id: int) -> bool:
        """All but what is inside a specialization."""
        return super().can_mark(id) and id < FIRST_INSIDE
