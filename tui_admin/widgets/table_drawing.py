"""How a list looks: its header, its rows, the lines that say why there are none. Nothing here is read or moved."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from .columns import Column, Placed, place_columns
from .quiet_focus import QuietFocus
from .row_feed import RowFeed
from .row_strips import MARKS, header_strip, ordered, placeholder_strip, row_strip, text_strip
from .table_marks import Marks

_STYLES = ("", "header", "key", "cursor", "cursor-blurred", "mark", "muted", "warning", "error", "success")


class TableDrawing(QuietFocus):
    """The lines of a list, drawn from its feed, window, marks and columns. Whoever changes one of them says which lines
    are to be drawn again, so that a key costs two."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record-table--{name or 'row'}" for name in _STYLES}
    DEFAULT_CSS = """
    TableDrawing { height: 1fr; width: 1fr; background: $background; color: $console-text; }
    TableDrawing .record-table--row { color: $console-text; }
    TableDrawing .record-table--header { color: $console-muted; }
    TableDrawing .record-table--key { color: $console-key; text-style: bold underline; }
    TableDrawing .record-table--cursor { background: $console-cursor; color: $console-cursor-text; }
    TableDrawing .record-table--cursor-blurred { background: $console-panel; color: $console-text; }
    TableDrawing .record-table--mark { color: $console-mark-text; }
    TableDrawing .record-table--muted { color: $console-muted; }
    TableDrawing .record-table--warning { color: $console-warning; }
    TableDrawing .record-table--error { color: $console-error; }
    TableDrawing .record-table--success { color: $console-success; }
    """

    def __init__(self, columns: Sequence[Column[Any]], *, chosen: Collection[str] | None, id: str | None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.chosen = frozenset(chosen) if chosen is not None else frozenset(c.key for c in columns if c.shown)
        self.sorted_by, self.descending = "", False
        self.waiting = ""
        self.stop = ""
        self.empty: tuple[str, ...] = ()
        self._feed = RowFeed(self)
        self._window = self._feed.window
        self._marks = Marks(self._feed, self.marks_changed)
        self._placed: tuple[Placed[Any], ...] = ()
        self._styles: dict[str, Style] = {}

    @property
    def awaited(self) -> frozenset[str]:
        """The columns whose letters mean something now: they stand out in the header."""
        return frozenset()

    @property
    def current(self) -> Any:
        """The row under the cursor; None while it is being read, and in an empty list."""
        return self._feed.row(self._window.cursor)

    @property
    def cursor(self) -> int:
        """The position of the cursor, from 0."""
        return self._window.cursor

    @property
    def placed(self) -> tuple[Placed[Any], ...]:
        """The columns on screen."""
        return self._placed

    @property
    def unseen_order(self) -> str:
        """The column that rows are sorted by, with the direction, where it is not on screen; else nothing."""
        if any(place.column.key == self.sorted_by for place in self._placed):
            return ""
        return next((ordered(c.title, self.descending) for c in self.columns if c.key == self.sorted_by), "")

    def sort(self, column: str, descending: bool) -> None:
        """Say in the header what order the rows come in."""
        self.sorted_by, self.descending = column, descending
        self.refresh_header()

    def choose(self, columns: Collection[str]) -> None:
        """Show these columns, as far as they fit."""
        self.chosen = frozenset(columns)
        self.place_columns()

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a line that says why there is none."""
        width, styles, window = self.size.width, self._rich_styles(), self._window
        if not y:
            order = (self.sorted_by, self.descending)
            return header_strip(self._placed, width, styles, order=order, letters=self.awaited)
        position = window.top + y - 1
        row = self._feed.row(position)
        if row is None:
            empty = position >= window.extent
            return text_strip(self._message(y), width, styles) if empty else placeholder_strip(width, styles)
        at_cursor, marked = position == window.cursor, self._marks.shows(row.id, position)
        cursor = ("cursor" if self.has_focus else "cursor-blurred") if at_cursor else ""
        return row_strip(row, self._placed, width, styles, marked=marked, cursor=cursor, stop=self.stop)

    def _message(self, y: int) -> str:
        lines = self.empty if self._feed.source is not None and not self._window.extent else ()
        lines = (self.waiting,) if self.waiting and self._feed.source is None else lines
        return " " * MARKS + lines[y - 2] if 2 <= y < 2 + len(lines) else ""

    def _rich_styles(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = {n: self.get_component_rich_style(f"record-table--{n or 'row'}") for n in _STYLES}
        return self._styles

    def notify_style_update(self) -> None:
        """Another theme: styles are looked up again."""
        super().notify_style_update()
        self._styles = {}

    def place_columns(self) -> None:
        """Fit the chosen columns into the width."""
        self._placed = place_columns(self.columns, self.size.width - MARKS - 1, self.chosen)
        self.refresh()

    def refresh_rows(self) -> None:
        """Draw all rows again."""
        self.refresh(Region(0, 1, self.size.width, self.size.height - 1))

    def drawn(self) -> list[object]:
        """What every line of rows shows, to compare with later."""
        return [self._shown_at(y) for y in range(1, self._window.height + 1)]

    def _shown_at(self, y: int) -> object:
        position = self._window.top + y - 1
        row = self._feed.row(position)
        if row is None:
            return self._message(y) if position >= self._window.extent else None
        return row, self._marks.shows(row.id, position), position == self._window.cursor

    def refresh_changed(self, before: Sequence[object]) -> None:
        """Draw the lines again that show something else than they did."""
        for y, (then, now) in enumerate(zip(before, self.drawn(), strict=True), 1):
            if then != now:
                self.refresh(Region(0, y, self.size.width, 1))

    def refresh_header(self) -> None:
        """Draw the header again."""
        self.refresh(Region(0, 0, self.size.width, 1))

    def refresh_position(self, position: int) -> None:
        """Draw one row again, where it is on screen."""
        y = position - self._window.top + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def marks_changed(self, all_rows: bool) -> None:
        """Other rows are marked: all may look different, or only what is drawn again anyway."""
        if all_rows:
            self.refresh_rows()

    def say_waiting(self, text: str) -> None:
        """Say what a first list waits for."""
        self.waiting = text
        self.refresh_rows()

    def draw_focus(self) -> None:
        """The cursor stands out, or back."""
        self.refresh_position(self._window.cursor)
