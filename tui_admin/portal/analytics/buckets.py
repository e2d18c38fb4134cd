"""Weeks and months: days put into buckets, numbered from 1970."""

from datetime import date, timedelta
from functools import cache

import numpy as np

from ...rules.charts import Choice
from ...store.analytics.columns import Numbers
from ...store.analytics.days import LAST, day_of, number_of

BY = Choice("by", ("month", "week"), "month")
"""The choice of charts over time. Weeks begin on Mondays."""

_SINCE = 1970
_BEFORE_MONDAY = 3
"""Days of the first week before 1970-01-01, a Thursday."""


class Buckets:
    """Weeks or months, by number."""

    def __init__(self, by: str) -> None:
        self.by = by
        self._numbers = _numbers(by)
        self.count = int(self._numbers[-1]) + 1
        """How many there are up to the last day that columns can hold."""

    def of(self, days: Numbers, first: int = 1, last: int = LAST) -> Numbers:
        """The bucket of each day, -1 for days before a first or after a last one and for none (all by number)."""
        numbers = self._numbers.copy()
        numbers[: max(first, 1)] = numbers[last + 1 :] = -1
        return numbers[days]

    def holding(self, day: date) -> int:
        """The bucket of a day."""
        return int(self._numbers[number_of(day)])

    def start(self, bucket: int) -> date:
        """The first day of a bucket."""
        if self.by == "week":
            return day_of(bucket * 7 - _BEFORE_MONDAY)
        return date(_SINCE + bucket // 12, bucket % 12 + 1, 1)

    def end(self, bucket: int) -> date:
        """The last day of a bucket."""
        return self.start(bucket + 1) - timedelta(days=1)


@cache
def _numbers(by: str) -> Numbers:
    days = np.arange(LAST + 1)
    if by == "week":
        return ((days + _BEFORE_MONDAY) // 7).astype(np.int32)
    months = (np.datetime64("1970-01-01", "D") + days).astype("datetime64[M]")
    return months.astype(np.int32)
