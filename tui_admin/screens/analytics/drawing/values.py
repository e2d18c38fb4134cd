"""Values of a chart as people read them."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Literal

from tui_admin.rules.charts import (
    MASKED,
    WITHHELD,
    Cell,
    Chart,
    ChartColumn,
    ChartRow,
    Kind,
    behind,
    masked,
    places,
    reached,
    shown,
    stepped,
)
from tui_admin.widgets.bars import percent
from tui_admin.widgets.columns import Style
from tui_admin.widgets.text import fit

_NAMES = frozenset({Kind.TEXT, Kind.BAND, Kind.DAY, Kind.BUCKET})
"""Kinds that say what a row is; the others are figures."""


def is_name(column: ChartColumn) -> bool:
    """Whether a column says what a row is, and is no figure of it."""
    return column.kind in _NAMES


_NAME_CELLS, _LEAST_NAME = 34, 14
"""Of the first names of rows: those they have before columns come in that are not needed, and at least."""


def first_name(widest: int) -> tuple[int, int]:
    """The cells of the first name of a row, before it gives way and after, where the longest takes so many."""
    return min(widest, _NAME_CELLS), min(widest, _LEAST_NAME)


def cut_of(names: Collection[str], width: int) -> Literal["end", "middle"]:
    """Where names are cut in so many cells: at the end, unless more of them can then be told apart by both ends."""
    by_end, by_middle = ({fit(name, width, cut=cut) for name in names} for cut in ("end", "middle"))
    return "middle" if len(by_middle) > len(by_end) else "end"


def figure(cell: Cell) -> float | None:
    """The number that is drawn; None where there is none, or where it is about too few people."""
    return float(cell) if isinstance(cell, int | float) else None


def is_monthly(chart: Chart) -> bool:
    """Whether buckets are months: each begins on a first day."""
    found = [
        row.cells[at] for at, column in enumerate(chart.columns) if column.kind is Kind.BUCKET for row in chart.rows
    ]
    return bool(found) and all(str(cell).endswith("-01") for cell in found)


def shown_value(cell: Cell, kind: Kind, *, monthly: bool = False, places: int | None = None) -> str:
    """`1,204`, `41 %`, `~12.5`, `Mar 2026`, `<5`; a number with so many decimals, else with those that it needs."""
    if kind is Kind.SHARE and isinstance(cell, int | float):
        return percent(cell)
    if kind in (Kind.DAY, Kind.BUCKET) and cell is not None:
        day = date.fromisoformat(str(cell))
        return f"{day:%b %Y}" if monthly and kind is Kind.BUCKET else f"{day.day} {day:%b %Y}"
    return shown(cell, kind, places)


def column_text(chart: Chart, at: int) -> Callable[[ChartRow], str]:
    """How a row's cell of a column is read: numbers with decimals alike, a share beside the step that it reaches, all
    of them in a line."""
    column, cells, monthly = chart.columns[at], [row.cells[at] for row in chart.rows], is_monthly(chart)
    alike = places(column.kind, cells)
    marks = [stepped(cell, column.steps)[1] for cell in cells if isinstance(cell, int | float)]
    room = max(map(len, marks), default=0)

    def text(row: ChartRow) -> str:
        cell = row.cells[at]
        if column.steps and isinstance(cell, int | float):
            share, mark = stepped(cell, column.steps)
            return share + mark.ljust(room)
        return shown_value(cell, column.kind, monthly=monthly, places=alike) + " " * room

    return text


def attention(cell: Cell, column: ChartColumn) -> Style:
    """The style of a share that reaches a step; the last of them is the worst."""
    step = reached(cell, column.steps)
    return "" if step is None else "error" if step == column.steps[-1] else "warning"


def shown_people(row: ChartRow) -> str:
    """Of how many people a row tells."""
    return shown_value(masked(row.n, row.n), Kind.COUNT)


def tells_people(chart: Chart) -> bool:
    """Whether rows say of how many people they tell, each is not about one whom it names, and no figure says it."""
    told = [row.n for row in chart.rows]
    return not all(n in (None, 1) for n in told) and not any(is_people(chart, at) for at in range(len(chart.columns)))


def is_people(chart: Chart, at: int) -> bool:
    """Whether the figures of a column say of how many people each row tells."""
    return chart.columns[at].kind is Kind.COUNT and all(
        row.n in (None, row.cells[at]) or row.cells[at] == masked(row.n, row.n) for row in chart.rows
    )


def drawn_columns(columns: Sequence[ChartColumn]) -> list[int]:
    """Where the columns stand that are drawn: those marked so, else the first figure."""
    marked = [at for at, column in enumerate(columns) if column.drawn]
    return marked or [at for at, column in enumerate(columns) if not is_name(column)][:1]


def apart_stops(chart: Chart) -> tuple[str, ...]:
    """The columns that a cursor stands on beside the row itself: those whose figures open people of their own."""
    apart = tuple(column.key for column in chart.columns if column.apart)
    return ("", *apart) if apart and any(row.parts for row in chart.rows) else ()


def column_at(chart: Chart, key: str) -> int | None:
    """Where a column stands, by its key; None for none."""
    return next((at for at, column in enumerate(chart.columns) if key and column.key == key), None)


def told_part(chart: Chart, row: ChartRow, at: int) -> str:
    """`Intermediate 1,204 · enter opens them`: a figure of its own people, and whether they are shown."""
    column = chart.columns[at]
    figure = f"{column.title} {column_text(chart, at)(row).strip()}"
    return f"{figure} · {why_closed(row, at).lower() if behind(chart.columns, row, at) is None else OPENS}"


OPENS = "enter opens them"


def why_closed(row: ChartRow, at: int | None) -> str:
    """Why a figure, or a row, opens nobody."""
    cell = None if at is None else row.cells[at]
    if cell == MASKED or (at is None and MASKED in row.cells):
        return "Too few people to be shown"
    if at is not None and (cell == WITHHELD or (cell and not row.parts and MASKED in row.cells)):
        return "Held back, because it would tell of too few people"
    if at is not None:
        return "No list of people stands behind this figure"
    if any(row.parts):
        return "Each figure of it has people of its own: choose one by an arrow key"
    return "No filter finds these people" if row.n else "No people stand behind this line"
