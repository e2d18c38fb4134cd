"""What a chart is before it is drawn: one shape for the screen, the table under it, the command line and CSV."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from .times import Instant

SMALL = 5
"""Fewer people than this are not shown as a figure: they could be told apart."""

MASKED = f"<{SMALL}"
"""What stands in the place of a figure about so few."""

WITHHELD = f"≥{SMALL}"
"""What stands in the place of a figure by which, with a total, a masked one could be told."""

Cell = str | int | float | None
"""A value as its column's kind says; None where there is none, MASKED where it is about too few people,
WITHHELD where it would tell that one."""


class Form(StrEnum):
    """How a chart is drawn; all of them are shown as a table too."""

    TILES = "tiles"
    BARS = "bars"
    STACKED = "stacked bars"
    LINES = "lines"
    TABLE = "table"
    TREE = "tree"
    RULER = "ruler"
    GAUGE = "gauge"


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    """0..1, shown in percent."""
    NUMBER = "number"
    HOURS = "hours"
    """An estimate, shown with a `~`."""
    STARS = "stars"
    """1..5."""
    DAY = "day"
    """ISO text, `2026-03-01`."""
    BUCKET = "bucket"
    """The first day of a week or month, ISO text; what it is a bucket of is said by the chart's title."""
    BAND = "band"


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """A column; the drawn ones are the bars, the parts of a stacked bar, the lines. The figures of one that is `apart`
    are about other people than the row's, or about nobody: the row's `parts` find them. `steps` are shares, the
    smallest first, that it matters to have reached: each share is told with the last one it reaches."""

    key: str
    title: str
    kind: Kind
    drawn: bool = False
    apart: bool = False
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A bar, a point in time, a line of the table. `n` is how many learners it is about. `people` is the filter
    expression that finds exactly them, to be put in brackets beside the chart's own filter; None where nobody stands
    behind it or they are too few to be shown, as is `n`. `parts` are such expressions for the figures of the columns
    that are apart, in their order; none at all where nobody stands behind any. `unfinished` marks a bucket of time that
    is not over, or not counted as a whole."""

    cells: tuple[Cell, ...]
    n: int | None = None
    people: str | None = None
    unfinished: bool = False
    parts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of a chart that can be chosen (`by`: week or month): the word, what it may be, and what it is now."""

    name: str
    values: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `title` is its answer in words; `explanation` says how it is computed and from what, `notes` what limits
    it (partial buckets, bars that do not add up, what is missing and what to do next). `n` counts the learners it is
    about (None: too few to be told), `as_of` is the newest fact they were counted from."""

    name: str
    title: str
    form: Form
    columns: Sequence[ChartColumn]
    rows: Sequence[ChartRow]
    n: int | None
    as_of: Instant | None
    explanation: Sequence[str] = ()
    notes: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    demo: bool = False

    @property
    def learners(self) -> str:
        """How many learners it is about, in words."""
        return f"{MASKED} learners" if self.n is None else f"{self.n:,} learner{'' if self.n == 1 else 's'}"


PEOPLE = "n"
"""What the column of how many learners each row is about is called in files."""


def plain(chart: Chart) -> tuple[list[str], Iterator[tuple[Cell, ...]]]:
    """A chart for a file: what its columns are called, and its rows with their values as they are."""
    header = [*(column.key for column in chart.columns), PEOPLE]
    return header, ((*row.cells, masked(row.n, row.n)) for row in chart.rows)


def behind(columns: Sequence[ChartColumn], row: ChartRow, at: int) -> str | None:
    """The expression that finds the people behind the figure of a row at a column, by its position; None where it opens
    nobody."""
    if not columns[at].apart:
        return row.people
    place = sum(column.apart for column in columns[:at])
    return row.parts[place] if place < len(row.parts) else None


def part(expression: str, cell: Cell, people: int) -> str | None:
    """What a figure about so many people opens: nobody where it is masked, held back, or about too few."""
    return expression if people >= SMALL and isinstance(cell, int | float) else None


def masked(value: Cell, people: int | None) -> Cell:
    """The value, or MASKED where it is about one to four people."""
    return MASKED if people is not None and 0 < people < SMALL else value


def reached(value: Cell, steps: Sequence[float]) -> float | None:
    """The last of the steps that a share reaches."""
    return max((step for step in steps if isinstance(value, int | float) and value >= step), default=None)


def stepped(share: float, steps: Sequence[float]) -> tuple[str, str]:
    """A share and the last of the steps that it reaches: `92 %`, ` ≥90`, and nothing for none. Never is a step told
    that is not reached."""
    step = reached(share, steps)
    return f"{floor(share * 100 + _ROUNDING)} %", "" if step is None else f" ≥{step * 100:.0f}"


_ROUNDING = 1e-9
"""Of percents, by which a product may fall short of what it stands for."""
_PLACES = 2
_WHOLE_FROM = 1_000
"""A column with a number as large as this is told in whole ones."""


def places(kind: Kind, cells: Iterable[Cell]) -> int | None:
    """How many decimals the numbers of a column are told with, all alike: as few as lose nothing, two at most; None for
    a kind that has its own."""
    if kind is not Kind.NUMBER:
        return None
    found = [abs(cell) for cell in cells if isinstance(cell, int | float)]
    if any(value >= _WHOLE_FROM for value in found):
        return 0
    enough = (few for few in range(_PLACES) if all(round(value, _PLACES) == round(value, few) for value in found))
    return next(enough, _PLACES)


def shown(value: Cell, kind: Kind, places: int | None = None) -> str:
    """A value as people read it: `1,204`, `41 %`, `~12.5`, `–` for none. A number alone has the decimals that it needs,
    one of a column its `places`."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    match kind:
        case Kind.SHARE:
            return f"{value * 100:.0f} %"
        case Kind.HOURS:
            return f"~{value:,.1f}"
        case Kind.STARS:
            return f"{value:.2f}"
        case Kind.NUMBER if places is not None:
            return f"{round(value, places) + 0.0:,.{places}f}"  # no zero below zero
        case Kind.NUMBER:
            return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return f"{value:,}"
