"""The glyphs of a row: bars, parts of a stacked bar, a dot on a ruler. Told apart by their shades, not by colors."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from tui_admin.rules.charts import Chart, ChartRow, Form, Kind
from tui_admin.widgets.bars import bar

from .values import drawn_columns, figure

Field = Callable[[ChartRow, int], str]
"""The glyphs of a row in so many cells."""

SHADES = ("█", "▓", "▒", "░", "·")
"""Of the parts of a stacked bar, in their order."""
_HEAT = "░▒▓█"
"""From the least to the largest figure of a column."""
_SHARE_CELLS = 6
"""Of the bar of a share in a table."""
_UNKNOWN = " ?"
"""At the end of a bar whose whole is not known."""
HATCH = "▒"
"""Of a bar whose bucket of time is not over."""
_WHOLE = {Kind.SHARE: 1.0, Kind.STARS: 5.0}
"""What a whole bar stands for, where that is not the largest of the rows."""


def fields(chart: Chart) -> dict[int, Field]:
    """What is drawn of a chart in rows: for each bar the position of the column after which its figures stand."""
    drawn = drawn_columns(chart.columns)
    if not drawn:
        return {}
    if chart.form in (Form.STACKED, Form.GAUGE):
        return {drawn[0]: _stacked(chart, drawn)}
    if chart.form is Form.RULER:
        return {drawn[0]: _ruler(chart, drawn[0])}
    return {at: _bar(chart, at) for at in drawn}


def shades(chart: Chart) -> dict[int, str]:
    """The shade of each part of a stacked bar, by the position of its column; none where a bar has no parts."""
    if chart.form not in (Form.STACKED, Form.GAUGE):
        return {}
    return {at: SHADES[part % len(SHADES)] for part, at in enumerate(drawn_columns(chart.columns))}


def cell_glyphs(chart: Chart, at: int) -> Callable[[ChartRow], str]:
    """What stands before a figure of a chart that is a table: stars, a short bar for a share, a shade for how large it
    is in its column; nothing for a figure that is not drawn or not known."""
    column = chart.columns[at]
    values = [figure(row.cells[at]) or 0.0 for row in chart.rows]
    top = max(values, default=0.0)

    def glyphs(row: ChartRow) -> str:
        value = figure(row.cells[at])
        if value is None or chart.form is not Form.TABLE or not column.drawn:
            return ""
        if column.kind is Kind.STARS:
            return "★" * round(value) + "☆" * (round(_WHOLE[Kind.STARS]) - round(value))
        if column.kind is Kind.SHARE:
            return bar(value, _SHARE_CELLS)
        return _HEAT[min(int(value / top * len(_HEAT)), len(_HEAT) - 1)] if top > 0 else ""

    return glyphs


def _bar(chart: Chart, at: int) -> Field:
    values = [figure(row.cells[at]) or 0.0 for row in chart.rows]
    top = _WHOLE.get(chart.columns[at].kind) or max(map(abs, values), default=0.0)
    if min(values, default=0.0) < 0:
        return lambda row, width: _diverging(figure(row.cells[at]), top, width)

    def field(row: ChartRow, width: int) -> str:
        value = figure(row.cells[at])
        if not value or not top:
            return ""
        glyphs = bar(value / top, width)
        return glyphs.replace("█", HATCH) if row.unfinished else glyphs

    return field


def _diverging(value: float | None, top: float, width: int) -> str:
    """A bar to the right of the middle, or to its left below nothing."""
    half = (width - 1) // 2
    if value is None or not top:
        return " " * half + "│"
    cells = max(round(abs(value) / top * half), 1 if value else 0)
    left = "█" * cells if value < 0 else ""
    return left.rjust(half) + "│" + ("█" * cells if value > 0 else "")


def _stacked(chart: Chart, drawn: Sequence[int]) -> Field:
    """Parts one after the other; a gauge's row is a whole of its own, other rows are as long as they are large. A whole
    of which a part is not known is left open."""

    def parts(row: ChartRow) -> list[float]:
        return [max(figure(row.cells[at]) or 0.0, 0.0) for at in drawn]

    largest = max((sum(parts(row)) for row in chart.rows), default=0.0)

    def field(row: ChartRow, width: int) -> str:
        found = parts(row)
        top = sum(found) if chart.form is Form.GAUGE else largest
        if not top:
            return ""
        is_open = chart.form is Form.GAUGE and any(row.cells[at] is None for at in drawn)
        if is_open:
            top, width = largest, width - len(_UNKNOWN)
        ends = [round(end / top * width) for end in accumulate(found)]
        lengths = [end - start for start, end in pairwise([0, *ends])]
        glyphs = "".join(SHADES[part % len(SHADES)] * length for part, length in enumerate(lengths))
        return glyphs + _UNKNOWN if is_open else glyphs

    return field


def _ruler(chart: Chart, at: int) -> Field:
    """A dot between nothing and all, over the ends and the quarters."""
    whole = 1.0 if chart.columns[at].kind is Kind.SHARE else 100.0

    def field(row: ChartRow, width: int) -> str:
        last = width - 1
        if last < 4:
            return ""
        line = ["─"] * width
        for quarter, glyph in zip(range(5), "├┼┼┼┤", strict=True):
            line[round(quarter * last / 4)] = glyph
        value = figure(row.cells[at])
        if value is not None:
            line[round(min(max(value / whole, 0.0), 1.0) * last)] = "●"
        return "".join(line)

    return field
