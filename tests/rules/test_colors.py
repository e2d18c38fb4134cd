"""Colors: what is one, and whether it can be read on another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules import colors

COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_the_guideline() -> None:
    assert colors.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colors.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", ["#0af", "0AF", "#00AAFF", " 00aaff "])
def test_a_color_is_read_however_it_is_written(text: str) -> None:
    assert colors.parse(text) == "#00aaff"


@pytest.mark.parametrize("text", ["", "#", "blue", "#00aaf", "#00aaff00", "rgb(0,0,0)", "#00aafg", "##0af", "#٠٠٠"])
def test_what_is_no_color_is_none(text: str) -> None:
    assert colors.parse(text) is None


@given(COLORS, COLORS)
def test_any_color_becomes_readable_on_any_background(color: str, background: str) -> None:
    assert colors.contrast(colors.readable(color, background), background) >= colors.READABLE


@given(COLORS)
def test_white_or_black_can_be_read_on_any_color(background: str) -> None:
    assert colors.contrast(colors.text_on(background), background) >= colors.READABLE


@given(COLORS, COLORS)
def test_a_color_that_can_be_read_stays_as_it_is(color: str, background: str) -> None:
    if colors.contrast(color, background) >= colors.READABLE:
        assert colors.readable(color, background) == color
