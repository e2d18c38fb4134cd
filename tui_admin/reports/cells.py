"""Facts to the cells of a report, a column at a time: there are millions, so what repeats is written once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from tui_admin.reports.memory import Memory
from tui_admin.reports.values import as_they_are, line
from tui_admin.reports.writers import guarded, shortest
from tui_admin.rules.times import DAY, SECOND, Instant, format_iso

Block = Sequence[Sequence[Any]]
"""Some rows of a table, as columns."""

Convert = Callable[[Sequence[Any]], Sequence[Any]]


class Cells(StrEnum):
    """What the cells of a column hold: how they are written. Unknown is blank everywhere.

    TEXT seldom repeats, WORD does (names of courses, profile fields); both are one harmless line, as reading takes them
    in. Moments are Instants.
    """

    TEXT = "text"
    WORD = "word"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    YES_NO = "yes or no"


class Rows:
    """Writes the rows of one table, whose columns hold these kinds of cells.

    Text that a spreadsheet would run is neutralised if `guard`; numbers stay numbers if `numeric`, else they are text
    in the shortest form.
    """

    def __init__(self, kinds: Iterable[Cells], *, guard: bool = True, numeric: bool = False) -> None:
        self._converts = [_convert(kind, guard, numeric) for kind in kinds]

    def written(self, block: Block) -> Iterator[tuple[Any, ...]]:
        """The rows of a block, cell by cell."""
        return zip(*(convert(column) for convert, column in zip(self._converts, block, strict=True)), strict=True)


def moment(instant: Instant | None) -> str:
    """As `format_iso` writes it, in a fifth of the time; unknown is blank."""
    if instant is None:
        return ""
    return _DAYS[instant // DAY] + _SECONDS[instant % DAY // SECOND] + _THOUSANDTHS[instant % SECOND]


def _convert(kind: Cells, guard: bool, numeric: bool) -> Convert:
    if kind is Cells.NUMBER and numeric:
        return _rounded
    if kind is Cells.TEXT:
        return _texts(guard)
    if kind is Cells.WORD:
        return _remembered(_guarded_line if guard else _line)
    return _remembered(shortest) if kind is Cells.NUMBER else _CONVERT[kind]


def _remembered(write: Callable[[Any], str]) -> Convert:
    memory: Memory[Any, str] = Memory(lambda value: "" if value is None else write(value))
    return lambda values: list(map(memory.__getitem__, values))


_MARKED = ("'", "#", "=", "+", "-", "@")


def _texts(guard: bool) -> Convert:
    one = _guarded_line if guard else _line

    def convert(values: Sequence[str | None]) -> list[str]:
        filled = [value or "" for value in values]
        return filled if as_they_are(filled, _MARKED) else list(map(one, filled))

    return convert


def _line(value: str) -> str:
    return line(value) or ""


def _guarded_line(value: str) -> str:
    return guarded(_line(value))


def _rounded(values: Sequence[float | None]) -> list[float | None]:
    return [value if value is None else round(value, 2) for value in values]


_DAYS: Memory[int, str] = Memory(lambda day: format_iso(day * DAY)[:10])
_SECONDS: Memory[int, str] = Memory(lambda number: f"T{number // 3_600:02d}:{number // 60 % 60:02d}:{number % 60:02d}.")
_THOUSANDTHS = [f"{number:03d}Z" for number in range(SECOND)]

_CONVERT: Mapping[Cells, Convert] = {
    Cells.MOMENT: lambda values: list(map(moment, values)),
    Cells.DAY: _remembered(date.isoformat),
    Cells.YES_NO: _remembered(lambda value: "Yes" if value else "No"),
}
