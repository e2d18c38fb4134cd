"""A chart as a table: the record table over the chart's rows, sorted as one likes."""

from collections.abc import Sequence
from string import ascii_lowercase
from typing import Any

from textual import events, on
from textual.message import Message

from tui_admin.rules.charts import Chart, ChartColumn, ChartRow, Kind
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import bindings
from tui_admin.widgets.figures import FIGURE_COMMANDS
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import width_of

from ...plain_rows import Numbered, NumberedRows
from .fields import cell_glyphs
from .values import (
    apart_stops,
    attention,
    column_at,
    column_text,
    cut_of,
    figure,
    first_name,
    is_name,
    is_people,
    shown_people,
    tells_people,
)

_NAME = 18
"""Cells of a name that is not the first."""
_PEOPLE = "n"
_FIGURE = 5
"""Cells of a figure beside its glyphs, at least: these stand in a line."""


_STEPS = tuple(command for command in FIGURE_COMMANDS if command.action.startswith("step"))


class ChartTable(RecordTable):
    """All columns of a chart, in its order until one sorts. The cursor stands on the row, or on one of its figures that
    is about others."""

    class Stepped(Message):
        """The cursor came to another figure of the row."""

    OFFERS = (*RecordTable.OFFERS, *_STEPS)
    BINDINGS = bindings(_STEPS)

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self._stops = apart_stops(chart)
        super().__init__(table_columns(chart), markable=False)

    @property
    def at(self) -> int | None:
        """The position of the column under the cursor; None where it stands on the row."""
        return column_at(self.chart, self.stop)

    def action_step(self, step: int) -> None:
        """To another figure of the row, or to the row itself."""
        on_screen = {placed.column.key for placed in self.placed}
        # Nothing is placed before the table is laid out; a key may come before that.
        stops = [key for key in self._stops if not key or not on_screen or key in on_screen]
        if stops:
            here = stops.index(self.stop) if self.stop in stops else 0
            self.stop = stops[min(max(here + step, 0), len(stops) - 1)]
            self.refresh_position(self.cursor)
            self.post_message(self.Stepped())

    def on_mount(self) -> None:
        """Show the rows."""
        self.hold(NumberedRows.of(self.chart.rows))

    def on_resize(self, _event: events.Resize) -> None:
        """As long as it was not known how many rows are seen, none was above them."""
        if self._window.height == 1:
            self._window.top = 0

    @property
    def row(self) -> ChartRow | None:
        """The chart's row under the cursor."""
        current: Numbered | None = self.current
        return None if current is None else current.row

    def action_go(self, position: int) -> None:
        """To a row, from 0."""
        if self._window.height > 1:
            self.action_move(position - self.cursor)
        else:  # how many rows are seen is not known yet; once it is, the row is brought among them
            self._window.cursor = position

    @on(RecordTable.SortRequested)
    def _sort(self, event: RecordTable.SortRequested) -> None:
        event.stop()
        self.sort(event.column, event.descending)
        self.hold(NumberedRows.of(ordered(self.chart, event.column, descending=event.descending)))
        self.action_go(0)
        self.refresh_rows()


def table_columns(chart: Chart) -> list[Column[Numbered]]:
    """The columns of a chart, and of how many people each row tells."""
    titles = [(column.key, column.title) for column in chart.columns]
    letters = _letters([title for _, title in titles] + [_PEOPLE])
    first = next((at for at, column in enumerate(chart.columns) if is_name(column)), None)
    found = [_column(chart, at, letters[at], is_first=at == first) for at in range(len(titles))]
    if tells_people(chart):
        width = max([1, *(width_of(shown_people(row)) for row in chart.rows)])
        people = Column[Numbered](_PEOPLE, _PEOPLE, width, _people, letters[-1], align="right", priority=3)
        found.append(people)
    return found


def ordered(chart: Chart, key: str, *, descending: bool) -> list[ChartRow]:
    """The rows by a column; those without a value, or with one that is hidden, come last."""
    at = next((place for place, column in enumerate(chart.columns) if column.key == key), None)

    def value(row: ChartRow) -> Any:
        if at is None:
            return row.n
        cell = row.cells[at]
        return cell if is_name(chart.columns[at]) else figure(cell)

    known = [row for row in chart.rows if value(row) is not None]
    rest = [row for row in chart.rows if value(row) is None]
    return [*sorted(known, key=value, reverse=descending), *rest]


def _column(chart: Chart, at: int, letter: str, *, is_first: bool) -> Column[Numbered]:
    """The first name never leaves; of the other columns those with the longest texts leave first, figures and what
    these are called later, of how many people they tell or which open others last."""
    column: ChartColumn = chart.columns[at]
    glyphs, read = cell_glyphs(chart, at), column_text(chart, at)

    def render(found: Numbered) -> Cell:
        row: ChartRow = found.row
        over = " …" if row.unfinished and at == 0 else ""
        text = read(row) + over
        mark = glyphs(row)
        return f"{mark} {text:>{_FIGURE}}" if mark else text, attention(row.cells[at], column)

    texts = [render(Numbered(0, row))[0] for row in chart.rows]
    widest = max(map(width_of, [column.title, *texts]))
    if is_name(column):
        if column.kind is Kind.BAND:
            return Column(column.key, column.title, widest, render, letter, priority=2)
        width, least = first_name(widest) if is_first else (min(widest, _NAME), 0)
        grows, cut = (1, widest, least), cut_of(texts, least or width)
        priority = 0 if is_first else 3 + widest
        return Column(column.key, column.title, width, render, letter, *grows, cut=cut, priority=priority)
    is_needed = column.apart or is_people(chart, at)
    priority = 1 if column.drawn or column.steps else 2 if is_needed else 3
    return Column(column.key, column.title, widest, render, letter, align="right", priority=priority)


def _people(found: Numbered) -> Cell:
    return shown_people(found.row), ""


def _letters(titles: Sequence[str]) -> list[str]:
    """A letter for each title: its first that no other has, else any that is free."""
    taken: list[str] = []
    for title in titles:
        wanted = [char for char in title.lower() if char in ascii_lowercase]
        taken.append(next((char for char in (*wanted, *ascii_lowercase) if char not in taken), ""))
    return taken
