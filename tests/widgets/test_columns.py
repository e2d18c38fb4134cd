"""Which columns fit."""

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.synthetic import COLUMNS
from tui_admin.widgets.columns import GAP, place_columns


@given(st.integers(20, 300))
def test_columns_never_take_more_than_there_is(width: int) -> None:
    placed = place_columns(COLUMNS, width)
    assert sum(place.width for place in placed) + GAP * (len(placed) - 1) <= width
    assert placed[0].column.key == "name"
    assert all(place.width >= place.column.width for place in placed)
    assert all(not place.column.widest or place.width <= place.column.widest for place in placed)


def test_the_least_important_leaves_first() -> None:
    keys = [[place.column.key for place in place_columns(COLUMNS, width)] for width in (120, 77, 60, 40)]
    assert keys == [
        ["name", "email", "days", "why", "number"],
        ["name", "email", "days", "why"],
        ["name", "email", "days"],
        ["name", "email"],
    ]


def test_chosen_columns_keep_their_order_and_the_first_cannot_be_left_out() -> None:
    assert [place.column.key for place in place_columns(COLUMNS, 120, {"number", "days"})] == ["name", "days", "number"]
