"""When licenses run out: by hand where nothing is uncertain, and by playing it out where it is."""

from random import Random

import pytest

from tui_admin.rules.forecasts import WEEKS, Forecast, Outlook, forecast


def test_people_who_come_evenly_take_the_last_license_on_a_known_day() -> None:
    assert forecast(40, [10] * WEEKS) == Forecast(Outlook.DAY, 10, 28, 28, 28)
    assert forecast(1, [1] * WEEKS) == Forecast(Outlook.DAY, 1, 7, 7, 7)


@pytest.mark.parametrize(
    ("free", "weekly", "outlook"),
    [
        (None, [5] * WEEKS, Outlook.NO_LIMIT),
        (0, [5] * WEEKS, Outlook.NONE_LEFT),
        (-3, [], Outlook.NONE_LEFT),
        (10, [], Outlook.NOT_ENOUGH_WEEKS),
        (10, [5] * 5, Outlook.NOT_ENOUGH_WEEKS),
        (10, [5] * 6, Outlook.DAY),
        (10, [0] * WEEKS, Outlook.NOT_WITHIN_A_YEAR),
        (10, [-1] * WEEKS, Outlook.NOT_WITHIN_A_YEAR),
        (53, [1] * WEEKS, Outlook.NOT_WITHIN_A_YEAR),
        (52, [1] * WEEKS, Outlook.DAY),
    ],
)
def test_what_can_be_said(free: int | None, weekly: list[int], outlook: Outlook) -> None:
    assert forecast(free, weekly).outlook is outlook


def test_where_weeks_differ_there_is_a_range_and_it_may_end_after_a_year() -> None:
    steady, uneven = forecast(100, [10] * WEEKS), forecast(100, [0, 20] * 6)
    assert steady.day == uneven.day == 70
    assert uneven.earliest is not None and uneven.earliest < 70
    assert uneven.latest is not None and uneven.latest > 70
    rare = forecast(60, [0, 0, 0, 12] * 3)
    assert (rare.day, rare.latest) == (140, None)
    shrinking = forecast(10, [9, -11] * 6)
    assert shrinking.outlook is Outlook.NOT_WITHIN_A_YEAR and shrinking.earliest is not None


def test_eight_in_ten_courses_end_within_the_range() -> None:
    rng, inside = Random(7), 0
    for _ in range(400):
        weeks = [round(rng.gauss(50, 15)) for _ in range(WEEKS)]
        told = forecast(600, weeks)
        assert told.earliest is not None and told.latest is not None
        taken, day = 0.0, 0
        while taken < 600:
            day += 1
            taken += rng.gauss(50 / 7, 15 / 7**0.5)
        inside += told.earliest <= day <= told.latest
    assert 0.74 <= inside / 400 <= 0.9
