"""The field in which a person types what the status line asks for."""

from typing import ClassVar

from textual.message import Message
from textual.widgets import Input

from .commands import Command, bindings


class TextPrompt(Input):
    """One line of text: taken, completed by what the suggester proposes, or left."""

    class Left(Message):
        """The person gives no text."""

    OFFERS: ClassVar = (
        Command("take-text", "enter", "submit", "Take the text", "Go on with what is typed.", "take", rank=1),
        Command("complete-text", "tab", "complete", "Complete", "Put in what is proposed in grey.", "complete", rank=2),
        Command("leave-text", "escape,ctrl+g", "leave", "Leave", "Leave without an answer.", "leave", rank=1),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    TextPrompt { display: none; width: 1fr; background: $background; color: $console-text; }
    TextPrompt:focus { background: $background; background-tint: $background 0%; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Completing only where something proposes."""
        return action != "complete" or self.suggester is not None

    def action_complete(self) -> None:
        """Take what is proposed after the text."""
        self.action_end()
        self.action_cursor_right()

    def action_leave(self) -> None:
        """Leave."""
        self.post_message(self.Left())
