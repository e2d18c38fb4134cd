"""What an act on one person would do, a sentence a line, before it is agreed to."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.text import shown

from ..base import ConsoleScreen
from ..place import Place
from ..session import Session


class PlanScreen(ConsoleScreen):
    """Shows a plan's sentences; leaving it brings the question back."""

    OFFERS = (
        Command("leave-plan", "escape,q,n,p,enter", "done", "To the question", "Back to the question.", "back", rank=0),
    )
    BINDINGS = bindings(OFFERS)
    AUTO_FOCUS = "VerticalScroll"
    DEFAULT_CSS = """
    PlanScreen #plan { height: auto; padding: 0 1; }
    """
    HELP_TEXT = "What would be done, and what stays."

    def __init__(self, session: Session, place: Place, lines: Sequence[str]) -> None:
        super().__init__(session, place.child("plan"))
        self._lines = lines

    def crumbs(self) -> tuple[str, ...]:
        """That this is a plan."""
        return ("Plan",)

    def body(self) -> ComposeResult:
        """The sentences, the first standing out."""
        first, *rest = (shown(line) for line in self._lines)
        parts: list[Content | tuple[str, str]] = [(f"{first}\n", "$console-warning")]
        parts += [(f"\n{line}\n", "") for line in rest]
        with VerticalScroll():
            yield Static(Content.assemble(*parts), id="plan", markup=False)

    def action_done(self) -> None:
        """Back to the question."""
        self.dismiss()
