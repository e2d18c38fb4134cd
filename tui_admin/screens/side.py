"""The person under a list's cursor, shown beside it where the window is wide enough."""

from typing import TYPE_CHECKING

from textual.containers import Horizontal

from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from .learner_pane import LearnerPane

SIDE_CELLS = 120
"""Columns from which on there is room for both."""


SIDE_COMMANDS = (
    Command("beside", "tab", "beside", "To the person", "To the person beside the list, and back.", "person", rank=4),
    Command("to-list", "escape", "to_list", "To the list", "From the person beside it back to the list."),
)


class SideBySide(Horizontal):
    """A list, and the pane that follows its cursor. Below 120 columns there is no pane, and nothing is read for it."""

    OFFERS = SIDE_COMMANDS
    BINDINGS = bindings(OFFERS)

    def __init__(self, *, learners: bool, id: str) -> None:
        super().__init__(id=id)
        self._learners = learners
        self._pane: LearnerPane | None = None
        self._row: int | None = None
        self._shown: int | None = None

    def on_resize(self) -> None:
        """Room for the pane, or not any more."""
        wide = self.app.size.width >= SIDE_CELLS
        if wide and self._pane is None:
            from .learner_pane import LearnerPane

            self._pane = LearnerPane("side")
            self._pane.visible = False
            self.mount(self._pane)
        elif self._pane is not None and self._pane.display != wide:
            self._pane.display = wide
        self.call_after_refresh(self._tell)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is a person beside the list."""
        if action == "to_list":
            return self._inside
        return self._pane is not None and self._pane.display and self._row is not None

    @property
    def _inside(self) -> bool:
        focused = self.screen.focused
        return self._pane is not None and focused is not None and self._pane in focused.ancestors

    def action_beside(self) -> None:
        """To the person, or back to the list."""
        if self._inside or self._pane is None:
            self.action_to_list()
        else:
            self._pane.query_one("#courses").focus()

    def action_to_list(self) -> None:
        """Back to the list."""
        self.query_one(RecordTable).focus()

    def follow(self, row: int | None) -> None:
        """Show the person of this row; None for an empty list."""
        self._row = row
        self._tell()

    def forget(self) -> None:
        """Something was written: the person is read again once the list is."""
        self._shown = None

    def _tell(self) -> None:
        pane = self._pane
        if pane is None or not pane.display or not pane.is_mounted:
            return
        if pane.visible != (self._row is not None):
            pane.visible = self._row is not None
            self.screen.offer_keys()  # type: ignore[attr-defined]
        if self._row is None or self._row == self._shown:
            return
        self._shown = self._row
        if self._learners:
            pane.load(learner_id=self._row)
        else:
            pane.load(membership_id=self._row)
