"""A short list that is held whole, with numbers one can stand on: programs, stages of a funnel, courses, attempts.

Where columns are named as stops, the cursor stands on one cell and enter opens what that number counts; else it stands
on the row. A stop without a name is the row itself: beside it, numbers are pointed at by a sign too. Moving the cursor
repaints two lines.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .columns import GAP, Column, Placed, place_columns
from .commands import Command, bindings
from .quiet_focus import QuietFocus
from .redrawing import drawn, redrawn, refresh_changed
from .text import fit, pointed

MARK = 2
"""Cells before the first column: the cursor, a blank."""
_STYLES = ("", "header", "bar", "cursor", "cursor-blurred", "muted", "warning", "error", "success")

FIGURE_COMMANDS = (
    Command(
        "figure-open", "enter", "open", "Open", "Open the row, or the people whom the number counts.", "open", rank=3
    ),
    Command("figure-down", "down,j", "move(1)", "Down", "One row down, or to the list below."),
    Command("figure-up", "up,k", "move(-1)", "Up", "One row up, or to the list above."),
    Command("figure-right", "right", "step(1)", "Next number", "To the next number of this row."),
    Command("figure-left", "left", "step(-1)", "Number before", "To the number before."),
    Command("figure-page-down", "pagedown,ctrl+f", "page(1)", "Page down", "A screenful down."),
    Command("figure-page-up", "pageup", "page(-1)", "Page up", "A screenful up."),
    Command("figure-first", "home,g", "go(0)", "First row", "Go to the first row."),
    Command("figure-last", "end,G", "go(-1)", "Last row", "Go to the last row."),
)


class FigureTable(QuietFocus, can_focus=True):
    """Rows of a few columns. `show` gives it rows; `above` and `below` are where the cursor goes on from its ends.
    Where `identity` says what a row is, the cursor stays on its row when others come or go.

    The row of an `anchored` list stands out without the focus too, because something beside it depends on it.
    """

    class Opened(Message):
        """Enter was pressed on a row; `key` is the column of the number, empty where the cursor stands on the row."""

        def __init__(self, table: "FigureTable", row: Any, key: str) -> None:
            super().__init__()
            self.table = table
            self.row = row
            self.key = key

        @property
        def control(self) -> "FigureTable":
            """The list."""
            return self.table

    class Moved(Message):
        """The cursor came to another row or number, or other rows came under it; None in an empty list."""

        def __init__(self, table: "FigureTable", row: Any) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> "FigureTable":
            """The list."""
            return self.table

    LEADS: ClassVar[bool] = False
    """Whether the cursor of a row colors its first column alone: what stands after it need not be drawn again."""
    OFFERS: ClassVar[tuple[Command, ...]] = FIGURE_COMMANDS
    BINDINGS = bindings(FIGURE_COMMANDS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"figures--{name or 'row'}" for name in _STYLES}
    DEFAULT_CSS = """
    FigureTable { height: 1fr; width: 1fr; background: $background; color: $console-text; }
    FigureTable .figures--row { color: $console-text; }
    FigureTable .figures--header { color: $console-muted; }
    FigureTable .figures--bar { color: $console-key; }
    FigureTable .figures--cursor { background: $console-cursor; color: $console-cursor-text; }
    FigureTable .figures--cursor-blurred { background: $console-panel; color: $console-text; }
    FigureTable .figures--muted { color: $console-muted; }
    FigureTable .figures--warning { color: $console-warning; }
    FigureTable .figures--error { color: $console-error; }
    FigureTable .figures--success { color: $console-success; }
    """

    def __init__(
        self,
        columns: Sequence[Column[Any]] = (),
        *,
        stops: Collection[str] = (),
        header: bool = True,
        anchored: bool = False,
        waiting: str = "…",
        identity: Callable[[Any], object] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.above: Widget | None = None
        self.below: Widget | None = None
        self.rows: tuple[Any, ...] = ()
        self._columns = tuple(columns)
        self._stops = tuple(stops)
        self._header = header
        self._anchored = anchored
        self._identity = identity
        self._lines: tuple[str, ...] = (waiting,)
        self._placed: tuple[Placed[Any], ...] = ()
        self._placed_in = Size(0, 0)
        self._cursor = self._top = self._stop = 0
        self._styles: dict[str, Style] = {}

    def show(
        self, rows: Sequence[Any], *, columns: Sequence[Column[Any]] | None = None, empty: Sequence[str] = ("Nothing.",)
    ) -> None:
        """Show these rows, in other columns if given; `empty` says why there are none and what to press."""
        before, here = drawn(self), self.current
        self.rows = tuple(rows)
        self._lines = tuple(empty)
        if columns is not None:
            self._columns = tuple(columns)
        self._cursor = self._found(here)
        self._place()
        refresh_changed(self, before)
        self.post_message(self.Moved(self, self.current))

    def _found(self, row: Any) -> int:
        """Where a row is now; where it is gone or cannot be told, the line the cursor stands on."""
        if self._identity is not None and row is not None:
            sought = self._identity(row)
            for position, found in enumerate(self.rows):
                if self._identity(found) == sought:
                    return position
        return min(self._cursor, max(len(self.rows) - 1, 0))

    @property
    def current(self) -> Any:
        """The row under the cursor; None in an empty list."""
        return self.rows[self._cursor] if self.rows else None

    @property
    def cursor(self) -> int:
        """The cursor's row, from 0."""
        return self._cursor

    @property
    def stop(self) -> str:
        """The column under the cursor; empty where it stands on the row."""
        stops = self._stops_of(self.current) if self.rows else []
        return stops[min(self._stop, len(stops) - 1)] if stops else ""

    @property
    def _height(self) -> int:
        return max(self.size.height - self._header, 1)

    def cell(self, row: Any, placed: Placed[Any]) -> tuple[str, str]:
        """A cell's text and style; a table with bars (style `bar`) draws them here, where the width is known."""
        return placed.column.render(row)

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a line that says why there is none."""
        self._fit()
        width, styles = self.size.width, self._rich_styles()
        if self._header and not y:
            titles = [(fit(place.column.title, place.width, place.column.align), "header") for place in self._placed]
            return self._strip([(" " * MARK, "header"), *_spaced(titles, "header")], width)
        position = self._top + y - self._header
        if not self.rows:
            at = y - self._header
            return self._strip(
                [(fit(" " * MARK + self._lines[at], width), "muted")] if at < len(self._lines) else [], width
            )
        if position >= len(self.rows):
            return Strip.blank(width, styles[""])
        return self._strip(self._runs(position), width)

    def _runs(self, position: int) -> list[tuple[str, str]]:
        row, here = self.rows[position], position == self._cursor
        stop = self.stop if here else ""
        under = "cursor" if self.has_focus else "cursor-blurred" if self._anchored else ""
        under = under if here else ""
        runs = [("▸ " if here and self.has_focus else " " * MARK, "" if stop else under)]
        along = "" if stop or self.LEADS else under
        for number, place in enumerate(self._placed):
            text, style = self.cell(row, place)
            is_under = place.column.key == stop if stop else not (number and self.LEADS)
            shown = fit(text, place.width, place.column.align, place.column.cut)
            gap = " " * GAP if number else ""
            if under and is_under and stop and "" in self._stops:
                runs.append((pointed(gap + shown), under))
            else:
                runs += [(gap, along), (shown, under if under and is_under else style)]
        return runs

    def _strip(self, runs: Sequence[tuple[str, str]], width: int) -> Strip:
        styles = self._rich_styles()
        joined: list[tuple[str, str]] = []
        for text, style in runs:
            if joined and joined[-1][1] == style:
                joined[-1] = (joined[-1][0] + text, style)
            elif text:
                joined.append((text, style))
        rest = styles[joined[-1][1] if len(joined) == 1 else ""]
        return Strip([Segment(text, styles[style]) for text, style in joined]).adjust_cell_length(width, rest)

    def _rich_styles(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = {name: self.get_component_rich_style(f"figures--{name or 'row'}") for name in _STYLES}
        return self._styles

    def notify_style_update(self) -> None:
        """Another theme: styles are looked up again."""
        super().notify_style_update()
        self._styles = {}

    def on_resize(self) -> None:
        """Another size: other columns fit."""
        self._fit()

    def draw_focus(self) -> None:
        """The cursor's colors change."""
        self._refresh_row(self._cursor)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; one on the cursor's row opens it."""
        position = self._top + event.y - self._header
        if 0 <= position < len(self.rows):
            again = position == self._cursor
            self.action_go(position)
            if again:
                self.action_open()

    def action_move(self, step: int) -> None:
        """Down or up; beyond an end to the list there."""
        position = self._cursor + step
        if 0 <= position < len(self.rows):
            self.action_go(position)
            return
        beyond = self.below if step > 0 else self.above
        if beyond is not None and beyond.display:
            if isinstance(beyond, FigureTable):
                beyond.action_go(0 if step > 0 else -1)
            beyond.focus()

    def action_page(self, step: int) -> None:
        """A screenful."""
        self.action_go(min(max(self._cursor + step * (self._height - 1), 0), max(len(self.rows) - 1, 0)))

    def action_go(self, position: int) -> None:
        """To a row; -1 is the last."""
        if not self.rows:
            return
        position %= len(self.rows)
        if position == self._cursor:
            return
        with redrawn(self, (self._line_of(self._cursor), self._line_of(position))):
            self._cursor = position
        if self._scrolled():
            self.refresh()
        self.post_message(self.Moved(self, self.current))

    def action_step(self, step: int) -> None:
        """To another number of the row."""
        stops = self._stops_of(self.current) if self.rows else []
        if stops:
            with redrawn(self, (self._line_of(self._cursor),)):
                self._stop = min(max(min(self._stop, len(stops) - 1) + step, 0), len(stops) - 1)
            self.post_message(self.Moved(self, self.current))

    def action_open(self) -> None:
        """Tell what is under the cursor."""
        if self.rows:
            self.post_message(self.Opened(self, self.current, self.stop))

    def _stops_of(self, row: Any) -> list[str]:
        shown = {place.column.key: place for place in self._placed}
        return [key for key in self._stops if not key or (key in shown and self.cell(row, shown[key])[0].strip())]

    def _fit(self) -> None:
        """Place the columns in another size; it is drawn in that before it is told of it."""
        if self.size != self._placed_in:
            self._place()

    def _place(self) -> None:
        self._placed_in = self.size
        self._placed = place_columns(self._columns, self.size.width - MARK - 1)
        self._scrolled()

    def _scrolled(self) -> bool:
        """Bring the cursor into view, by half pages at the edges; whether that moved the window."""
        height, before = self._height, self._top
        if self._cursor < self._top:
            self._top = max(self._cursor - height // 2, 0)
        elif self._cursor >= self._top + height:
            self._top = self._cursor - height + 1 + height // 2
        self._top = max(min(self._top, len(self.rows) - height), 0)
        return self._top != before

    def _refresh_row(self, position: int) -> None:
        self.refresh(Region(0, self._line_of(position), self.size.width, 1))

    def _line_of(self, position: int) -> int:
        return position - self._top + self._header


def _spaced(cells: Sequence[tuple[str, str]], between: str) -> list[tuple[str, str]]:
    """Cells with the gaps between them."""
    spaced: list[tuple[str, str]] = []
    for position, cell in enumerate(cells):
        spaced += [(" " * GAP, between), cell] if position else [cell]
    return spaced
