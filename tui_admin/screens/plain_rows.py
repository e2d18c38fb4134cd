"""Short lists as tables read them: without marks, or held whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from pyroaring import BitMap

from tui_admin.widgets.rows import RowT


class PlainRows:
    """The rows of a list in which nothing is marked and the cursor begins at the top. A subclass says `page` and
    `count`."""

    def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Rows from a position on."""
        raise NotImplementedError

    def count(self) -> int:
        """How many there are."""
        raise NotImplementedError

    def tail(self, limit: int) -> Sequence[Any]:
        """The last ones."""
        return self.page(max(self.count() - limit, 0), limit)

    def position(self, id: int) -> int | None:
        """A list that is shown anew begins at its first row."""
        return None

    def ids(self) -> BitMap:
        """Nothing is marked in it."""
        return BitMap()

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """Nothing is marked in it."""
        return ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row that has no id of its own: `id` is its position."""

    id: int
    row: Any


class NumberedRows(PlainRows):
    """Rows known by their positions, read as they are asked for: `read` gives those from a position on, at most so
    many, `total` how many there are."""

    def __init__(self, read: Callable[[int, int], Sequence[Any]], total: Callable[[], int]) -> None:
        self._read, self._total = read, total

    @classmethod
    def of(cls, rows: Sequence[Any]) -> "NumberedRows":
        """Rows that are here already."""
        return cls(lambda offset, limit: rows[offset : offset + limit], lambda: len(rows))

    def page(self, offset: int, limit: int) -> Sequence[Numbered]:
        """Rows from a position on."""
        return [Numbered(number, row) for number, row in enumerate(self._read(offset, limit), offset)]

    def count(self) -> int:
        """How many there are."""
        return self._total()

    def position(self, id: int) -> int | None:
        """A row is where it was, unless the list has become shorter."""
        return min(id, max(self.count() - 1, 0))


class HeldRows(Generic[RowT]):
    """Rows with ids of their own, few enough to be read at once, which happens when the first of them is asked for."""

    def __init__(self, read: Callable[[], Sequence[RowT]]) -> None:
        self._read = read
        self._held: Sequence[RowT] | None = None

    def _rows(self) -> Sequence[RowT]:
        if self._held is None:
            self._held = self._read()
        return self._held

    def page(self, offset: int, limit: int) -> Sequence[RowT]:
        """Rows from a position on."""
        return self._rows()[offset : offset + limit]

    def tail(self, limit: int) -> Sequence[RowT]:
        """The last ones."""
        return self._rows()[-limit:]

    def count(self) -> int:
        """How many there are."""
        return len(self._rows())

    def position(self, id: int) -> int | None:
        """Where one stands."""
        return next((place for place, row in enumerate(self._rows()) if row.id == id), None)

    def ids(self) -> BitMap:
        """All of them."""
        return BitMap(row.id for row in self._rows())

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """From one position to another."""
        return [row.id for row in self._rows()[first : last + 1]]
