"""Outcomes of attempts, in all the ways a file may tell them."""

import pytest

from tui_admin.rules.skills.outcomes import Graded, outcome


@pytest.mark.parametrize(
    ("told", "value", "scored", "passed"),
    [
        ((60, 100, 60, None), 0.5, True, True),
        ((30, 100, 60, None), 0.25, True, False),
        ((80, 100, 60, None), 0.75, True, True),
        ((100, 100, 60, False), 1.0, True, False),
        ((120, 100, 60, None), 1.0, True, True),
        ((-5, 100, 60, None), 0.0, True, False),
        ((0, 100, 0, None), 0.5, True, True),
        ((50, 100, 0, None), 0.75, True, True),
        ((50, 100, 100, None), 0.25, True, False),
        ((100, 100, 100, None), 1.0, True, True),
        ((5, 10, 60, None), 5 / 12, True, False),
        ((7, 10, None, None), 0.7, True, None),
        ((7, 10, None, True), 1.0, False, True),
        ((7, 0, 5, False), 0.0, False, False),
        ((7, None, 5, True), 1.0, False, True),
        ((None, 10, 5, True), 1.0, False, True),
    ],
)
def test_what_is_known_becomes_one_number(
    told: tuple[float, float, float, bool | None], value: float, scored: bool, passed: bool | None
) -> None:
    found = outcome(Graded(*told))
    assert found is not None
    assert (found.value, found.scored, found.passed) == (pytest.approx(value), scored, passed)


@pytest.mark.parametrize("told", [(7, 0, 5, None), (7, None, 5, None), (None, 10, 5, None)])
def test_what_says_nothing_is_not_rated(told: tuple[float, float, float, None]) -> None:
    assert outcome(Graded(*told)) is None
