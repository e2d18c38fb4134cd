"""Moments as days of the organization's time zone: numbers since 1970-01-01, 0 for none."""

from datetime import date, datetime, timedelta, tzinfo

import numpy as np

from ...rules.times import DAY, from_datetime, to_datetime
from .columns import Numbers

_FIRST = date(1970, 1, 1)
LAST = 0xFFFF
"""The number of the last day that a column can hold."""


def number_of(day: date) -> int:
    """A day's number; those before 1970 and after 2149 are taken for the first and the last."""
    return min(max((day - _FIRST).days, 1), LAST)


def day_of(number: int) -> date:
    """The day of a number."""
    return _FIRST + timedelta(days=int(number))


def days_of(moments: Numbers, zone: tzinfo) -> Numbers:
    """The day of each moment (milliseconds, below 0: none)."""
    known = moments >= 0
    if not known.any():
        return np.zeros(len(moments), np.uint16)
    first = to_datetime(int(moments[known].min()), zone).date()
    last = to_datetime(min(int(moments[known].max()), LAST * DAY), zone).date()
    span = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    starts = np.array([_start(day, zone) for day in span], np.int64)
    numbers = np.searchsorted(starts, moments, side="right") + (first - _FIRST).days - 1
    return np.where(known, np.clip(numbers, 1, LAST), 0).astype(np.uint16)


def _start(day: date, zone: tzinfo) -> int:
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=zone))
