"""Which columns fit."""

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.synthetic import COLUMNS
from tui_admin.widgets.columns import GAP, Column, place_columns


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


def test_a_column_that_is_needed_comes_in_before_others_are_wide() -> None:
    columns = [
        Column("name", "Name", 30, lambda row: ("", ""), "", 1, 40, 14, priority=0),
        Column("bar", "", 10, lambda row: ("", ""), "", 1, 60, 8, priority=1),
        Column("needed", "Needed", 12, lambda row: ("", ""), "", priority=2),
        Column("more", "More", 12, lambda row: ("", ""), "", priority=3),
    ]
    widths = [
        {place.column.key: place.width for place in place_columns(columns, width)} for width in (70, 60, 50, 38, 37)
    ]
    assert widths == [
        {"name": 30, "bar": 10, "needed": 12, "more": 12},
        {"name": 32, "bar": 12, "needed": 12},
        {"name": 26, "bar": 8, "needed": 12},
        {"name": 14, "bar": 8, "needed": 12},
        {"name": 25, "bar": 10},
    ]
