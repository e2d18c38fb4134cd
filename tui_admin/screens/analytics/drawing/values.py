"""Values of a chart as people read them."""

from collections.abc import Sequence
from datetime import date

from tui_admin.rules.charts import MASKED, Cell, Chart, ChartColumn, ChartRow, Kind, masked
from tui_admin.widgets.bars import percent
from tui_admin.widgets.text import number

UNKNOWN = "–"
_NAMES = frozenset({Kind.TEXT, Kind.BAND, Kind.DAY, Kind.BUCKET})
"""Kinds that say what a row is; the others are figures."""
_PLACES = {Kind.NUMBER: 1, Kind.HOURS: 1, Kind.STARS: 2}


def is_name(column: ChartColumn) -> bool:
    """Whether a column says what a row is, and is no figure of it."""
    return column.kind in _NAMES


def figure(cell: Cell) -> float | None:
    """The number that is drawn; None where there is none, or where it is about too few people."""
    return float(cell) if isinstance(cell, int | float) else None


def is_monthly(chart: Chart) -> bool:
    """Whether buckets are months: each begins on a first day."""
    found = [
        row.cells[at] for at, column in enumerate(chart.columns) if column.kind is Kind.BUCKET for row in chart.rows
    ]
    return bool(found) and all(str(cell).endswith("-01") for cell in found)


def shown_value(cell: Cell, kind: Kind, *, monthly: bool = False) -> str:
    """`1,204`, `41 %`, `~12.5`, `Mar 2026`, `<5`."""
    if cell is None:
        return UNKNOWN
    if cell == MASKED or (isinstance(cell, str) and kind in (Kind.TEXT, Kind.BAND)):
        return str(cell)
    match kind:
        case Kind.DAY:
            return _day(str(cell))
        case Kind.BUCKET:
            return f"{date.fromisoformat(str(cell)):%b %Y}" if monthly else _day(str(cell))
    value = figure(cell)
    if value is None:
        return str(cell)
    if kind is Kind.SHARE:
        return percent(value)
    text = number(value, _PLACES.get(kind, 0) if value % 1 else 0)
    return f"~{text}" if kind is Kind.HOURS else text


def shown_people(row: ChartRow) -> str:
    """Of how many people a row tells."""
    return shown_value(masked(row.n, row.n), Kind.COUNT)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def drawn_columns(columns: Sequence[ChartColumn]) -> list[int]:
    """Where the columns stand that are drawn: those marked so, else the first figure."""
    marked = [at for at, column in enumerate(columns) if column.drawn]
    return marked or [at for at, column in enumerate(columns) if not is_name(column)][:1]
