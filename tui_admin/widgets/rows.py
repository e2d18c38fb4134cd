"""Where a table's rows come from, and the few of them it holds at a time."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from pyroaring import BitMap
from textual.cache import LRUCache

PAGE = 128
"""Rows asked for at once: several screens, a fraction of a millisecond of SQL."""
_PAGES = 48


class HasId(Protocol):
    """A row has an id that stays the same however rows are filtered and sorted."""

    @property
    def id(self) -> int:
        """Not negative, below 2^32."""
        ...


RowT = TypeVar("RowT", bound=HasId, covariant=True)


class RowSource(Protocol[RowT]):
    """One filter and sort order of a list of any size. Called in threads, several at once; knows nothing of screens."""

    def page(self, offset: int, limit: int) -> Sequence[RowT]:
        """The rows from a position on; fewer than `limit` where the list ends."""
        ...

    def tail(self, limit: int) -> Sequence[RowT]:
        """The last rows, in order, without the need to count."""
        ...

    def count(self) -> int:
        """How many rows there are."""
        ...

    def position(self, id: int) -> int | None:
        """Where a row stands; None where it is not in the list."""
        ...

    def ids(self) -> BitMap:
        """The ids of all rows."""
        ...

    def ids_between(self, first: int, last: int) -> Iterable[int]:
        """The ids of the rows from one position to another, both included."""
        ...


class RowCache:
    """The pages a table holds: the latest few dozen, whatever the size of the list.

    Besides pages it can hold the list's tail, placed at positions that are right once the count is known.
    """

    def __init__(self) -> None:
        self._pages: LRUCache[int, Sequence[HasId]] = LRUCache(_PAGES)
        self._tail: Sequence[HasId] = ()
        self._tail_start = 0
        self._tail_old = False
        self._old: set[int] = set()

    def outdate(self) -> None:
        """What is held may say something else by now: it is shown until it is here again, and counts as missing."""
        self._old, self._tail_old = set(self._pages.keys()), True

    def put(self, page: int, rows: Sequence[HasId]) -> None:
        """Hold a page."""
        self._pages.discard(page)  # an LRUCache keeps what it has
        self._pages[page] = rows
        self._old.discard(page)

    def put_tail(self, start: int, rows: Sequence[HasId]) -> None:
        """Hold the tail, whose first row stands at `start`."""
        self._tail, self._tail_start, self._tail_old = rows, start, False

    def move_tail(self, by: int) -> None:
        """The count turned out: the tail stands `by` rows further down. Pages at guessed positions are forgotten."""
        self._pages.clear()
        self._tail_start += by

    def row(self, position: int) -> HasId | None:
        """The row at a position, None while it is not here."""
        page = self._pages.get(position // PAGE)
        if page is not None and position % PAGE < len(page):
            return page[position % PAGE]
        index = position - self._tail_start
        return self._tail[index] if 0 <= index < len(self._tail) else None

    def missing(self, first: int, last: int) -> list[int]:
        """The pages that are needed to show the positions from `first` to `last`, and not here."""
        pages = []
        for page in range(max(first, 0) // PAGE, max(last, 0) // PAGE + 1):
            covered = self._tail_start <= max(page * PAGE, first) and last < self._tail_start + len(self._tail)
            held = page in self._pages and page not in self._old
            if not held and (self._tail_old or not covered):
                pages.append(page)
        return pages


def pages_of(first: int, last: int) -> range:
    """The pages that hold the positions from `first` to `last`."""
    return range(max(first, 0) // PAGE, max(last, 0) // PAGE + 1)
