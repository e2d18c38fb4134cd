"""Charts that are a tree: what is the same as in the row above is said once, and what is below it stands further in."""

from dataclasses import dataclass

from tui_admin.rules.charts import Chart, ChartRow
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.figures import FigureTable

from .values import is_name, shown_value

_INDENT = 2
_OTHER = "Other"


@dataclass(frozen=True, slots=True)
class Branch:
    """A line: how far in it stands, what it says, what else is known of it, and the row it ends, if one does."""

    depth: int
    text: str
    about: str = ""
    row: ChartRow | None = None


def branches(chart: Chart) -> list[Branch]:
    """The lines of a tree. The levels are the columns that are drawn, else all names of a row but its last; the others
    are about them. A level that nobody named is called so."""
    names = [at for at, column in enumerate(chart.columns) if is_name(column)]
    drawn = [at for at, column in enumerate(chart.columns) if column.drawn]
    levels = drawn or (names[:-1] if len(names) > 2 else names)
    found: list[Branch] = []
    before: tuple[str, ...] = ()
    for row in chart.rows:
        here = tuple(_OTHER if row.cells[at] is None else str(row.cells[at]) for at in levels)
        same = next((depth for depth, text in enumerate(here) if before[depth : depth + 1] != (text,)), len(here) - 1)
        about = " · ".join(
            shown_value(cell, column.kind)
            for at, (cell, column) in enumerate(zip(row.cells, chart.columns, strict=True))
            if at not in levels and cell not in (None, "")
        )
        for depth in range(same, len(here)):
            last = depth == len(here) - 1
            found.append(Branch(depth, here[depth], about if last else "", row if last else None))
        before = here
    return found


class TreeRows(FigureTable):
    """A tree, a line of it a row."""

    def __init__(self, chart: Chart) -> None:
        columns = (
            Column[Branch]("text", "", 30, _text, "", flex=1, widest=44, priority=0),
            Column[Branch]("about", "", 20, lambda line: (line.about, "muted"), "", flex=2, priority=1),
        )
        super().__init__(columns, header=False)
        self.rows = tuple(branches(chart))


def _text(line: Branch) -> Cell:
    return " " * _INDENT * line.depth + line.text, "" if line.row is not None else "muted"
