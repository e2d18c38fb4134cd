"""Marking the rows of a table: one, a range, all that match, the others."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyroaring import BitMap

from .row_feed import RowFeed
from .selection import Selection

if TYPE_CHECKING:
    from .row_reader import RowReader


class Marks:
    """The selection of one table, and the range being marked. `changed(all_rows)` is called after every change."""

    def __init__(self, feed: RowFeed, changed: Callable[[bool], None]) -> None:
        self.selection = Selection()
        self.hidden: int | None = 0
        """Marked rows that the filter hides; None while that is being found out."""
        self.anchor: int | None = None
        self._feed = feed
        self._changed = changed

    @property
    def _reader(self) -> "RowReader":
        return self._feed.reader

    def shows(self, id: int, position: int) -> bool:
        """Whether the row stands there as marked: it is, or the range would mark it."""
        return id in self.selection or self.ranges(position)

    def ranges(self, position: int) -> bool:
        """Whether the range from the anchor to the cursor holds the position."""
        if self.anchor is None:
            return False
        first, last = sorted((self.anchor, self._feed.window.cursor))
        return first <= position <= last

    def toggle(self, id: int) -> None:
        """Mark or unmark one row."""
        self.selection.toggle(id)
        self._changed(False)

    def set(self, ids: BitMap) -> None:
        """Mark exactly these."""
        self.selection.clear()
        self.selection.add(ids)
        self.hidden = None if ids else 0
        self._changed(True)
        self.find_hidden()

    def mark_range(self) -> None:
        """Mark what lies between the anchor and the cursor."""
        source, anchor = self._feed.source, self.anchor
        self.anchor = None
        if source is not None and anchor is not None:
            first, last = sorted((anchor, self._feed.window.cursor))
            self._reader.ids(self._feed.shown, lambda: BitMap(source.ids_between(first, last)), self._add)

    def toggle_all(self) -> None:
        """Mark all rows of the list, or none."""
        self._with_matching(self.selection.toggle_all)

    def invert(self) -> None:
        """Mark what is not marked."""
        self._with_matching(self.selection.invert)

    def clear(self) -> None:
        """Unmark all, hidden ones too."""
        self.selection.clear()
        self.hidden = 0
        self._changed(True)

    def relisted(self) -> None:
        """Another list is shown: what it hides is not known."""
        self.hidden = None if len(self.selection) else 0

    def find_hidden(self) -> None:
        """Find out how many marks the list hides, where that is not known."""
        source = self._feed.source
        if source is not None and len(self.selection) and self.hidden is None:
            self._reader.ids(self._feed.shown, source.ids, self._compare, "hidden")

    def _compare(self, matching: BitMap) -> None:
        self.hidden = self.selection.hidden(matching)
        self._changed(False)

    def _add(self, ids: BitMap) -> None:
        self.selection.add(ids)
        self._changed(True)

    def _with_matching(self, act: Callable[[BitMap], None]) -> None:
        def use(matching: BitMap) -> None:
            act(matching)
            self.hidden = self.selection.hidden(matching)
            self._changed(True)

        if self._feed.source is not None:
            self._reader.ids(self._feed.shown, self._feed.source.ids, use)
