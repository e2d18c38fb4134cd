"""How a whole parts: one line for all of it, then each part with its number and its share as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from .bars import bar, percent
from .columns import Cell, Column, Placed, Style
from .figures import FigureTable
from .text import number


@dataclass(frozen=True, slots=True)
class Share:
    """A part. `key` is None for the whole, which has no bar; `tone` is how its title is shown."""

    key: Any
    title: str
    count: int
    share: float = 1.0
    tone: Style = ""


def shares(whole: str, parts: Sequence[tuple[Any, str, int, Style]]) -> list[Share]:
    """The whole by its title, then the parts (key, title, count, tone) that there are any of."""
    total = sum(count for _, _, count, _ in parts)
    return [
        Share(None, whole, total),
        *(Share(key, title, count, count / total, tone) for key, title, count, tone in parts if count),
    ]


class ShareTable(FigureTable):
    """The parts; the one under the cursor stands out, because a list beside it shows what it holds."""

    def __init__(self, waiting: str, id: str) -> None:
        columns: tuple[Column[Share], ...] = (
            Column("title", "", 26, _title, "", priority=0),
            Column("count", "", 9, lambda row: (number(row.count), ""), "", align="right", priority=0),
            Column("bar", "", 6, lambda _row: ("", ""), "", flex=1, widest=40, priority=2),
            Column("share", "", 6, _percent, "", align="right", priority=1),
        )
        identity = attrgetter("key")
        super().__init__(columns, header=False, anchored=True, waiting=waiting, identity=identity, id=id)

    def part(self, rows: Sequence[Share], empty: Sequence[str]) -> None:
        """Show these, in as many lines as they take; the cursor stays on its part where there still is one."""
        self.styles.height = max(len(rows), 1)
        self.show(rows, empty=empty)

    def cell(self, row: Share, placed: Placed[Any]) -> tuple[str, str]:
        """Bars know their width."""
        if placed.column.key == "bar":
            return ("", "") if row.key is None else (bar(row.share, placed.width), "bar")
        return placed.column.render(row)


def _title(row: Share) -> Cell:
    return row.title, row.tone


def _percent(row: Share) -> Cell:
    return ("" if row.key is None else percent(row.share)), "muted"
