"""The list people live in: any number of rows, of which only those on screen are read, held and drawn.

It draws its own lines and moves its own window instead of being scrolled by Textual, because then a count that becomes
known costs no layout, and a key costs two lines. What is read, and when, is in `row_feed`; nothing here waits.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, TypeAlias

from pyroaring import BitMap, FrozenBitMap
from rich.style import Style
from textual import events, on
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from . import row_reader, table_commands
from .column_letters import offered
from .columns import Column, Placed, place_columns
from .commands import bindings
from .row_feed import RowFeed
from .row_strips import MARKS, header_strip, ordered, placeholder_strip, row_strip, text_strip
from .rows import RowSource
from .table_marks import Marks
from .table_modes import Modes

_REST = 0.08
"""Seconds a cursor rests before others are told; a held key tells nobody."""
_COUNT_AFTER = 0.12
"""Seconds without another filter before rows are counted: typing counts nothing."""
_PATIENCE = 0.15
"""Seconds a jump waits for its rows before it shows that they are being read."""
_SLOW = 0.2
"""Seconds after which a first wait says what it waits for."""
_WHEEL = 3
_STYLES = ("", "header", "key", "cursor", "cursor-blurred", "mark", "muted", "warning", "error", "success")


class RecordTable(Widget, can_focus=True):
    """A table over a `RowSource`. `show` gives it another source; rows on screen stay until the new ones are here."""

    RowHighlighted: TypeAlias = table_commands.RowHighlighted
    RowSelected: TypeAlias = table_commands.RowSelected
    SelectionChanged: TypeAlias = table_commands.SelectionChanged
    CountChanged: TypeAlias = table_commands.CountChanged
    SortRequested: TypeAlias = table_commands.SortRequested
    ColumnsChosen: TypeAlias = table_commands.ColumnsChosen
    ColumnsPlaced: TypeAlias = table_commands.ColumnsPlaced
    Prompted: TypeAlias = table_commands.Prompted
    ReadFailed: TypeAlias = table_commands.ReadFailed

    OFFERS = table_commands.TABLE_COMMANDS
    BINDINGS = bindings(OFFERS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record-table--{name or 'row'}" for name in _STYLES}
    DEFAULT_CSS = """
    RecordTable { height: 1fr; width: 1fr; background: $background; color: $console-text; }
    RecordTable .record-table--row { color: $console-text; }
    RecordTable .record-table--header { color: $console-muted; }
    RecordTable .record-table--key { color: $console-key; text-style: bold underline; }
    RecordTable .record-table--cursor { background: $console-cursor; color: $console-cursor-text; }
    RecordTable .record-table--cursor-blurred { background: $console-panel; color: $console-text; }
    RecordTable .record-table--mark { color: $console-mark-text; }
    RecordTable .record-table--muted { color: $console-muted; }
    RecordTable .record-table--warning { color: $console-warning; }
    RecordTable .record-table--error { color: $console-error; }
    RecordTable .record-table--success { color: $console-success; }
    """

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        *,
        chosen: Collection[str] | None = None,
        markable: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.markable = markable
        self.columns = tuple(columns)
        self.chosen = frozenset(chosen) if chosen is not None else frozenset(c.key for c in columns if c.shown)
        self.sorted_by, self.descending = "", False
        self._feed = RowFeed(self)
        self._window = self._feed.window
        self._marks = Marks(self._feed, self._marks_changed)
        self._goal: tuple[int, int] | None = None
        self._waiting = ""
        self._empty: tuple[str, ...] = ()
        self._modes = Modes(self, self._marks)
        self._waits: dict[str, Timer] = {}
        self._placed: tuple[Placed[Any], ...] = ()
        self._styles: dict[str, Style] = {}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks only where rows can be marked, sorting only where a column can be sorted by."""
        if action in table_commands.MARKING:
            return self.markable
        return action != "sort" or any(column.sortable for column in self.columns)

    def show(
        self,
        source: RowSource[Any],
        *,
        keep: int | None = None,
        empty: Sequence[str] = ("Nothing here.",),
        waiting: str = "Reading …",
    ) -> None:
        """Show another list; the cursor goes to the row with the id `keep` where it is in it, else to the top.

        `empty` are the lines that say why there may be nothing, and what to press; `waiting` what a first wait says.
        """
        self._feed.ask(source, keep, 0, 0)
        self._stop("count")
        self._empty = tuple(empty)
        if self._feed.source is None:
            self._after("waiting", _SLOW, lambda: self._wait(waiting))

    def reread(self) -> None:
        """Read the same list again, after something was changed; the cursor stays on its row, else on its line."""
        self._feed.ask_again()

    @property
    def count(self) -> tuple[int, bool]:
        """How many rows there are, and whether that is all or at least."""
        return self._window.count, self._window.exact

    @property
    def current(self) -> Any:
        """The row under the cursor; None while it is being read, and in an empty list."""
        return self._feed.row(self._window.cursor)

    @property
    def marked(self) -> FrozenBitMap:
        """The ids of marked rows, hidden ones too."""
        return self._marks.selection.ids

    @property
    def hidden(self) -> int | None:
        """Marked rows that the filter hides; None while that is being found out."""
        return self._marks.hidden

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

    @property
    def source(self) -> RowSource[Any] | None:
        """The list on screen."""
        return self._feed.source

    def set_marked(self, ids: BitMap | FrozenBitMap) -> None:
        """Mark exactly these."""
        self._marks.set(BitMap(ids))

    def sort(self, column: str, descending: bool) -> None:
        """Say in the header what order the rows come in."""
        self.sorted_by, self.descending = column, descending
        self.refresh_header()

    def choose(self, columns: Collection[str]) -> None:
        """Show these columns, as far as they fit."""
        self.chosen = frozenset(columns)
        self._place_columns()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The header, a row, or a line that says why there is none."""
        width, styles, window = self.size.width, self._rich_styles(), self._window
        if not y:
            letters = {c.key for c in offered(self.columns, self._modes.mode)}
            order = (self.sorted_by, self.descending)
            return header_strip(self._placed, width, styles, order=order, letters=letters)
        position = window.top + y - 1
        row = self._feed.row(position)
        if row is None:
            empty = position >= window.extent
            return text_strip(self._message(y), width, styles) if empty else placeholder_strip(width, styles)
        at_cursor, marked = position == window.cursor, self._marks.shows(row.id, position)
        cursor = ("cursor" if self.has_focus else "cursor-blurred") if at_cursor else ""
        return row_strip(row, self._placed, width, styles, marked=marked, cursor=cursor)

    def _message(self, y: int) -> str:
        lines = self._empty if self._feed.source is not None and not self._window.extent else ()
        lines = (self._waiting,) if self._waiting and self._feed.source is None else lines
        return " " * MARKS + lines[y - 2] if 2 <= y < 2 + len(lines) else ""

    def _rich_styles(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = {n: self.get_component_rich_style(f"record-table--{n or 'row'}") for n in _STYLES}
        return self._styles

    def notify_style_update(self) -> None:
        """Another theme: styles are looked up again."""
        super().notify_style_update()
        self._styles = {}

    def on_resize(self, event: events.Resize) -> None:
        """Another size: other columns fit, other rows are needed."""
        window = self._window
        window.height = max(event.size.height - 1, 1)
        window.cursor, window.top = window.place(window.cursor)
        self._place_columns()
        self._feed.fetch(window.top)

    def _place_columns(self) -> None:
        self._placed = place_columns(self.columns, self.size.width - MARKS - 1, self.chosen)
        self.refresh()
        self.post_message(self.ColumnsPlaced(self))

    def refresh_rows(self) -> None:
        """Draw all rows again."""
        self.refresh(Region(0, 1, self.size.width, self.size.height - 1))

    def refresh_header(self) -> None:
        """Draw the header again."""
        self.refresh(Region(0, 0, self.size.width, 1))

    def refresh_position(self, position: int) -> None:
        """Draw one row again, where it is on screen."""
        y = position - self._window.top + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # Moving

    def action_move(self, rows: int) -> None:
        """Some rows down or up."""
        cursor, top = self._goal or (self._window.cursor, self._window.top)
        self._go(*self._window.place(cursor + rows, top))

    def action_page(self, pages: int) -> None:
        """Some screenfuls down or up."""
        cursor, top = self._goal or (self._window.cursor, self._window.top)
        step = pages * max(self._window.height - 1, 1)
        self._go(*self._window.place(cursor + step, top + step))

    def action_first(self) -> None:
        """To the first row."""
        self._window.guessed = False
        self._go(*self._window.place(0, 0))

    def action_last(self) -> None:
        """To the last row, whether or not anybody has counted them."""
        window, source = self._window, self._feed.source
        if source is None or (window.exact and not self._feed.missing(max(window.count - window.height, 0))):
            self._go(*window.place(window.extent - 1))
        else:
            self._feed.reader.tail(self._feed.shown, source)

    def _go(self, cursor: int, top: int) -> None:
        """Move, once the rows are here; if they take too long, move and show that they are being read."""
        if self._feed.source is None or not self._window.extent:
            return
        self._goal = (cursor, top)
        if self._feed.missing(top):
            self._after("goal", _PATIENCE, self._reach)
            self._feed.fetch(top)
        else:
            self._reach()

    def _reach(self) -> None:
        if self._goal is None:
            return
        (cursor, top), window = self._goal, self._window
        self._goal = None
        before, window.cursor = window.cursor, cursor
        ranging = self._marks.anchor is not None and abs(before - cursor) > 1
        if top != window.top or ranging:
            window.top = top
            self.refresh_rows()
        elif before != cursor:
            self.refresh_position(before)
            self.refresh_position(cursor)
        self._feed.fetch(window.top)
        self._after("rest", _REST, self._rest)

    def _rest(self) -> None:
        row = self.current
        self.post_message(self.RowHighlighted(self, row.id if row else None))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor by some rows."""
        event.stop()
        self.action_move(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor by some rows."""
        event.stop()
        self.action_move(-_WHEEL)

    def on_click(self, event: events.Click) -> None:
        """A click stands on the row, one on the marks marks it, a double click opens it."""
        position = self._window.top + event.y - 1
        if event.y and self._feed.row(position) is not None:
            self._go(position, self._window.top)
            if event.x < MARKS - 1:
                self._toggle()
            elif event.chain == 2:
                self.action_select()

    # Reading

    @on(row_reader.Opened)
    def _opened(self, answer: row_reader.Opened) -> None:
        if self._feed.opened(answer):
            self._goal, self._waiting = None, ""
            self._stop("waiting")
            self._modes.leave()
            self._marks.relisted()
            self.refresh_rows()
            self.post_message(self.CountChanged(self))
            self._after("rest", _REST, self._rest)
            self._after("count", _COUNT_AFTER, self._count)
            self._feed.fetch(self._window.top)

    def _count(self) -> None:
        if self._feed.source is not None and not self._window.exact:
            self._feed.reader.count(self._feed.shown, self._feed.source)
        self._marks.find_hidden()

    @on(row_reader.PageRead)
    def _page_read(self, answer: row_reader.PageRead) -> None:
        visible, counted = self._feed.page_read(answer)
        if counted:
            self.post_message(self.CountChanged(self))
        if visible:
            self.refresh_rows()
        if self._goal and not self._feed.missing(self._goal[1]):
            self._reach()

    @on(row_reader.TailRead)
    def _tail_read(self, answer: row_reader.TailRead) -> None:
        if self._feed.tail_read(answer):
            self.refresh_rows()
            self._after("rest", _REST, self._rest)
        else:
            self._go(*self._window.place(self._window.extent - 1))

    @on(row_reader.Counted)
    def _counted(self, answer: row_reader.Counted) -> None:
        if self._feed.counted(answer):
            self.post_message(self.CountChanged(self))
            self._feed.fetch(self._window.top)

    @on(row_reader.IdsRead)
    def _ids_read(self, answer: row_reader.IdsRead) -> None:
        if answer.of == self._feed.shown:
            answer.use(answer.ids)

    @on(row_reader.Failed)
    def _failed(self, answer: row_reader.Failed) -> None:
        if answer.of in (self._feed.asked, self._feed.shown):
            self._feed.reader.wanted = frozenset()
            self.post_message(self.ReadFailed(self, answer.error))

    # Marking

    def action_select(self) -> None:
        """Open the row."""
        row = self.current
        if row is not None:
            self.post_message(self.RowSelected(self, row.id))

    def action_mark(self) -> None:
        """Mark the row and go on."""
        if self._toggle():
            self.action_move(1)

    def _toggle(self) -> bool:
        row = self.current
        if row is None:
            return False
        self._marks.toggle(row.id)
        self.refresh_position(self._window.cursor)
        return True

    def action_range(self) -> None:
        """Begin a range at the cursor, or mark it."""
        self._modes.range()

    def action_mark_all(self) -> None:
        """Mark all rows of the filter; none where all are marked."""
        self._marks.toggle_all()

    def action_invert(self) -> None:
        """Mark what is not marked."""
        self._marks.invert()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marks.clear()

    def _marks_changed(self, all_rows: bool) -> None:
        if all_rows:
            self.refresh_rows()
        self.post_message(self.SelectionChanged(self))

    # Waiting for a letter

    def action_sort(self) -> None:
        """Wait for a column's letter to sort by."""
        self._modes.letters("sort")

    def action_columns(self) -> None:
        """Wait for letters of columns to show or hide."""
        self._modes.letters("columns")

    def on_key(self, event: events.Key) -> None:
        """While something is awaited, keys mean that."""
        if self._modes.key(event.key, event.character):
            event.stop()
            event.prevent_default()

    # Waiting

    def _after(self, name: str, seconds: float, do: Callable[[], None]) -> None:
        self._stop(name)
        self._waits[name] = self.set_timer(seconds, do)

    def _stop(self, name: str) -> None:
        timer = self._waits.pop(name, None)
        if timer is not None:
            timer.stop()

    def _wait(self, text: str) -> None:
        self._waiting = text
        self.refresh_rows()

    def on_focus(self) -> None:
        """The cursor stands out."""
        self.refresh_position(self._window.cursor)

    def on_blur(self) -> None:
        """The cursor stands back."""
        self.refresh_position(self._window.cursor)
