"""Outcomes of attempts, in all the ways a file may tell them."""

import numpy as np
import pytest

from tui_admin.rules.skills.outcomes import outcomes

Told = tuple[float | None, ...]


def outcome(told: Told) -> tuple[float, bool, bool | None]:
    """Of one attempt, between two others that it must not mix with."""
    rows = [(100, 100, 50, None), told, (None, None, None, False)]
    found = outcomes(*(np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)))
    assert (found.value[0], found.value[2]) == (1.0, 0.0)
    return float(found.value[1]), bool(found.scored[1]), {1: True, 0: False, -1: None}[int(found.passed[1])]


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
def test_what_is_known_becomes_one_number(told: Told, value: float, scored: bool, passed: bool | None) -> None:
    assert outcome(told) == (pytest.approx(value), scored, passed)


@pytest.mark.parametrize("told", [(7, 0, 5, None), (7, None, 5, None), (None, 10, 5, None)])
def test_what_says_nothing_is_not_rated(told: Told) -> None:
    assert np.isnan(outcome(told)[0])
