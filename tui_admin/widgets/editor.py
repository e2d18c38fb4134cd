"""A text of several lines, as plain as the console: no blinking, no colors of its own."""

from textual.message import Message
from textual.widgets import TextArea

from tui_admin.rules.text import clean


class Editor(TextArea):
    """Types several lines. Up from the first line and down from the last leave it."""

    class LeftBy(Message):
        """The cursor went on beyond an end: -1 above, 1 below."""

        def __init__(self, editor: "Editor", step: int) -> None:
            super().__init__()
            self.editor = editor
            self.step = step

    DEFAULT_CSS = """
    Editor, Editor:focus { border: none; padding: 0; background: $console-panel; color: $console-text; }
    Editor .text-area--cursor { background: $console-cursor; color: $console-cursor-text; }
    Editor .text-area--cursor-line { background: $console-panel; }
    Editor .text-area--selection { background: $console-cursor; color: $console-cursor-text; }
    """

    def __init__(self, value: str = "", id: str | None = None) -> None:
        super().__init__(
            value, id=id, compact=True, soft_wrap=True, tab_behavior="focus", theme="css", show_line_numbers=False
        )
        self.cursor_blink = False

    @property
    def value(self) -> str:
        """What stands in it."""
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        self.load_text("\n".join(clean(line) for line in text.split("\n")))

    def action_cursor_up(self, select: bool = False) -> None:
        """A line up, or out."""
        if self.cursor_at_first_line and not select:
            self.post_message(self.LeftBy(self, -1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """A line down, or out."""
        if self.cursor_at_last_line and not select:
            self.post_message(self.LeftBy(self, 1))
        else:
            super().action_cursor_down(select)
