"""A list to pick from: enter takes what is marked instead of opening a row."""

from .commands import Command, bindings
from .record_table import RecordTable

_TAKE = Command(
    "take-picked", "enter", "select", "Take", "Take the marked, else the row under the cursor.", "take", rank=1
)


class PickTable(RecordTable):
    """A `RecordTable` whose `RowSelected` means that the person is done."""

    OFFERS = tuple(_TAKE if command.name == "open" else command for command in RecordTable.OFFERS)
    BINDINGS = bindings(OFFERS)
