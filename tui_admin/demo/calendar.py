"""When things happen: on working days, less in summer and at the turn of the year, more from month to month."""

from datetime import date, timedelta
from itertools import accumulate
from random import Random

from ..rules.times import DAY, HOUR, MINUTE, Instant

HISTORY_DAYS = 548
"""The demo's past: 18 months."""

FRESH_DAYS = 27
"""People who are active were so within these days; clear of the 30 days after which they count as inactive."""

QUIET_DAYS = 32
"""People who are inactive were last seen at least so long ago."""

_EPOCH = date(1970, 1, 1)
_WEEKDAYS = (1.0, 1.12, 1.1, 1.0, 0.75, 0.07, 0.05)
_HOURS = (0, 0, 0, 0, 0, 1, 3, 8, 12, 13, 12, 9, 8, 11, 11, 9, 6, 4, 3, 3, 2, 1, 0, 0)
_JOINED_LATELY = 0.14
_CLOCK_TICKS = 16_384


class Calendar:
    """The days before `at`, and how likely each is. All days are counted from 1970-01-01."""

    def __init__(self, at: Instant, rng: Random) -> None:
        self.at = at
        self.today = at // DAY
        self.first = self.today - HISTORY_DAYS
        self.join_days = range(self.first, self.today + 1)
        self.join_weights = list(accumulate(self._join_weights()))
        self.fresh_days = range(self.today - FRESH_DAYS + 1, self.today + 1)
        self.fresh_weights = list(
            accumulate(_WEEKDAYS[weekday(day)] * 0.9 ** (self.today - day) for day in self.fresh_days)
        )
        self.clock = [
            hour * HOUR + rng.randrange(60 * MINUTE) for hour in rng.choices(range(24), weights=_HOURS, k=_CLOCK_TICKS)
        ]
        self._working = [self._working_day(day) for day in range(self.first - 400, self.today + 60)]

    def moment(self, day: int, bits: int) -> Instant:
        """A moment of a day within working hours, never after `at`."""
        found = day * DAY + self.clock[bits & (_CLOCK_TICKS - 1)]
        return found if found <= self.at else self.at - (bits & 0x3FFFFF)

    def working_moment(self, moment: Instant, bits: int) -> Instant:
        """A moment of the working day at or before the given one's day."""
        day = self._working[moment // DAY - self.first + 400]
        return day * DAY + self.clock[bits & (_CLOCK_TICKS - 1)]

    def monday(self, weeks: int) -> int:
        """The Monday that many weeks before this week's."""
        return self.today - weekday(self.today) - 7 * weeks

    def month(self, offset: int) -> date:
        """The first day of the month that many months from the month of `at`."""
        today = as_date(self.today)
        months = today.year * 12 + today.month - 1 + offset
        return date(months // 12, months % 12 + 1, 1)

    def _join_weights(self) -> list[float]:
        weights = [
            (0.35 + 1.3 * (day - self.first) / HISTORY_DAYS) * _WEEKDAYS[weekday(day)] * _season(as_date(day))
            for day in self.join_days
        ]
        lately = sum(weights[-FRESH_DAYS:])
        scale = _JOINED_LATELY / (1 - _JOINED_LATELY) * (sum(weights) - lately) / lately
        return weights[:-FRESH_DAYS] + [weight * scale for weight in weights[-FRESH_DAYS:]]

    @staticmethod
    def _working_day(day: int) -> int:
        # Every seventh weekend keeps its work: some people learn on Saturdays.
        week, place = divmod(day + 3, 7)
        return day - place + week % 5 if place > 4 and week % 7 else day


def weekday(day: int) -> int:
    """0 for Monday; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def as_date(day: int) -> date:
    """The calendar day of a day number."""
    return _EPOCH + timedelta(days=day)


def _season(day: date) -> float:
    if (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 4):
        return 0.12
    return 0.5 if day.month in (7, 8) else 1.0
