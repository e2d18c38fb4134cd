"""Values of a chart as people read them."""

from collections.abc import Sequence
from datetime import date

from tui_admin.rules.charts import Cell, Chart, ChartColumn, ChartRow, Kind, masked, shown
from tui_admin.widgets.bars import percent

_NAMES = frozenset({Kind.TEXT, Kind.BAND, Kind.DAY, Kind.BUCKET})
"""Kinds that say what a row is; the others are figures."""


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
    if kind is Kind.SHARE and isinstance(cell, int | float):
        return percent(cell)
    if kind in (Kind.DAY, Kind.BUCKET) and cell is not None:
        day = date.fromisoformat(str(cell))
        return f"{day:%b %Y}" if monthly and kind is Kind.BUCKET else f"{day.day} {day:%b %Y}"
    return shown(cell, kind)


def shown_people(row: ChartRow) -> str:
    """Of how many people a row tells."""
    return shown_value(masked(row.n, row.n), Kind.COUNT)


def tells_people(chart: Chart) -> bool:
    """Whether rows say of how many people they tell, each is not about one whom it names, and no figure says it."""
    told = [row.n for row in chart.rows]
    if all(n in (None, 1) for n in told):
        return False
    return not any(
        column.kind is Kind.COUNT and [row.cells[at] for row in chart.rows] == [masked(n, n) for n in told]
        for at, column in enumerate(chart.columns)
    )


def drawn_columns(columns: Sequence[ChartColumn]) -> list[int]:
    """Where the columns stand that are drawn: those marked so, else the first figure."""
    marked = [at for at, column in enumerate(columns) if column.drawn]
    return marked or [at for at, column in enumerate(columns) if not is_name(column)][:1]
