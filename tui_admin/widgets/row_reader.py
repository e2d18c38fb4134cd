"""Reading rows in threads for a table. Answers to questions nobody asks any more are told by their generation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap
from textual.message import Message
from textual.worker import get_current_worker

from .rows import PAGE, HasId, RowSource, pages_of

if TYPE_CHECKING:
    from textual.widget import Widget


@dataclass
class Answer(Message, bubble=False):
    """Something was read for the generation `of`."""

    of: int


@dataclass
class Opened(Answer):
    """A list is here: its first pages to show, and the position of the row to stand on."""

    source: RowSource[Any]
    at: int
    offset: int
    pages: dict[int, Sequence[HasId]]


@dataclass
class PageRead(Answer):
    """A page is here."""

    page: int
    rows: Sequence[HasId]


@dataclass
class TailRead(Answer):
    """The last rows are here."""

    rows: Sequence[HasId]


@dataclass
class Counted(Answer):
    """The number of rows is known."""

    count: int


@dataclass
class IdsRead(Answer):
    """Ids that were asked for, and what to do with them."""

    ids: BitMap
    use: Callable[[BitMap], None]


@dataclass
class Failed(Answer):
    """It could not be read."""

    error: Exception


def opening(of: int, source: RowSource[Any], keep: int | None, otherwise: int, offset: int, height: int) -> Opened:
    """What the first screenful of a list needs; see `RowReader.open`."""
    found = source.position(keep) if keep is not None else None
    at = otherwise if found is None else found
    pages = {page: source.page(page * PAGE, PAGE) for page in pages_of(at - offset, at - offset + height)}
    if at and not any(pages.values()):
        at = max(source.count() - 1, 0)
        pages = {page: source.page(page * PAGE, PAGE) for page in pages_of(at - height, at)}
    return Opened(of, source, at, offset, pages)


class RowReader:
    """Asks a source in worker threads of a widget, which gets the answers as messages."""

    def __init__(self, widget: "Widget") -> None:
        self._widget = widget
        self.wanted: frozenset[int] = frozenset()
        """Pages that were asked for and are not here yet."""

    def open(self, of: int, source: RowSource[Any], keep: int | None, otherwise: int, offset: int, height: int) -> None:
        """Read what the first screenful needs: around the row `keep`, else around the position `otherwise`.

        `offset` is how many lines of the screen stand above that row.
        """

        self.wanted = frozenset()
        # A group of its own: rows that are read meanwhile for the list on screen must not end it.
        self._run(of, "open", lambda: opening(of, source, keep, otherwise, offset, height))

    def pages(self, of: int, source: RowSource[Any], pages: Sequence[int]) -> None:
        """Read pages, in this order; what was asked before and has not begun is forgotten."""
        self.wanted = frozenset(pages)

        def read() -> None:
            worker = get_current_worker()
            for page in pages:
                if worker.is_cancelled:
                    return
                self._widget.post_message(PageRead(of, page, source.page(page * PAGE, PAGE)))

        self._run(of, "rows", read)

    def tail(self, of: int, source: RowSource[Any]) -> None:
        """Read the end of the list."""
        self._run(of, "rows", lambda: TailRead(of, source.tail(PAGE)))

    def count(self, of: int, source: RowSource[Any]) -> None:
        """Count the rows."""
        self._run(of, "count", lambda: Counted(of, source.count()))

    def ids(self, of: int, read: Callable[[], BitMap], use: Callable[[BitMap], None], group: str = "ids") -> None:
        """Read ids and use them on the loop."""
        self._run(of, group, lambda: IdsRead(of, read(), use))

    def _run(self, of: int, group: str, read: Callable[[], Answer | None]) -> None:
        def work() -> None:
            worker = get_current_worker()
            try:
                answer = read()
            except Exception as error:
                answer = Failed(of, error)
            if answer is not None and not worker.is_cancelled:
                self._widget.post_message(answer)

        self._widget.run_worker(work, thread=True, exclusive=True, group=group, exit_on_error=False)
