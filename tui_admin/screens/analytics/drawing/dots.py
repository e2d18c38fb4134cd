"""A plot as text: its scale, its dots, its marks of time. Plotext draws; each series has dots of its own kind, so that
they are told apart without color."""

from dataclasses import dataclass
from functools import cached_property

from textual_plotext.plot import Plot

from tui_admin.rules.charts import Chart, ChartRow, Kind, places

from .values import column_text, drawn_columns, figure, is_monthly, is_name, shown_value, told_part

_MARKERS = ("braille", "•", "+", "x")
_LEGEND = ("⣀⠤⠒⠉", "••••", "++++", "xxxx")
_OPEN = "◌"
"""The point of a bucket that is not over."""
_STARS = (1.0, 5.0)
"""The scale of stars: none is below the first, so that what moves between them is seen."""
_TICKS = 4
"""Lines of the plot to a mark at its left, about."""


@dataclass(frozen=True)
class Dots:
    """A chart's drawn columns over its rows, in so many cells and lines, the scale at the left among them."""

    chart: Chart
    width: int
    height: int

    @cached_property
    def margin(self) -> int:
        """The cells that the scale takes."""
        return max((len(text) for text in self._ticks.values()), default=0) + 1

    def lines(self) -> list[tuple[str, str]]:
        """Each line of the plot: what of the scale stands beside it, and its dots."""
        return [(self._ticks.get(y, "").rjust(self.margin - 1) + " ", dots) for y, dots in enumerate(self._plotted())]

    def legend(self) -> str:
        """What the series are called."""
        parts = [f"{sign} {self.chart.columns[at].title}" for sign, at in zip(_LEGEND, self._drawn, strict=False)]
        over = [f"{_OPEN} not whole"] if any(row.unfinished for row in self.chart.rows) else []
        return "   ".join([*parts, *over])

    def times(self) -> str:
        """The names of points below them, as many as fit."""
        line = ""
        for x, row in enumerate(self.chart.rows):
            name = self._name(row)
            start = max(self.column(x) - len(name) // 2, self.margin)
            if (not line or start >= len(line) + 2) and start + len(name) <= self.width:
                line = line.ljust(start) + name
        return line

    def column(self, x: int) -> int:
        """The cell in which a point is drawn."""
        return self.margin + round((x + 0.5) / max(len(self.chart.rows), 1) * (self.width - self.margin - 1))

    def told(self, row: ChartRow, at: int | None = None) -> str:
        """`Mar 2026: enrollments 412, completions 97`; the figure of one column is pointed at, and said to be opened by
        itself."""
        told = [
            f"{'▸' if place == at else ''}{column.title.lower()} {column_text(self.chart, place)(row).strip()}"
            for place, (cell, column) in enumerate(zip(row.cells, self.chart.columns, strict=True))
            if not is_name(column) and (cell is not None or place == at)
        ]
        over = " (not whole)" if row.unfinished else ""
        opens = "" if at is None else f" · {told_part(self.chart, row, at).partition(' · ')[2]}"
        return f"{self._name(row)}{over}: {', '.join(told)}{opens}"

    @cached_property
    def _drawn(self) -> list[int]:
        return drawn_columns(self.chart.columns)

    @cached_property
    def _monthly(self) -> bool:
        return is_monthly(self.chart)

    @cached_property
    def _bounds(self) -> tuple[float, float]:
        if any(self.chart.columns[at].kind is Kind.STARS for at in self._drawn):
            return _STARS
        figures = [figure(row.cells[at]) for at in self._drawn for row in self.chart.rows]
        values = [value for value in figures if value is not None]
        low, high = min([0.0, *values]), max(values, default=1.0)
        return low, high if high > low else low + 1

    @cached_property
    def _ticks(self) -> dict[int, str]:
        """What stands at the left of some lines."""
        kind = self.chart.columns[self._drawn[0]].kind if self._drawn else Kind.COUNT
        low, high = self._bounds
        marks = max((self.height - 1) // _TICKS, 1)
        found = {}
        for mark in range(marks + 1):
            y = round(mark * (self.height - 1) / marks)
            value = high - (high - low) * y / max(self.height - 1, 1)
            found[y] = round(value) if kind is Kind.COUNT else value
        alike = places(kind, found.values())
        return {y: shown_value(value, kind, places=alike) for y, value in found.items()}

    def _name(self, row: ChartRow) -> str:
        named = zip(row.cells, self.chart.columns, strict=True)
        names = (shown_value(cell, column.kind, monthly=self._monthly) for cell, column in named if is_name(column))
        return next(names, "")

    def _plotted(self) -> list[str]:
        plot = Plot()
        plot.theme("clear")
        # Of its own accord it draws no wider than the terminal that stdout is.
        plot._limit_size(False, False)  # type: ignore[attr-defined]
        plot.plotsize(self.width - self.margin, self.height)
        plot.frame(False)
        plot.xticks([])
        plot.yticks([])
        plot.xlim(-0.5, len(self.chart.rows) - 0.5)
        plot.ylim(*self._bounds)
        for marker, at in zip(_MARKERS, self._drawn, strict=False):
            for xs, ys in self._stretches(at):
                (plot.plot if len(xs) > 1 else plot.scatter)(xs, ys, marker=marker)
        for at in self._drawn:
            for x, row in enumerate(self.chart.rows):
                if row.unfinished and (value := figure(row.cells[at])) is not None:
                    plot.scatter([x], [value], marker=_OPEN)
        return [Plot.uncolorize(line) for line in plot.build().split("\n")[: self.height]]

    def _stretches(self, at: int) -> list[tuple[list[int], list[float]]]:
        """The points of a series that follow each other without a gap."""
        found: list[tuple[list[int], list[float]]] = []
        before = -2
        for x, row in enumerate(self.chart.rows):
            value = figure(row.cells[at])
            if value is None:
                continue
            if x != before + 1:
                found.append(([], []))
            found[-1][0].append(x)
            found[-1][1].append(value)
            before = x
        return found
