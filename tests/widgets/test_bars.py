"""Bars never claim all or nothing where it is not so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.widgets.bars import bar, percent, sparkline


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "        "), (1, "████████"), (0.5, "████    "), (0.0001, "▏       "), (0.9999, "███████▉")],
)
def test_bars_have_eighths(share: float, shown: str) -> None:
    assert bar(share, 8) == shown


@given(st.floats(-1, 2), st.integers(1, 60))
def test_a_bar_has_its_width(share: float, width: int) -> None:
    assert len(bar(share, width)) == width


def test_sparklines_go_from_nothing_to_the_most() -> None:
    assert sparkline([0, 1, 2, 7], 8) == "▁▂▃█"
    assert sparkline([0, 0], 8) == "▁▁"
    assert sparkline([], 8) == ""
    assert len(sparkline(list(range(100)), 8)) == 8


def test_percentages_do_not_round_to_all_or_nothing() -> None:
    assert [percent(share) for share in (0, 0.001, 0.624, 0.9999, 1)] == ["0 %", "<1 %", "62 %", ">99 %", "100 %"]
