"""A few big figures side by side: a title, the number with its course, and one line about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .commands import Command, bindings
from .figures import FigureTable
from .redrawing import drawn, refresh_changed
from .text import fit, width_of

_WIDEST = 36
_MARK = 1

TILE_COMMANDS = (
    Command("tile-open", "enter", "open", "Open", "Open the people behind this figure.", "open", rank=3),
    Command("tile-right", "right", "step(1)", "Next figure", "To the next figure."),
    Command("tile-left", "left", "step(-1)", "Figure before", "To the figure before."),
    Command("tile-down", "down,j", "down", "Down", "To the list below."),
)


@dataclass(frozen=True, slots=True)
class TileText:
    """What a tile says. `note` stands muted beside the title, `course` is a sparkline; without `opens` (a filter) the
    figure has no people to show."""

    title: str
    value: str = "…"
    note: str = ""
    course: str = ""
    below: str = ""
    opens: str = ""


class Tiles(Widget, can_focus=True):
    """Three lines of tiles. `below` is where the cursor goes on downwards."""

    class Opened(Message):
        """Enter was pressed on a tile."""

        def __init__(self, tile: TileText) -> None:
            super().__init__()
            self.tile = tile

    OFFERS: ClassVar[tuple[Command, ...]] = TILE_COMMANDS
    BINDINGS = bindings(TILE_COMMANDS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tiles--{name}" for name in ("row", "muted", "value", "course", "cursor")}
    DEFAULT_CSS = """
    Tiles { height: 3; width: 1fr; background: $background; color: $console-text; }
    Tiles .tiles--row { color: $console-text; }
    Tiles .tiles--muted { color: $console-muted; }
    Tiles .tiles--value { color: $console-text; text-style: bold; }
    Tiles .tiles--course { color: $console-key; }
    Tiles .tiles--cursor { background: $console-cursor; color: $console-cursor-text; text-style: bold; }
    """

    class Moved(Message):
        """The cursor came to another tile."""

    def __init__(self, tiles: Sequence[TileText], id: str | None = None) -> None:
        super().__init__(id=id)
        self.below: Widget | None = None
        self.tiles = tuple(tiles)
        self._at = 0

    @property
    def tile(self) -> TileText:
        """The one under the cursor."""
        return self.tiles[self._at]

    def show(self, tiles: Sequence[TileText]) -> None:
        """Show these."""
        before = drawn(self)
        self.tiles = tuple(tiles)
        refresh_changed(self, before)

    def render_line(self, y: int) -> Strip:
        """Titles, numbers, or what is said about them."""
        width = min((self.size.width - _MARK) // max(len(self.tiles), 1), _WIDEST)
        segments = [self._segment(" " * _MARK, "row")]
        for position, tile in enumerate(self.tiles):
            segments += self._line(y, tile, width, position == self._at and self.has_focus)
        return Strip(segments).adjust_cell_length(self.size.width, self.get_component_rich_style("tiles--row"))

    def _line(self, y: int, tile: TileText, width: int, here: bool) -> list[Segment]:
        if y == 0:
            return [self._segment(fit(f"{tile.title} {tile.note}", width - 2) + "  ", "muted")]
        if y == 2:
            return [self._segment(fit(tile.below, width - 2) + "  ", "muted")]
        value = self._segment(fit(tile.value, min(width_of(tile.value), width - 2)), "cursor" if here else "value")
        course = fit(f"  {tile.course}", width - value.cell_length)
        return [value, self._segment(course, "course")]

    def _segment(self, text: str, style: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"tiles--{style}"))

    def on_focus(self) -> None:
        """The cursor shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor."""
        width = min((self.size.width - _MARK) // max(len(self.tiles), 1), _WIDEST)
        self._go(min(max(event.x - _MARK, 0) // max(width, 1), len(self.tiles) - 1))

    def action_step(self, step: int) -> None:
        """To another figure."""
        self._go(min(max(self._at + step, 0), len(self.tiles) - 1))

    def _go(self, position: int) -> None:
        self._at = position
        self.refresh()
        self.post_message(self.Moved())

    def action_down(self) -> None:
        """To the list below."""
        if self.below is not None:
            if isinstance(self.below, FigureTable):
                self.below.action_go(0)
            self.below.focus()

    def action_open(self) -> None:
        """Tell which figure is under the cursor."""
        self.post_message(self.Opened(self.tile))
