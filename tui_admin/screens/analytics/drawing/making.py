"""The widget that draws a chart, by its form, and what of it is under the cursor."""

from importlib import import_module

from textual.widget import Widget

from tui_admin.rules.charts import Chart, ChartRow, Form

_BY_FORM = {
    Form.TILES: "tiles:ChartTiles",
    Form.BARS: "rows:ChartRows",
    Form.STACKED: "rows:ChartRows",
    Form.RULER: "rows:ChartRows",
    Form.GAUGE: "rows:ChartRows",
    Form.LINES: "plot:LinePlot",
    Form.TREE: "tree:TreeRows",
    Form.TABLE: "table:ChartTable",
}
"""Imported with the first chart of a form: plotext is for lines alone."""


def drawing(chart: Chart, *, as_table: bool = False) -> Widget:
    """A widget that draws the chart."""
    module, _, name = _BY_FORM[Form.TABLE if as_table else chart.form].partition(":")
    widget: Widget = getattr(import_module(f"{__package__}.{module}"), name)(chart)
    return widget


def place_of(widget: Widget, row: ChartRow, chart: Chart) -> int | None:
    """Where the line of a row stands in a chart's drawing; None where a cursor cannot go there."""
    lines = getattr(widget, "rows", chart.rows) if hasattr(widget, "action_go") else ()
    return next((at for at, line in enumerate(lines) if row in (line, getattr(line, "row", None))), None)
