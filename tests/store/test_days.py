"""Days of a time zone, compared with what datetime says of each moment."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tui_admin.rules.times import DAY, HOUR, to_datetime
from tui_admin.store.analytics.days import day_of, days_of, number_of

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")


@pytest.mark.parametrize("name", ZONES)
def test_a_moment_falls_on_the_day_that_the_clock_shows(name: str) -> None:
    zone = ZoneInfo(name)
    year = np.arange(0, 366 * DAY, 7 * HOUR, np.int64) + 14_610 * DAY
    beside_midnights = (np.arange(14_610, 15_341, dtype=np.int64)[:, None] * DAY + np.array([-1, 0, 1])).ravel()
    changes = np.arange(0, 2 * DAY, HOUR // 4, np.int64) + 15_338 * DAY
    moments = np.concatenate((year, beside_midnights, changes, [-1, 0]))
    expected = [0 if moment < 0 else max(number_of(to_datetime(int(moment), zone).date()), 1) for moment in moments]
    assert days_of(moments, zone).tolist() == expected


def test_days_have_numbers_that_tell_them() -> None:
    for number in (1, 14_610, 0xFFFF):
        assert number_of(day_of(number)) == number
    assert days_of(np.array([-1, -1]), ZoneInfo("UTC")).tolist() == [0, 0]
    assert days_of(np.array([8_000 * 365 * DAY]), ZoneInfo("UTC")).tolist() == [0xFFFF]
