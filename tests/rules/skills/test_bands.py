"""Bands and when they change."""

from math import log

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.skills.bands import CEILINGS, FLOORS, chance, judge


def distance(index: float) -> float:
    return log(index / (1 - index))


def test_a_band_changes_beyond_its_cut_only() -> None:
    assert [judge(0, distance(index)) for index in (0.64, 0.66, 0.84, 0.86)] == [1, 2, 2, 3]
    beginner, intermediate, advanced = 1, 2, 3
    for level, index, stays in (
        (beginner, 0.67, True),
        (beginner, 0.69, False),
        (intermediate, 0.63, True),
        (intermediate, 0.61, False),
        (intermediate, 0.87, True),
        (intermediate, 0.89, False),
        (advanced, 0.83, True),
        (advanced, 0.81, False),
    ):
        assert (FLOORS[level] <= distance(index) < CEILINGS[level]) is stays, (level, index)


@given(st.integers(1, 3), st.floats(-20, 20))
def test_what_leaves_a_band_comes_to_another_and_stays_there(level: int, above: float) -> None:
    if not FLOORS[level] <= above < CEILINGS[level]:
        new = judge(level, above)
        assert new != level
        assert FLOORS[new] <= above < CEILINGS[new]


def test_a_chance_is_one_however_far_apart_they_are() -> None:
    assert (chance(-1e6), chance(0), chance(1e6)) == (0.0, 0.5, 1.0)
