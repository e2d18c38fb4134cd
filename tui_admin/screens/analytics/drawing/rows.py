"""Charts whose rows are lines: what a row is, its bar, its figures at the right, and of how many people it tells."""

from collections.abc import Sequence
from typing import Any

from tui_admin.rules.charts import Chart, ChartColumn, ChartRow, Kind
from tui_admin.widgets.columns import Cell, Column, Placed
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.text import width_of

from .fields import HATCH, Field, fields, shades
from .values import (
    apart_stops,
    attention,
    column_at,
    column_text,
    cut_of,
    drawn_columns,
    first_name,
    is_name,
    shown_people,
    tells_people,
)

_NAME = 20
"""Cells of a name that is not the first."""
_FIELD_CELLS, _LEAST_FIELD = 10, 8
"""Of a bar, before it gives way and after."""
_ROOM_OF_NAMES = 9
"""Of the room that is left, to one of bars: names grow first, until they are read whole."""
_WIDEST_FIELD = 60
_FIELD = "field-"
_PEOPLE = "n"


class ChartRows(FigureTable):
    """A bar a line. The cursor stands on the row, or on one of its figures that is about others; enter opens their
    people."""

    LEADS = True

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._fields, self._shades = fields(chart), shades(chart)
        super().__init__(row_columns(chart, self._fields), stops=apart_stops(chart))
        self.rows = tuple(chart.rows)

    @property
    def at(self) -> int | None:
        """The position of the column under the cursor; None where it stands on the row."""
        return column_at(self._chart, self.stop)

    def cell(self, row: ChartRow, placed: Placed[Any]) -> tuple[str, str]:
        """Bars know their width; the part under the cursor is pointed at."""
        if not placed.column.key.startswith(_FIELD):
            return placed.column.render(row)
        glyphs = self._fields[int(placed.column.key.removeprefix(_FIELD))](row, placed.width)
        shade = self._shades.get(self.at, "") if row is self.current and self.has_focus and self.at is not None else ""
        return glyphs.replace(shade, "▸", 1) if shade else glyphs, "bar"


_BAND = 2
"""What a figure is called stays longer than the figures that are not drawn, and other names go before these."""


def row_columns(chart: Chart, drawn: dict[int, Field]) -> list[Column[ChartRow]]:
    """Names at the left, bars, figures at the right; where it is narrow, figures that are not drawn give way."""
    shade = shades(chart)
    hatched = f"{HATCH} not whole" if any(row.unfinished for row in chart.rows) else ""
    found = []
    for place, at in enumerate(_order(chart.columns)):
        if at in drawn:
            found.append(_field_column(at, hatched))
        title = f"{shade[at]}{chart.columns[at].title}" if at in shade else chart.columns[at].title
        found.append(_value_column(chart, at, title, is_first=place == 0))
    if tells_people(chart):
        found.append(_people_column(chart))
    return found


def _order(columns: Sequence[ChartColumn]) -> list[int]:
    """The names that come before what is drawn, then that, then the others."""
    drawn = drawn_columns(columns)
    before = [at for at, column in enumerate(columns) if is_name(column) and at < min(drawn, default=len(columns))]
    first = [*before, *drawn]
    return [*first, *(at for at in range(len(columns)) if at not in first)]


def _field_column(at: int, title: str) -> Column[ChartRow]:
    return Column(
        f"{_FIELD}{at}",
        title,
        _FIELD_CELLS,
        lambda _row: ("", ""),
        "",
        flex=1,
        widest=_WIDEST_FIELD,
        least=_LEAST_FIELD,
        priority=1,
    )


def _value_column(chart: Chart, at: int, title: str, *, is_first: bool) -> Column[ChartRow]:
    column, read = chart.columns[at], column_text(chart, at)

    def render(row: ChartRow) -> Cell:
        over = " …" if row.unfinished and column.kind is Kind.BUCKET else ""
        return read(row) + over, attention(row.cells[at], column)

    texts = [render(row)[0] for row in chart.rows]
    widest = max(map(width_of, [title, *texts]))
    if is_name(column):
        is_band = column.kind is Kind.BAND
        width, least = first_name(widest) if is_first else (widest if is_band else min(widest, _NAME), 0)
        priority = 0 if is_first else _BAND if is_band else 4
        grows, cut = (_ROOM_OF_NAMES, max(widest, 1), least), cut_of(texts, least or width)
        return Column(column.key, title, width, render, "", *grows, cut=cut, priority=priority)
    priority = 1 if column.drawn or column.steps else 3
    return Column(column.key, title, widest, render, "", align="right", priority=priority)


def _people_column(chart: Chart) -> Column[ChartRow]:
    def render(row: ChartRow) -> Cell:
        return shown_people(row), ""

    width = max([1, *(width_of(render(row)[0]) for row in chart.rows)])
    return Column(_PEOPLE, _PEOPLE, width, render, "", align="right", priority=5)
