"""Which figures are to be hidden, worked out again: of groups of people whose sizes add up to another, shown or not."""

from collections.abc import Sequence
from math import inf

from tui_admin.rules.charts import MASKED, SMALL, WITHHELD, Cell


def fits(cell: Cell, value: float, people: int | None = None) -> bool:
    """Whether a figure about so many people (else it counts them) may be shown so, beside others."""
    if 0 < (value if people is None else people) < SMALL:
        return cell in (MASKED, None)
    return cell == value or cell is None or (cell == WITHHELD and value >= SMALL)


def _range(cell: Cell, most: float) -> tuple[float, float]:
    if isinstance(cell, int | float):
        return cell, cell
    return {MASKED: (1, most), WITHHELD: (SMALL, inf), None: (0, inf)}[cell]  # type: ignore[index]


def told(cells: Sequence[Cell], most: float = SMALL - 1) -> set[int]:
    """Which of some figures and their sum, the last, can be only one thing, shown or not."""
    *low, least = (_range(cell, most)[0] for cell in cells)
    *high, greatest = (_range(cell, most)[1] for cell in cells)
    found = {
        place
        for place, (mine, yours) in enumerate(zip(low, high, strict=True))
        if max(mine, least - sum(high[:place] + high[place + 1 :]))
        == min(yours, greatest - sum(low[:place] + low[place + 1 :]))
    }
    return found | ({len(low)} if max(least, sum(low)) == min(greatest, sum(high)) else set())


def are_hidden_rightly(
    cells: Sequence[Cell], values: Sequence[int], people: Sequence[int] | None = None, *, unseen: Sequence[int] = ()
) -> bool:
    """Whether figures and their sum, the last, hide each about one to four people, so that it may be two things at
    least, and no other without need. `unseen` are those that are not shown at all."""
    behind, most = (values, SMALL - 1) if people is None else (people, inf)
    few = {place for place, number in enumerate(behind) if 0 < number < SMALL}
    if not all(fits(*one) for place, one in enumerate(zip(cells, values, behind, strict=True)) if place not in unseen):
        return False
    if few & told(cells, most):
        return False
    for place, cell in enumerate(cells):
        if place not in (*few, *unseen) and cell != values[place]:
            shown = [*cells[:place], values[place], *cells[place + 1 :]]
            if not few & told(shown, most):
                return False
    return True
