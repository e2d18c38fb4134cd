"""Drawing again only the lines that show something else than they did: bytes are a budget."""

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


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
        if then != line:
            widget.refresh(Region(0, y, widget.size.width, 1))
