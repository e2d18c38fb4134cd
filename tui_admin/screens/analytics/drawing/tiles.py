"""Charts that are a few big figures."""

from tui_admin.rules.charts import Chart, ChartRow
from tui_admin.widgets.tiles import Tiles, TileText

from .values import drawn_columns, is_name, shown_value


class ChartTiles(Tiles):
    """A tile for each row: what it is, its figure, and what else is known of it."""

    def __init__(self, chart: Chart) -> None:
        super().__init__([tile(chart, row) for row in chart.rows])


def tile(chart: Chart, row: ChartRow) -> TileText:
    """A row as a tile."""
    drawn = drawn_columns(chart.columns)[:1]
    shown = [shown_value(cell, column.kind) for cell, column in zip(row.cells, chart.columns, strict=True)]
    titles = [shown[at] for at, column in enumerate(chart.columns) if is_name(column)]
    others = [
        f"{column.title} {shown[at]}"
        for at, column in enumerate(chart.columns)
        if at not in drawn and not is_name(column) and row.cells[at] is not None
    ]
    value = shown[drawn[0]] if drawn else ""
    return TileText(titles[0] if titles else "", value, below=", ".join(others), opens=row.people or "")
