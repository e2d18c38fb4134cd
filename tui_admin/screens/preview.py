"""A plan, row by row, before it is agreed to."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.receipts import Row, Verdict
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable

from .base import ConsoleScreen
from .place import Place
from .plain_rows import HeldRows
from .session import Session

_SHOWN = 1_000
_WORDS = {Verdict.APPLY: "yes", Verdict.SKIP: "skipped", Verdict.REFUSE: "refused"}


def _in_order(rows: Sequence[Row]) -> Sequence[Row]:
    """Those that will not be applied first."""
    return sorted(rows, key=lambda row: (row.verdict is Verdict.APPLY, row.name or ""))


class PreviewScreen(ConsoleScreen):
    """Shows a plan's rows; leaving it brings the question back."""

    OFFERS = (Command("leave-preview", "escape,q,n,p,enter", "done", "Back", "Back to the question.", "back", rank=0),)
    BINDINGS = bindings(OFFERS)
    HELP_TEXT = "Who would be changed, and who would not and why."
    AUTO_FOCUS = "RecordTable"

    def __init__(self, session: Session, place: Place, question: str, plan: Any) -> None:
        super().__init__(session, place.child("preview"))
        self._question = question
        self._plan = plan

    def crumbs(self) -> tuple[str, ...]:
        """That this is a preview."""
        return ("Preview",)

    def body(self) -> ComposeResult:
        """The question, and the rows."""
        yield Line("preview-question")
        yield RecordTable(_columns(), markable=False, id="table")

    def on_mount(self) -> None:
        """Read the rows."""
        self.query_one("#preview-question", Line).show(Content.assemble((f" {self._question}", "$console-warning")))
        self.in_thread(self._read, self._show)

    def action_done(self) -> None:
        """Back to the question."""
        self.dismiss()

    def _read(self) -> list[Row]:
        rows: Iterator[Any] = self._plan.rows(self.session.store, self.session.actor)
        return [row[0] if isinstance(row, tuple) else row for row in islice(rows, _SHOWN)]

    def _show(self, rows: list[Row]) -> None:
        self.query_one(RecordTable).show(HeldRows(lambda: _in_order(rows)), empty=("Nobody would be changed.",))
        if len(rows) == _SHOWN:
            self.say(f"The first {_SHOWN:,} rows are shown.")


def _columns() -> tuple[Column[Row], ...]:
    return (
        Column[Row]("name", "Name", 20, lambda r: (r.name or "–", ""), "n", flex=2, priority=0, sortable=False),
        Column("email", "E-mail", 20, lambda r: (r.email or "–", ""), "m", flex=2, cut="middle", sortable=False),
        Column("verdict", "Applied", 8, _verdict, "a", sortable=False, priority=1),
        Column("reason", "Why not", 14, lambda r: (r.reason, ""), "w", flex=2, sortable=False, priority=2),
    )


def _verdict(row: Row) -> Cell:
    return _WORDS[row.verdict], "" if row.verdict is Verdict.APPLY else "warning"
