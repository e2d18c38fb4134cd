"""Drawing again only what shows something else than it did: bytes are a budget."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.cells import get_character_cell_size
from rich.style import Style
from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget


class DrawnOnce(Widget):
    """A widget that does not scroll: laid out in another size, it is drawn once. Textual draws others twice."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    def watch_virtual_size(self, size: Size) -> None:
        """Hear of a size in any case: Textual does not tell it where somebody asked for the place of any widget after
        this one was mounted and before it was laid out."""
        self.post_message(Resize(self.size, size, self.container_size))


def drawn(widget: Widget) -> list[Strip]:
    """What every line of a small widget shows, to compare with later."""
    return [widget.render_line(y) for y in range(widget.size.height)]


def refresh_changed(widget: Widget, before: Sequence[Strip]) -> None:
    """Draw the lines again that show something else than they did."""
    now = drawn(widget)
    if len(now) != len(before):
        widget.refresh()
        return
    for y, (then, line) in enumerate(zip(before, now, strict=True)):
        _refresh_line(widget, y, then, line)


@contextmanager
def redrawn(widget: Widget, lines: Iterable[int]) -> Iterator[None]:
    """Around a change that only some of a widget's lines show: draw these again as far as they do."""
    before = {y: widget.render_line(y) for y in lines}
    yield
    for y, then in before.items():
        _refresh_line(widget, y, then, widget.render_line(y))


def _refresh_line(widget: Widget, y: int, then: Strip, now: Strip) -> None:
    """Draw a line again up to the last cell that shows something else: what stands before it in a line is written in
    any case."""
    if then != now:
        widget.refresh(Region(0, y, _differs_up_to(then, now) or widget.size.width, 1))


def _differs_up_to(then: Strip, now: Strip) -> int:
    """The number of cells up to the last one in which two lines differ."""
    pairs = enumerate(zip(_cells(then), _cells(now), strict=False), 1)
    return max((number for number, (old, new) in pairs if old != new), default=0)


def _cells(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """What stands in each cell of a line: in the second one of a wide character nothing."""
    for text, style, _ in strip:
        for char in text:
            yield from [(char, style), ("", style)][: get_character_cell_size(char)]
