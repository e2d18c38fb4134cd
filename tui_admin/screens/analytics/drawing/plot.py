"""Lines over time. The cursor stands on a point. It is a mark below the plot and the point's figures in a line, so that
moving it draws two lines and no plot."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui_admin.rules.charts import Chart, ChartRow
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.quiet_focus import QuietFocus
from tui_admin.widgets.text import fit

from .dots import Dots
from .values import apart_stops, column_at

_AROUND = 4
"""Lines above and below the plot: its legend; its marks of time, the cursor, the figures of its point."""

PLOT_COMMANDS = (
    Command("plot-open", "enter", "open", "Open", "Open the people behind this point.", "open", rank=3),
    Command("plot-right", "right", "step(1)", "Next point", "To the next point."),
    Command("plot-left", "left", "step(-1)", "Point before", "To the point before."),
    Command("plot-line", "down,j", "line(1)", "Next line", "To one line of several at this point."),
    Command("plot-lines", "up,k", "line(-1)", "Line before", "To the line before, or to all lines at this point."),
    Command("plot-first", "home,g", "go(0)", "First point", "To the first point."),
    Command("plot-last", "end,G", "go(-1)", "Last point", "To the last point."),
)


class LinePlot(QuietFocus, can_focus=True):
    """The drawn columns of a chart as lines over its rows. A value that is missing, or hidden because it is about too
    few, leaves a gap."""

    class Opened(Message):
        """Enter was pressed on the point, or on the figure of one line there."""

    class Moved(Message):
        """The cursor came to another point, or to the figure of another line."""

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
        self._cursor = max(len(chart.rows) - 1, 0)
        self._stops = apart_stops(chart) or ("",)
        self._stop = 0
        self._dots = Dots(chart, 0, 0)
        self._lines: list[list[Segment]] = []

    @property
    def current(self) -> ChartRow | None:
        """The point under the cursor."""
        return self._chart.rows[self._cursor] if self._chart.rows else None

    @property
    def cursor(self) -> int:
        """Its position, from 0."""
        return self._cursor

    @property
    def at(self) -> int | None:
        """The position of the column whose figure is chosen; None where none is."""
        return column_at(self._chart, self._stops[self._stop])

    def notify_style_update(self) -> None:
        """Another theme, other colors."""
        super().notify_style_update()
        self._lines = []

    def render_line(self, y: int) -> Strip:
        """What the series are called, the plot, its marks of time, the cursor, the figures of its point."""
        width, height = self.size
        if not self._lines or (self._dots.width, self._dots.height) != (width, max(height - _AROUND, 1)):
            self._dots = Dots(self._chart, width, max(height - _AROUND, 1))
            self._lines = self._draw()
        if y == height - 1:
            told = f" ▲ {self._dots.told(self.current, self.at)}" if self.current is not None else ""
            return self._line([Segment(fit(told, width), self._style("cursor" if self.has_focus else "text"))])
        if y == height - 2:
            mark = " " * self._dots.column(self._cursor) + "▲" if self._chart.rows else ""
            return self._line([Segment(mark, self._style("cursor"))])
        return self._line(self._lines[y] if y < len(self._lines) else [])

    def _line(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self._style("text"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"plot--{name}")

    def _draw(self) -> list[list[Segment]]:
        style, dots = self._style("text"), self._dots
        plot = [[Segment(tick, style), *self._runs(line)] for tick, line in dots.lines()]
        return [[Segment(f" {dots.legend()}", style)], *plot, [Segment(dots.times(), style)]]

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

    def draw_focus(self) -> None:
        """The cursor stands out, or back."""
        self._refresh_cursor()

    def _refresh_cursor(self) -> None:
        self.refresh(Region(0, self.size.height - 2, self.size.width, 2))

    def _moved(self) -> None:
        self._refresh_cursor()
        self.post_message(self.Moved())

    def action_step(self, step: int) -> None:
        """To another point."""
        self.action_go(min(max(self._cursor + step, 0), max(len(self._chart.rows) - 1, 0)))

    def action_line(self, step: int) -> None:
        """To the figure of another line at this point."""
        before, self._stop = self._stop, min(max(self._stop + step, 0), len(self._stops) - 1)
        if self._stop != before:
            self._moved()

    def action_go(self, position: int) -> None:
        """To a point; -1 is the last."""
        if self._chart.rows and self._cursor != position % len(self._chart.rows):
            self._cursor = position % len(self._chart.rows)
            self._moved()

    def action_open(self) -> None:
        """Tell which point is under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened())
