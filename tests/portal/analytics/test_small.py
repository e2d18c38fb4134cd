"""Figures about too few people cannot be worked out of what is shown beside them: by trying all that they could be."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from tui_admin.portal.analytics import small
from tui_admin.portal.analytics.small import Sum
from tui_admin.rules.charts import MASKED, SMALL, WITHHELD, Cell

MOST = 14
"""More than what is tried adds up to: greater figures are not needed to find a second possible value."""


def fits(cell: Cell, value: int) -> bool:
    """Whether a figure would be shown so."""
    return {MASKED: 0 < value < SMALL, WITHHELD: value >= SMALL, None: True}.get(cell, value == cell)  # type: ignore[arg-type]


def possible(told: Sequence[Cell]) -> Iterator[tuple[int, ...]]:
    """All that the groups could be, of which and of their sum these cells are shown."""
    *groups, whole = told
    choices = [[value for value in range(MOST + 1) if fits(cell, value)] for cell in groups]
    return (values for values in product(*choices) if fits(whole, sum(values)))


def several(found: Iterator[tuple[int, ...]], places: Sequence[int]) -> bool:
    """Whether what stands at each of these places may be one thing or another."""
    seen: dict[int, set[int]] = {place: set() for place in places}
    for values in found:
        for place in places:
            seen[place].add(values[place])
        if all(len(one) > 1 for one in seen.values()):
            return True
    return not places


SIZES = (0, 1, 2, 4, 5, 6, 9)


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_each_masked_group_has_two_possible_sizes(groups: int) -> None:
    for values in product(SIZES, repeat=groups):
        told = small.parts(values)
        few = [place for place, value in enumerate(values) if 0 < value < SMALL]
        assert all(told[place] in (MASKED, None) for place in few), values
        assert all(fits(cell, value) for cell, value in zip(told, (*values, sum(values)), strict=True)), values
        assert several(possible(told), few), (values, told)


def test_no_more_is_held_back_than_must_be() -> None:
    for values in product(SIZES, repeat=3):
        told = small.parts(values)
        few = [place for place, value in enumerate(values) if 0 < value < SMALL]
        for place in (place for place, cell in enumerate(told) if cell == WITHHELD):
            shown = list(told)
            shown[place] = (*values, sum(values))[place]
            assert not several(possible(shown), few), (values, told)


def test_where_nobody_is_few_all_is_shown() -> None:
    for values in product((0, 5, 6, 9), repeat=3):
        assert small.parts(values) == [*values, sum(values)]


def test_the_sum_stays_where_a_group_can_be_held_back_instead() -> None:
    assert small.parts((5, 16, 1, 28)) == [5, WITHHELD, MASKED, 28, 50]
    assert small.parts((1, 9, 1, 6)) == [MASKED, 9, MASKED, WITHHELD, 17]


def reached(lost: Sequence[int], last: int) -> tuple[int, ...]:
    """How many came to each stage, of how many were lost before it and how many are left at the last."""
    return tuple(last + sum(lost[place:]) for place in range(len(lost) + 1))


@pytest.mark.parametrize("stages", [2, 3])
def test_no_stage_tells_how_few_were_lost(stages: int) -> None:
    for *lost, last in product((0, 1, 3, 5, 8), (0, 2, 5), *[(0, 1, 3, 5, 8)] * (stages - 2), (0, 1, 4, 5, 9)):
        values = (*reached(lost, last), *lost)
        told = small.chain(reached(lost, last))
        everything = (
            (*reached(tried, end), *tried)
            for *tried, end in product(
                *(
                    [value for value in range(MOST + 1) if fits(cell, value)]
                    for cell in (*told[stages + 1 :], told[stages])
                )
            )
        )
        found = (tried for tried in everything if all(map(fits, told, tried)))
        assert several(found, [place for place, value in enumerate(values) if 0 < value < SMALL]), (values, told)


def test_a_figure_of_few_people_is_masked_whatever_it_is() -> None:
    assert small.column((7, 0, 40), (3, 0, 30), 31) == [MASKED, 0, WITHHELD, 47]
    assert small.column((7,), (3,), 3) == [MASKED, MASKED]
    assert small.column((7, 6), (3, 3), 6) == [MASKED, MASKED, 13]


def test_a_group_within_another_tells_nothing_of_those_outside_of_it() -> None:
    assert small.within(10, 8) == [10, WITHHELD]
    assert small.within(10, 3) == [10, MASKED]
    assert small.within(30, 10) == [30, 10]
    assert small.within(6, 6) == [6, 6]
    assert small.within(3, 3) == [MASKED, MASKED]


def test_a_fixed_sum_is_shown_and_its_groups_say_nothing_instead() -> None:
    told = small.cells((1, 1, 2), [Sum(2, (0, 1))], fixed=(2,))
    assert told[2] == 2 and None in told
