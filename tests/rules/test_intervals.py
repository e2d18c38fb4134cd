"""Intervals of shares, against published figures and by what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.intervals import on_scale, wilson


def test_as_published() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I: method 3, without correction."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15 / 148, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1 / 29, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_holds_the_share_and_narrows_with_more(answers: tuple[int, int]) -> None:
    hits, n = answers
    low, high = wilson(hits / n, n)
    assert 0 <= low <= hits / n + 1e-12 and hits / n - 1e-12 <= high <= 1
    wider, narrower = wilson(hits / n, n), wilson(hits / n, 4 * n)
    assert narrower[1] - narrower[0] < wider[1] - wider[0]


def test_a_mean_of_stars_lies_between_one_and_five() -> None:
    low, high = on_scale(4.5, 10, 1, 5)
    assert 1 < low < 4.5 < high < 5
