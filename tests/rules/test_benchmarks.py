"""A place among companies: between the points, on them, beyond them; and what it is called."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.benchmarks import Entry, Group, Place, Standing, method, place, standing

POINTS = ((0.05, -1.0), (0.25, -0.2), (0.5, 0.0), (0.75, 0.4), (0.95, 1.2))
MANY = Entry(Group("Banking"), "Python", 100, 5_000, 0.1, 0.5, POINTS)


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        (-0.2, Place(0.25)),
        (-0.1, Place(0.375)),
        (0.2, Place(0.625)),
        (1.2, Place(0.95)),
        (-3.0, Place(0.05, edge="at most")),
        (3.0, Place(0.95, edge="at least")),
    ],
)
def test_between_points_a_place_lies_on_a_straight_line(rating: float, expected: Place) -> None:
    found = place(rating, MANY)
    assert (pytest.approx(found.share), found.edge, found.ahead) == (expected.share, expected.edge, None)


def test_ties_count_half() -> None:
    tied = replace(MANY, points=((0.1, 0.0), (0.2, 1.0), (0.6, 1.0), (0.9, 2.0)))
    assert place(1.0, tied).share == pytest.approx(0.4)
    assert place(0.99, tied).share == pytest.approx(0.199)


@pytest.mark.parametrize(("companies", "ahead"), [(4, 2), (5, 3), (20, 12), (21, None)])
def test_of_few_companies_it_is_told_of_how_many(companies: int, ahead: int | None) -> None:
    found = place(0.19, replace(MANY, companies=companies))
    assert found.ahead == ahead
    if ahead is not None:
        assert found.share == ahead / companies


@pytest.mark.parametrize(
    ("companies", "rating", "expected"),
    [
        (4, -5.0, Place(0.25, "at most", 1)),
        (4, 5.0, Place(0.75, "at least", 3)),
        (5, -5.0, Place(0.25, "at most", 1)),
        (5, 5.0, Place(0.75, "at least", 4)),
        (5, 0.0, Place(0.5, ahead=2)),
        (7, 0.0, Place(0.5, ahead=3)),
        (4, 0.0, Place(0.5, ahead=2)),
    ],
)
def test_of_few_companies_bounds_and_ties_are_told_as_such(companies: int, rating: float, expected: Place) -> None:
    assert place(rating, replace(MANY, companies=companies, points=POINTS[1:4])) == expected


def test_beyond_the_lowest_point_a_place_is_that_at_most_however_high_it_lies() -> None:
    assert place(-1.0, replace(MANY, points=POINTS[2:])).edge == "at most"


def test_names_leave_no_gap() -> None:
    told = [(0, "lagging"), (0.25, "lagging"), (0.2501, "emerging"), (0.5, "emerging"), (0.51, "competitive")]
    told += [(0.75, "competitive"), (0.751, "cutting-edge"), (1, "cutting-edge")]
    assert [standing(share) for share, _ in told] == [Standing(name) for _, name in told]


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=9), st.floats(-4, 4), st.floats(-4, 4))
def test_who_is_better_is_ahead_of_no_fewer(values: list[float], one: float, other: float) -> None:
    shares = [(number + 1) / (len(values) + 1) for number in range(len(values))]
    entry = replace(MANY, points=tuple(zip(shares, sorted(values), strict=True)))
    low, high = sorted((one, other))
    assert place(low, entry).share <= place(high, entry).share + 1e-12


def test_parameters_are_part_of_the_method() -> None:
    assert method("a") != method("b") and method("a").partition(" ")[0] == method("b").partition(" ")[0]


def test_a_group_is_told_by_what_narrows_it() -> None:
    assert (str(Group("Banking", size="1000+")), str(Group())) == ("Banking, 1000+", "all companies")
