"""Choosing the collections that something goes to, one or several."""

from collections.abc import Sequence
from typing import ClassVar

from pyroaring import BitMap
from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.curriculum.reading import Collection
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.lines import Line
from tui_admin.widgets.pick_table import PickTable
from tui_admin.widgets.record_table import RecordTable

from ..base import ConsoleScreen
from ..place import Place
from ..plain_rows import HeldRows
from ..session import Session
from .rows import collection_columns


class TargetsScreen(ConsoleScreen):
    """Gives the ids of the chosen collections back, in the order of the curriculum; None where the person left it."""

    HELP_TEXT = "Choose where it goes: space marks several, enter takes the marked, else the one under the cursor."
    AUTO_FOCUS = "PickTable"
    OFFERS: ClassVar = (
        Command("leave-targets", "escape,q", "leave", "Back", "Back; nothing is changed.", "back", rank=0),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place, question: str, collections: Sequence[Collection]) -> None:
        super().__init__(session, place.child("where"))
        self._question = question
        self._collections = collections

    def crumbs(self) -> tuple[str, ...]:
        """The program, its curriculum."""
        return ("Programs", self.console.program_name(self.place.segments[1]), "Curriculum")

    def body(self) -> ComposeResult:
        """The question above the collections."""
        yield Line("question")
        yield PickTable(collection_columns(), id="table")

    def on_mount(self) -> None:
        """List them."""
        super().on_mount()
        help = " · space marks several, enter takes them"
        self.query_one("#question", Line).show(
            Content.assemble((f" {self._question}", "bold"), (help, "$console-muted"))
        )
        self.query_one(RecordTable).show(HeldRows(lambda: self._collections))

    @on(RecordTable.RowSelected)
    def _take(self, event: RecordTable.RowSelected) -> None:
        marked = BitMap(event.table.marked) or BitMap([event.id])
        chosen = tuple(collection.id for collection in self._collections if collection.id in marked)
        self.dismiss(chosen)  # type: ignore[arg-type]

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
