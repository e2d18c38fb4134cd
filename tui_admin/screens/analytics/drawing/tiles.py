"""Charts that are a few big figures."""

from tui_admin.rules.charts import Chart, ChartRow
from tui_admin.widgets.bars import sparkline
from tui_admin.widgets.tiles import Tiles, TileText

from .values import drawn_columns, is_name, shown_value


class ChartTiles(Tiles):
    """A tile for each row: what it is, its figure, and what else is known of it."""

    def __init__(self, chart: Chart) -> None:
        super().__init__([tile(chart, row) for row in chart.rows])
        self._chart = chart

    @property
    def current(self) -> ChartRow:
        """The row of the tile under the cursor."""
        return self._chart.rows[self.tiles.index(self.tile)]


def tile(chart: Chart, row: ChartRow) -> TileText:
    """A row as a tile: the first of what is drawn is its figure, the others are a course of time."""
    drawn = drawn_columns(chart.columns)
    shown = [shown_value(cell, column.kind) for cell, column in zip(row.cells, chart.columns, strict=True)]
    titles = [shown[at] for at, column in enumerate(chart.columns) if is_name(column)]
    others = [
        f"{column.title} {shown[at]}"
        for at, column in enumerate(chart.columns)
        if at not in drawn and not is_name(column) and row.cells[at] is not None
    ]
    value = shown[drawn[0]] if drawn else ""
    course = [cell if isinstance(cell := row.cells[at], int | float) else 0 for at in drawn[1:]]
    return TileText(
        titles[0] if titles else "",
        value,
        course=sparkline(course, len(course)) if any(course) else "",
        below=", ".join(others),
        opens=row.people or "",
    )
