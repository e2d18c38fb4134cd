"""Lines over time, drawn by plotext: each series in dots of its own kind, so that they are told apart without color.

The cursor stands on a point. It is a mark below the plot and the point's figures in a line, so that moving it draws two
lines and no plot.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual_plotext.plot import Plot

from tui_admin.rules.charts import Chart, ChartRow, Kind
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.text import fit

from .values import drawn_columns, figure, is_monthly, is_name, shown_value

_MARKERS = ("braille", "•", "+", "x")
_LEGEND = ("⣀⠤⠒⠉", "••••", "++++", "xxxx")
_OPEN = "◌"
"""The point of a bucket that is not over."""
_TICKS = 4
"""Lines of the plot to a mark at its left, about."""
_BELOW = 3
"""Lines below the plot: its marks of time, the cursor, the figures of its point."""

PLOT_COMMANDS = (
    Command("plot-open", "enter", "open", "Open", "Open the people behind this point.", "open", rank=3),
    Command("plot-right", "right", "step(1)", "Next point", "To the next point."),
    Command("plot-left", "left", "step(-1)", "Point before", "To the point before."),
    Command("plot-first", "home,g", "go(0)", "First point", "To the first point."),
    Command("plot-last", "end,G", "go(-1)", "Last point", "To the last point."),
)


class LinePlot(Widget, can_focus=True):
    """The drawn columns of a chart as lines over its rows. A value that is missing, or hidden because it is about too
    few, leaves a gap."""

    class Opened(Message):
        """Enter was pressed on a point."""

        def __init__(self, row: ChartRow) -> None:
            super().__init__()
            self.row = row

    OFFERS: ClassVar = PLOT_COMMANDS
    BINDINGS = bindings(PLOT_COMMANDS)
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"plot--{name}" for name in ("text", "first", "second", "cursor")}
    DEFAULT_CSS = """
    LinePlot { height: 1fr; width: 1fr; background: $background; }
    LinePlot .plot--text { color: $console-muted; }
    LinePlot .plot--first { color: $console-key; }
    LinePlot .plot--second { color: $console-text; }
    LinePlot .plot--cursor { color: $console-text; text-style: bold; }
    """

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart
        self._drawn = drawn_columns(chart.columns)
        self._monthly = is_monthly(chart)
        self._cursor = max(len(chart.rows) - 1, 0)
        self._lines: list[list[Segment]] = []
        self._lines_for = Size()
        self._margin = 0

    @property
    def current(self) -> ChartRow | None:
        """The point under the cursor."""
        return self._chart.rows[self._cursor] if self._chart.rows else None

    @property
    def cursor(self) -> int:
        """Its position, from 0."""
        return self._cursor

    def notify_style_update(self) -> None:
        """Another theme, other colors."""
        super().notify_style_update()
        self._lines = []

    def render_line(self, y: int) -> Strip:
        """What the series are called, the plot, its marks of time, the cursor, the figures of its point."""
        width, height = self.size.width, self.size.height
        if not self._lines or self._lines_for != self.size:
            self._lines, self._lines_for = self._draw(width, max(height - _BELOW - 1, 1)), self.size
        if y == height - 1:
            return self._line(
                [Segment(fit(self._told(), width), self._style("text" if not self.has_focus else "cursor"))]
            )
        if y == height - 2:
            at = self._margin + self._column(self._cursor, width - self._margin)
            return self._line([Segment(" " * at + ("▲" if self._chart.rows else ""), self._style("cursor"))])
        return self._line(self._lines[y] if y < len(self._lines) else [])

    def _line(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self._style("text"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"plot--{name}")

    def _draw(self, width: int, height: int) -> list[list[Segment]]:
        low, high = self._bounds()
        ticks = self._ticks(low, high, height)
        self._margin = max((len(text) for text in ticks.values()), default=0) + 1
        plot = self._plot(width - self._margin, height, low, high)
        lines = [self._titles()]
        for y, dots in enumerate(plot):
            lines.append(
                [Segment(ticks.get(y, "").rjust(self._margin - 1) + " ", self._style("text")), *self._runs(dots)]
            )
        return [*lines, [Segment(" " * self._margin + self._times(width - self._margin), self._style("text"))]]

    def _bounds(self) -> tuple[float, float]:
        values = [
            value for at in self._drawn for row in self._chart.rows if (value := figure(row.cells[at])) is not None
        ]
        low, high = min([0.0, *values]), max(values, default=1.0)
        return low, high if high > low else low + 1

    def _ticks(self, low: float, high: float, height: int) -> dict[int, str]:
        """What stands at the left of some lines."""
        kind = self._chart.columns[self._drawn[0]].kind if self._drawn else Kind.COUNT
        marks = max((height - 1) // _TICKS, 1)
        found = {}
        for mark in range(marks + 1):
            y = round(mark * (height - 1) / marks)
            value = high - (high - low) * y / max(height - 1, 1)
            found[y] = shown_value(round(value) if kind is Kind.COUNT else value, kind)
        return found

    def _plot(self, width: int, height: int, low: float, high: float) -> list[str]:
        plot = Plot()
        plot.theme("clear")
        # Of its own accord it draws no wider than the terminal that stdout is.
        plot._limit_size(False, False)  # type: ignore[attr-defined]
        plot.plotsize(width, height)
        plot.frame(False)
        plot.xticks([])
        plot.yticks([])
        plot.xlim(-0.5, len(self._chart.rows) - 0.5)
        plot.ylim(low, high)
        for marker, at in zip(_MARKERS, self._drawn, strict=False):
            for xs, ys in self._stretches(at):
                (plot.plot if len(xs) > 1 else plot.scatter)(xs, ys, marker=marker)
        for at in self._drawn:
            for x, row in enumerate(self._chart.rows):
                if row.unfinished and (value := figure(row.cells[at])) is not None:
                    plot.scatter([x], [value], marker=_OPEN)
        return [Plot.uncolorize(line) for line in plot.build().split("\n")[:height]]

    def _stretches(self, at: int) -> list[tuple[list[int], list[float]]]:
        """The points of a series that follow each other without a gap."""
        found: list[tuple[list[int], list[float]]] = []
        before = -2
        for x, row in enumerate(self._chart.rows):
            value = figure(row.cells[at])
            if value is None:
                continue
            if x != before + 1:
                found.append(([], []))
            found[-1][0].append(x)
            found[-1][1].append(value)
            before = x
        return found

    def _runs(self, dots: str) -> list[Segment]:
        """The first series in its color, the others in that of text."""
        runs: list[Segment] = []
        for char in dots:
            style = self._style("first" if "\u2800" <= char <= "\u28ff" else "second")
            if runs and (runs[-1].style == style or char == " "):
                runs[-1] = Segment(runs[-1].text + char, runs[-1].style)
            else:
                runs.append(Segment(char, style))
        return runs

    def _titles(self) -> list[Segment]:
        parts = [" "]
        for sign, at in zip(_LEGEND, self._drawn, strict=False):
            parts.append(f"{sign} {self._chart.columns[at].title}   ")
        if any(row.unfinished for row in self._chart.rows):
            parts.append(f"{_OPEN} not over yet")
        return [Segment("".join(parts), self._style("text"))]

    def _times(self, width: int) -> str:
        """Names of points below them, as many as fit."""
        names = [self._point_name(row) for row in self._chart.rows]
        line = ""
        for x, name in enumerate(names):
            start = max(self._column(x, width) - len(name) // 2, 0)
            if (not line or start >= len(line) + 2) and start + len(name) <= width:
                line = line.ljust(start) + name
        return line

    def _point_name(self, row: ChartRow) -> str:
        return next(
            (
                shown_value(cell, column.kind, monthly=self._monthly)
                for cell, column in zip(row.cells, self._chart.columns, strict=True)
                if is_name(column)
            ),
            "",
        )

    def _told(self) -> str:
        """`▲ Mar 2026: enrollments 412, completions 97`."""
        row = self.current
        if row is None:
            return ""
        told = [
            f"{column.title.lower()} {shown_value(cell, column.kind)}"
            for cell, column in zip(row.cells, self._chart.columns, strict=True)
            if not is_name(column) and cell is not None
        ]
        over = " (not over yet)" if row.unfinished else ""
        return f" ▲ {self._point_name(row)}{over}: {', '.join(told)}"

    def _column(self, x: int, width: int) -> int:
        """The cell of a plot so wide in which plotext draws a point."""
        return round((x + 0.5) / max(len(self._chart.rows), 1) * (width - 1))

    def on_focus(self) -> None:
        """The cursor stands out."""
        self._refresh_cursor()

    def on_blur(self) -> None:
        """The cursor stands back."""
        self._refresh_cursor()

    def _refresh_cursor(self) -> None:
        self.refresh(Region(0, self.size.height - 2, self.size.width, 2))

    def action_step(self, step: int) -> None:
        """To another point."""
        self.action_go(min(max(self._cursor + step, 0), max(len(self._chart.rows) - 1, 0)))

    def action_go(self, position: int) -> None:
        """To a point; -1 is the last."""
        if self._chart.rows and self._cursor != position % len(self._chart.rows):
            self._cursor = position % len(self._chart.rows)
            self._refresh_cursor()

    def action_open(self) -> None:
        """Tell which point is under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened(self.current))
