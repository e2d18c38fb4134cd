"""Figures about too few people: which are not shown, and which others with them."""

from collections.abc import Sequence
from dataclasses import replace

from ...rules.charts import MASKED, SMALL, WITHHELD, Cell, ChartRow, masked

NOTE = f"{MASKED}: a figure about fewer than {SMALL} people. {WITHHELD}: held back, because it would tell the other."

TITLE = f"Fewer than {SMALL} people: no figures are shown"


def column(values: Sequence[Cell], people: Sequence[int], *, totalled: bool = True) -> list[Cell]:
    """The cells of one column, each about so many people: MASKED where these are one to four. Where what all cells add
    up to is shown (`totalled`) and just one is masked, the one with the fewest people besides is held back too."""
    cells = [masked(value, number) for value, number in zip(values, people, strict=True)]
    small = [number for number in people if 0 < number < SMALL]
    others = [place for place, number in enumerate(people) if number >= SMALL]
    if totalled and len(small) == 1 and others:
        cells[min(others, key=lambda place: people[place])] = WITHHELD
    return cells


def shown_n(number: int | None) -> int | None:
    """A number of learners, where they are not too few to be told."""
    return None if number is not None and 0 < number < SMALL else number


def untold(row: ChartRow) -> ChartRow:
    """The row without its number of learners where they are too few to be told."""
    return row if shown_n(row.n) == row.n else replace(row, n=None)
