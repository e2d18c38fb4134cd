"""The rows a table shows: which list, which window of it, and what has been read."""

from typing import TYPE_CHECKING, Any

from . import row_reader
from .row_reader import RowReader
from .row_window import FAR, RowWindow
from .rows import HasId, RowCache, RowSource

if TYPE_CHECKING:
    from textual.widget import Widget


class RowFeed:
    """Joins source, cache and window. Two generations keep late answers apart: the list on screen (`shown`) and the one
    last asked for (`asked`), which takes its place when its first rows are here."""

    def __init__(self, widget: "Widget") -> None:
        self.source: RowSource[Any] | None = None
        self.window = RowWindow()
        self.reader = RowReader(widget)
        self.asked = self.shown = 0
        self._next: RowSource[Any] | None = None
        self._cache = RowCache()

    def ask(self, source: RowSource[Any], keep: int | None, otherwise: int, offset: int) -> None:
        """Ask for another list, or for the same one again."""
        self.asked += 1
        self._next = source
        self.reader.open(self.asked, source, keep, otherwise, offset, self.window.height)

    def hold(self, source: RowSource[Any], keep: int | None) -> None:
        """Take a list that is here already, standing on the row `keep` or else where the cursor stands; the window
        stays where it is as long as that is in it."""
        self.asked += 1
        self._next = source
        window, count = self.window, source.count()
        at = source.position(keep) if keep is not None else None
        at = min(window.cursor, max(count - 1, 0)) if at is None else at
        self.reader.wanted = frozenset()
        self.opened(row_reader.opening(self.asked, source, None, at, at - window.top, window.height))
        window.learn_count(count)
        window.cursor, window.top = window.place(window.cursor)

    def ask_again(self) -> None:
        """Ask again for the list that was asked for last, standing on the same row or else on the same line."""
        window, row = self.window, self.row(self.window.cursor)
        if self._next is not None:
            at = 0 if window.guessed else window.cursor
            self.ask(self._next, row.id if row else None, at, window.cursor - window.top)

    def look_again(self) -> None:
        """Ask for what is on screen again, where every row stays in its place."""
        self._cache.outdate()
        self.reader.wanted = frozenset()
        self.fetch(self.window.top)

    def row(self, position: int) -> HasId | None:
        """The row at a position; None while it is not here."""
        return self._cache.row(position) if position < self.window.extent else None

    def missing(self, top: int) -> list[int]:
        """The pages that a screenful from `top` on lacks."""
        return self._cache.missing(top, min(top + self.window.height, self.window.extent) - 1)

    def fetch(self, top: int) -> None:
        """Ask for the pages of the screenfuls at and around `top` that are neither here nor asked for."""
        window = self.window
        if self.source is None or not window.extent or window.guessed:
            return
        needed, last = self.missing(top), top + 2 * window.height
        around = self._cache.missing(top - window.height, min(last, window.extent - 1) if window.exact else last)
        pages = [*needed, *(page for page in around if page not in needed)]
        if pages and not self.reader.wanted.issuperset(pages):
            self.reader.pages(self.shown, self.source, pages)

    def opened(self, answer: row_reader.Opened) -> bool:
        """The list that was asked for is here; False where it is an older one."""
        if answer.of != self.asked:
            return False
        window = self.window
        at_least = window.count if self.source is answer.source else 0
        self.source, self.shown, self._cache = answer.source, answer.of, RowCache()
        window.count, window.exact, window.guessed = 0, False, False
        for page, rows in answer.pages.items():
            self._cache.put(page, rows)
            window.learn_page(page, len(rows))
        if not window.exact:
            window.count = max(window.count, at_least)
        window.cursor, window.top = window.place(answer.at, max(answer.at - answer.offset, 0))
        return True

    def page_read(self, answer: row_reader.PageRead) -> bool:
        """A page is here: whether the count is known better."""
        if answer.of != self.shown:
            return False
        window = self.window
        self.reader.wanted -= {answer.page}
        self._cache.put(answer.page, answer.rows)
        counted = window.learn_page(answer.page, len(answer.rows))
        window.cursor, window.top = window.place(window.cursor)
        return counted

    def tail_read(self, answer: row_reader.TailRead) -> bool:
        """The end of the list is here; whether the window now stands there, by a guess."""
        if answer.of != self.shown:
            return False
        window, rows = self.window, answer.rows
        guess = not window.exact and len(rows) >= window.height
        if guess:
            window.guess_end()
        self._cache.put_tail((FAR if guess else window.count) - len(rows), rows)
        return guess

    def counted(self, answer: row_reader.Counted) -> bool:
        """The count is known; False where it is that of an older list."""
        if answer.of != self.shown:
            return False
        moved = self.window.learn_count(answer.count)
        if moved:
            self._cache.move_tail(moved)
        return True
