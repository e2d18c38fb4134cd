"""Columns as data, and which of them fit a width."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Row = TypeVar("Row")
Style = Literal["", "muted", "warning", "error", "success"]
Cell = tuple[str, Style]

GAP = 2
"""Blank cells between columns."""
_NEEDED = 2
"""Columns of a higher priority come in only where the others have the room they need."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: what it is called, how wide it is, and how it shows a row.

    `width` is its least width in cells; columns with a `flex` weight share what is left, up to `widest` where that is
    not 0. Where the window is too narrow, columns with the highest `priority` leave first; those with 0 never do.
    Before one of the first priorities leaves, others give way to it down to their `least`, where they have one.
    `render` gives the text (any text: it is made safe and cut here) and its style; `letter` follows `s` or `c`.
    """

    key: str
    title: str
    width: int
    render: Callable[[Row], Cell]
    letter: str
    flex: int = 0
    widest: int = 0
    least: int = 0
    align: Literal["left", "right"] = "left"
    cut: Literal["end", "middle"] = "end"
    priority: int = 5
    sortable: bool = True
    shown: bool = True


@dataclass(frozen=True)
class Placed(Generic[Row]):
    """A column and the cells it has got."""

    column: Column[Row]
    width: int


def place_columns(
    columns: Sequence[Column[Row]], width: int, chosen: Collection[str] | None = None
) -> tuple[Placed[Row], ...]:
    """The columns that fit into `width` cells, in their order, with their widths.

    `chosen` holds the keys a person picked; None takes the columns that are shown unless somebody picks others.
    """
    wanted = [c for c in columns if (c.shown if chosen is None else c.key in chosen) or c.priority == 0]
    widths: dict[str, int] = {}
    left = width + GAP
    for column in sorted(wanted, key=lambda c: c.priority):
        missing = GAP + column.width - left
        if missing > 0 and column.priority <= _NEEDED:
            left += _give_way(wanted, widths, missing)
        if column.priority == 0 or GAP + column.width <= left:
            widths[column.key] = column.width
            left -= GAP + column.width
    order = [column for column in wanted if column.key in widths]
    _share(order, widths, max(left, 0))
    return tuple(Placed(column, widths[column.key]) for column in order)


def _give_way(columns: Sequence[Column[Row]], widths: dict[str, int], missing: int) -> int:
    """Take cells from those that are placed and have some to give, the last of them first; none where it is not enough.
    How many were taken."""
    spare = [(c.key, widths[c.key] - c.least) for c in reversed(columns) if c.key in widths and c.least]
    if sum(cells for _, cells in spare) < missing:
        return 0
    taken = 0
    for key, cells in spare:
        more = min(cells, missing - taken)
        widths[key] -= more
        taken += more
    return taken


def _share(columns: Sequence[Column[Row]], widths: dict[str, int], left: int) -> None:
    """Hand `left` cells to the flexible columns by weight, as far as each may grow."""
    while left > 0:
        growing = [c for c in columns if c.flex and (not c.widest or widths[c.key] < c.widest)]
        if not growing:
            return
        total = sum(c.flex for c in growing)
        before = left
        for column in growing:
            most = column.widest - widths[column.key] if column.widest else left
            given = min(max(before * column.flex // total, 1), most, left)
            widths[column.key] += given
            left -= given
