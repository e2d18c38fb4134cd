"""The list people live in: any number of rows, of which only those on screen are read, held and drawn.

It draws its own lines and moves its own window instead of being scrolled by Textual, because then a count that becomes
known costs no layout, and a key costs two lines. What is read, and when, is in `row_feed`; nothing here waits.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from pyroaring import BitMap, FrozenBitMap
from textual import events, on
from textual.timer import Timer

from . import row_reader, table_commands
from .column_letters import offered
from .columns import Column
from .commands import bindings
from .row_strips import MARKS
from .rows import RowSource
from .table_drawing import TableDrawing
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


class RecordTable(TableDrawing, can_focus=True):
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

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        *,
        chosen: Collection[str] | None = None,
        markable: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(columns, chosen=chosen, id=id)
        self.markable = markable
        self._modes = Modes(self, self._marks)
        self.is_behind = False
        """Whether another list was asked for than the one on screen."""
        self._goal: tuple[int, int] | None = None
        self._empty_next: tuple[str, ...] = ()
        self._waits: dict[str, Timer] = {}

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
        self.is_behind = True
        self._feed.ask(source, keep, 0, 0)
        self._stop("count")
        self._empty_next = tuple(empty)
        if self._feed.source is None:
            self._after("waiting", _SLOW, lambda: self.say_waiting(waiting))

    def hold(
        self, source: RowSource[Any], *, keep: int | None = None, empty: Sequence[str] = ("Nothing here.",)
    ) -> None:
        """Show a list that is here already, at once: no thread reads it, and only lines that changed are drawn. The
        cursor goes to the row `keep` where it is in it, else it stays where it is."""
        before = self.drawn()
        self._feed.hold(source, keep)
        self._empty_next = tuple(empty)
        self._listed(before)

    def reread(self) -> None:
        """Read the same list again, after something was changed; the cursor stays on its row, else on its line."""
        self._feed.ask_again()

    @property
    def awaiting(self) -> bool:
        """Whether the next keys mean a letter or a range: rows stay as they are until then."""
        return bool(self._modes.mode)

    def look_again(self) -> None:
        """Read the rows on screen again, where none of them comes, goes or moves: only what they say changes. Lines
        that say the same are not drawn."""
        self._feed.look_again()

    @property
    def count(self) -> tuple[int, bool]:
        """How many rows there are, and whether that is all or at least."""
        return self._window.count, self._window.exact

    @property
    def marked(self) -> FrozenBitMap:
        """The ids of marked rows, hidden ones too."""
        return self._marks.selection.ids

    @property
    def hidden(self) -> int | None:
        """Marked rows that the filter hides; None while that is being found out."""
        return self._marks.hidden

    @property
    def source(self) -> RowSource[Any] | None:
        """The list on screen."""
        return self._feed.source

    def set_marked(self, ids: BitMap | FrozenBitMap) -> None:
        """Mark exactly these."""
        self._marks.set(BitMap(ids))

    def on_resize(self, event: events.Resize) -> None:
        """Another size: other columns fit, other rows are needed."""
        window = self._window
        window.height = max(event.size.height - 1, 1)
        window.cursor, window.top = window.place(window.cursor)
        self.place_columns()
        self._feed.fetch(window.top)

    def place_columns(self) -> None:
        """Fit the chosen columns into the width, and tell."""
        super().place_columns()
        self.post_message(self.ColumnsPlaced(self))

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
        before = self.drawn()
        if self._feed.opened(answer):
            self._listed(before)

    def _listed(self, before: Sequence[object]) -> None:
        """Another list is here, instead of the one that looked so."""
        self.is_behind = False
        self._goal, self.waiting, self.empty = None, "", self._empty_next
        self._stop("waiting")
        self._modes.leave()
        self._marks.relisted()
        self.refresh_changed(before)
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
        before = self.drawn()
        if self._feed.page_read(answer):
            self.post_message(self.CountChanged(self))
        self.refresh_changed(before)
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
            self.is_behind = self.is_behind and answer.of != self._feed.asked
            self._feed.reader.wanted = frozenset()
            self.post_message(self.ReadFailed(self, answer.error))

    # Marking

    def action_select(self) -> None:
        """Open the row."""
        row = self.current
        if row is not None:
            self.post_message(self.RowSelected(self, row.id))

    def action_mark(self) -> None:
        """Mark the row and go on; one that cannot be marked is passed by."""
        if self.current is not None:
            self._toggle()
            self.action_move(1)

    def can_mark(self, id: int) -> bool:
        """Whether a row can be marked, by key or by mouse."""
        return self.markable

    def _toggle(self) -> None:
        row = self.current
        if row is not None and self.can_mark(row.id):
            self._marks.toggle(row.id)
            self.refresh_position(self._window.cursor)

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

    def marks_changed(self, all_rows: bool) -> None:
        """Other rows are marked: draw them, and tell."""
        super().marks_changed(all_rows)
        self.post_message(self.SelectionChanged(self))

    # Waiting for a letter

    @property
    def awaited(self) -> frozenset[str]:
        """The columns whose letters mean something now."""
        return frozenset(column.key for column in offered(self.columns, self._modes.mode))

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
