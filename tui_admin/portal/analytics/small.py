"""Figures about too few people: which are not shown, and which others with them.

What one chart shows does not tell them. Two charts, filters or spans of days beside each other may: who reads charts
may list these people by name too, so this keeps figures about few from being shown by accident, and handed on.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from ...rules.charts import MASKED, SMALL, WITHHELD, Cell, ChartRow, masked

NOTE = f"{MASKED}: a figure about fewer than {SMALL} people. {WITHHELD}: held back, because it would tell the other."

TITLE = f"Fewer than {SMALL} people: no figures are shown"

_ANY = 1 << 62
"""More than any figure."""


class Sum(NamedTuple):
    """Figures that add up to another, by their places."""

    whole: int
    parts: Sequence[int]


def cells(
    values: Sequence[int],
    sums: Sequence[Sum],
    *,
    people: Sequence[int] | None = None,
    unseen: Collection[int] = (),
    fixed: Collection[int] = (),
) -> list[Cell]:
    """What is shown of figures, each about so many people (`people`; else it counts them): MASKED where these are one
    to four. Whoever knows the sums must be left with two possible values of each of those at least; so others are held
    back, the smallest first (WITHHELD), and where that is not enough a cell says nothing (None).

    `unseen` are places of figures that are not shown at all but could be worked out; `fixed` are shown, come what may.
    """
    behind = values if people is None else people
    few = [place for place, number in enumerate(behind) if 0 < number < SMALL and place not in fixed]
    told = [
        None if place in unseen else value if place in fixed else masked(value, number)
        for place, (value, number) in enumerate(zip(values, behind, strict=True))
    ]
    most = SMALL - 1 if people is None else _ANY
    held: list[int] = []
    while (place := next(_worked_out(told, sums, few, most), None)) is not None:
        more = _to_hold_back(told, sums, place, fixed)
        if more is None:
            break
        told[more] = WITHHELD if values[more] >= SMALL and told[more] == values[more] else None
        held.append(more)
    for place in held:
        before, told[place] = told[place], values[place]
        if place in few or next(_worked_out(told, sums, few, most), None) is not None:
            told[place] = before
    return told


def parts(values: Sequence[int]) -> list[Cell]:
    """The cells of groups of people, and after them that of all of them together."""
    return cells((*values, sum(values)), [Sum(len(values), range(len(values)))])


def column(values: Sequence[int], people: Sequence[int], everybody: int) -> list[Cell]:
    """The cells of figures that others add to, each about so many people, and after them that of their sum, which is
    about `everybody`."""
    whole = Sum(len(values), range(len(values)))
    return cells((*values, sum(values)), [whole], people=(*people, everybody))


def chain(reached: Sequence[int]) -> list[Cell]:
    """The cells of how many came to each stage, all of whom came to those before, and after them of how many were lost
    before each stage but the first. How many came to the first is shown in any case: the chart is about them."""
    lost = [before - after for before, after in pairwise(reached)]
    first = len(reached) - 1
    sums = [Sum(place - 1, (place, first + place)) for place in range(1, len(reached))]
    return cells((*reached, *lost), sums, fixed=(0,) if reached[0] >= SMALL else ())


def within(whole: int, part: int) -> list[Cell]:
    """The cells of a group and of another within it; how many are outside of that is not shown."""
    return cells((whole, part, whole - part), [Sum(0, (1, 2))], unseen=(2,))[:2]


def number(cell: Cell) -> int | None:
    """How many people a cell tells of; None where it does not say."""
    return cell if isinstance(cell, int) else None


def note(rows: Sequence[ChartRow]) -> tuple[str, ...]:
    """What hidden cells mean, where there are any."""
    return (NOTE,) if any(cell in (MASKED, WITHHELD) for row in rows for cell in row.cells) else ()


def _worked_out(told: Sequence[Cell], sums: Sequence[Sum], few: Sequence[int], most: int) -> Iterator[int]:
    """The places of figures about too few people that have one possible value."""
    low, high = _bounds(told, sums, most)
    return (place for place in few if low[place] == high[place])


def _bounds(told: Sequence[Cell], sums: Sequence[Sum], most: int) -> tuple[list[int], list[int]]:
    """The least and the greatest that each figure may be, as the cells and the sums tell."""
    ranges = {MASKED: (1, most), WITHHELD: (SMALL, _ANY), None: (0, _ANY)}
    known = [(cell, cell) if isinstance(cell, int) else ranges[cell] for cell in told]  # type: ignore[index]
    low, high = [least for least, _ in known], [greatest for _, greatest in known]
    for _ in range(len(sums) + 1):  # from one sum to the next, to the last: enough where sums form no circle
        for whole, among in sums:
            least, greatest = sum(low[part] for part in among), sum(high[part] for part in among)
            low[whole], high[whole] = max(low[whole], least), min(high[whole], greatest)
            for part in among:
                rest_least, rest_greatest = least - low[part], greatest - high[part]
                low[part] = max(low[part], low[whole] - rest_greatest)
                high[part] = min(high[part], high[whole] - rest_least)
                least, greatest = rest_least + low[part], rest_greatest + high[part]
    return low, high


def _to_hold_back(told: Sequence[Cell], sums: Sequence[Sum], place: int, fixed: Collection[int]) -> int | None:
    """Which cell to hold back so that one is not worked out: the smallest that may be, as near as it is found; else
    the cell itself; else what another says of its size; else one that is nought."""
    reached, near = set[int](), {place}
    while near - reached:
        reached |= near
        near = {one for whole, among in sums for one in (whole, *among) if reached & {whole, *among}}
        shown = [(cell, one) for one in sorted(near) if isinstance(cell := told[one], int) and one not in fixed]
        if large := [(cell, one) for cell, one in shown if cell >= SMALL]:
            return min(large)[1]
        near = reached | {one for one in near if not isinstance(told[one], int)}
    hidden = [one for one in sorted(near) if isinstance(told[one], str)]
    return next((one for one in (place, *hidden, *(one for _, one in shown)) if told[one] is not None), None)


def shown_n(number: int | None) -> int | None:
    """A number of learners, where they are not too few to be told."""
    return None if number is not None and 0 < number < SMALL else number


def untold(row: ChartRow) -> ChartRow:
    """The row without its number of learners where they are too few to be told."""
    return replace(row, n=shown_n(row.n))
