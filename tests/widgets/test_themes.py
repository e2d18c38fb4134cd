"""Colors can be read: every pair that the console draws, and any brand color an organization may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.colors import READABLE, contrast
from tui_admin.widgets import themes
from tui_admin.widgets.themes import TEXT_PAIRS, branded

THEMES = {theme.name: theme for theme in themes.themes()}


@pytest.mark.parametrize("name", [themes.DARK, themes.LIGHT])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_every_pair_can_be_read(name: str, front: str, back: str) -> None:
    theme = THEMES[name]
    colors = {key.removeprefix("console-"): value for key, value in theme.variables.items()}
    colors |= {"background": theme.background}
    assert contrast(colors[front], colors[back]) >= READABLE


@given(st.integers(0, 0xFFFFFF), st.sampled_from(["#14171c", "#fbfaf7"]))
def test_any_brand_color_becomes_readable(brand: int, background: str) -> None:
    color = branded({"background": background}, f"#{brand:06x}")["place"]
    assert contrast(color, background) >= READABLE


def test_a_readable_brand_color_stays_as_it_is() -> None:
    assert branded({"background": "#000000", "place": "#ffffff"}, "#00c0ff")["place"] == "#00c0ff"


def test_what_is_no_color_changes_nothing() -> None:
    colors = {"background": "#000000", "place": "#ffffff"}
    assert branded(colors, "no color") == colors
    assert branded(colors, "") == colors
