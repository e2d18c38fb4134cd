"""One of a few: `(•) Inactive  ( ) At risk  ( ) Completed`, over as many lines as the width asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .commands import Command, bindings
from .text import fit, width_of

_GAP = 2
_SIGNS = {True: "(•) ", False: "( ) "}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them: a lasting key, and what a person reads."""

    key: str
    title: str


class Choices(Widget, can_focus=True):
    """A row of choices of which one is chosen. `above` and `below` are where the cursor goes on from its ends."""

    class Chosen(Message):
        """Another one is chosen."""

        def __init__(self, choices: "Choices", key: str) -> None:
            super().__init__()
            self.choices = choices
            self.key = key

        @property
        def control(self) -> "Choices":
            """The row."""
            return self.choices

    OFFERS: ClassVar[tuple[Command, ...]] = (
        Command("choice-right", "right", "step(1)", "Next choice", "Choose the next one.", footer="choose", rank=2),
        Command("choice-left", "left", "step(-1)", "Choice before", "Choose the one before."),
        Command("choice-down", "down,enter", "leave(1)", "Down", "To what stands below."),
        Command("choice-up", "up", "leave(-1)", "Up", "To what stands above."),
    )
    BINDINGS = bindings(OFFERS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"choices--{name}" for name in ("row", "label", "cursor")}
    DEFAULT_CSS = """
    Choices { height: auto; width: 1fr; background: $background; color: $console-text; }
    Choices .choices--row { color: $console-text; }
    Choices .choices--label { color: $console-muted; }
    Choices .choices--cursor { background: $console-cursor; color: $console-cursor-text; }
    """

    def __init__(self, choices: Sequence[Choice], *, label: str = "", label_cells: int = 10, id: str) -> None:
        super().__init__(id=id)
        self.above: Widget | None = None
        self.below: Widget | None = None
        self._choices = tuple(choices)
        self._label, self._label_cells = label, label_cells if label else 1
        self._at = 0

    @property
    def chosen(self) -> str:
        """The key of the chosen one; empty where there is nothing to choose from."""
        return self._choices[self._at].key if self._choices else ""

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer others; the first is chosen. Tells nobody."""
        self._choices, self._at = tuple(choices), 0
        self.refresh(layout=True)

    def choose(self, key: str) -> None:
        """Choose by key; one that is not there leaves the choice as it is. Tells nobody."""
        self._at = next((n for n, choice in enumerate(self._choices) if choice.key == key), self._at)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the choices take."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[list[int]]:
        lines: list[list[int]] = [[]]
        left = width - self._label_cells
        for position, choice in enumerate(self._choices):
            cells = width_of(choice.title) + len(_SIGNS[True]) + _GAP
            if cells - _GAP > left and lines[-1]:
                lines.append([])
                left = width - self._label_cells
            lines[-1].append(position)
            left -= cells
        return lines

    def render_line(self, y: int) -> Strip:
        """The label, then the choices of this line."""
        lines = self._lines(self.size.width)
        row = self.get_component_rich_style("choices--row")
        label = fit(f" {self._label}" if y == 0 else "", self._label_cells)
        segments = [Segment(label, self.get_component_rich_style("choices--label"))]
        for position in lines[y] if y < len(lines) else ():
            here = position == self._at
            style = self.get_component_rich_style("choices--cursor") if here and self.has_focus else row
            title = self._choices[position].title
            segments += [Segment(_SIGNS[here] + fit(title, width_of(title)), style), Segment(" " * _GAP, row)]
        return Strip(segments).adjust_cell_length(self.size.width, row)

    def on_focus(self) -> None:
        """The cursor shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        lines, x = self._lines(self.size.width), self._label_cells
        for position in lines[event.y] if event.y < len(lines) else ():
            x += width_of(self._choices[position].title) + len(_SIGNS[True]) + _GAP
            if event.x < x:
                self.action_step(position - self._at)
                return

    def action_step(self, step: int) -> None:
        """Choose another one; the ends are joined."""
        before, self._at = self._at, (self._at + step) % max(len(self._choices), 1)
        if before != self._at:
            self.refresh()
            self.post_message(self.Chosen(self, self.chosen))

    def action_leave(self, step: int) -> None:
        """To what stands above or below."""
        beyond = self.below if step > 0 else self.above
        if beyond is not None:
            beyond.focus()
