"""The steps of something that takes several: `① Audience   ② Details   ③ Preview and send`, and a word at the right."""

from collections.abc import Sequence

from textual.content import Content

from .lines import Line
from .text import fit, width_of

_DIGITS = "①②③④⑤⑥⑦⑧⑨"


class StepLine(Line):
    """Which step one is at."""

    def __init__(self, titles: Sequence[str], id: str | None = None) -> None:
        super().__init__(id)
        self._titles = tuple(titles)
        self._at = 0
        self._note = ""

    def on_mount(self) -> None:
        """Begin at the first."""
        self._layout()

    def on_resize(self) -> None:
        """Another width."""
        self._layout()

    def at(self, step: int) -> None:
        """Stand at a step, counted from 0."""
        self._at = step
        self._layout()

    def note(self, text: str) -> None:
        """Say something at the right, such as when a draft was saved."""
        self._note = text
        self._layout()

    def _layout(self) -> None:
        parts: list[Content | tuple[str, str] | str] = [" "]
        used = 1
        for position, title in enumerate(self._titles):
            text = f"{_DIGITS[position]} {title}"
            parts += [(text, "bold $console-place" if position == self._at else "$console-muted"), "   "]
            used += width_of(text) + 3
        room = self.size.width - used - 1
        if room > 0:
            parts += [(fit(self._note, room, "right"), "$console-muted")]
        self.show(Content.assemble(*parts))
