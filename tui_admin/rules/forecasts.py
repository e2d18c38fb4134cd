"""When a contract's licenses run out, if people go on joining and leaving as they did of late.

What each week added is taken for a draw from one distribution, with the mean and the spread of those that were.
After w weeks more the number taken then has grown by the mean times w, give or take 1.28 spreads times the root of
w + w²/n: w weeks of chance, and the error of a mean of n weeks. Eight in ten courses lie between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev

WEEKS = 12
"""Weeks that the forecast is made from."""

LEAST_WEEKS = 6
"""Weeks that it takes at least."""

HORIZON = 365
"""Days that it looks ahead."""

_Z = 1.2816
"""Spreads within which eight in ten draws of a normal distribution lie."""


class Outlook(StrEnum):
    """What can be said of when licenses run out."""

    NONE_LEFT = "none left"
    DAY = "on a day"
    NOT_WITHIN_A_YEAR = "not within a year"
    NOT_ENOUGH_WEEKS = "not enough weeks"
    NO_LIMIT = "number of licenses unknown"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When licenses run out, in days from now: the likeliest day, and the earliest and latest of the 80 % range, each
    None where it is not within a year. `weekly` is what a week added in the mean, None where it is not known."""

    outlook: Outlook
    weekly: float | None = None
    day: int | None = None
    earliest: int | None = None
    latest: int | None = None


def forecast(free: int | None, weekly: Sequence[int]) -> Forecast:
    """The forecast for so many licenses that are not taken (None: unknown, below 0: over), from the net number of
    people who came under the contract in each of its last weeks."""
    mean = fmean(weekly) if weekly else None
    if free is None:
        return Forecast(Outlook.NO_LIMIT, mean)
    if free <= 0:
        return Forecast(Outlook.NONE_LEFT, mean, 0, 0, 0)
    if mean is None or len(weekly) < LEAST_WEEKS:
        return Forecast(Outlook.NOT_ENOUGH_WEEKS, mean)
    spread = stdev(weekly)
    day, earliest, latest = (_reached(free, mean, side * _Z * spread, len(weekly)) for side in (0, 1, -1))
    outlook = Outlook.NOT_WITHIN_A_YEAR if day is None else Outlook.DAY
    return Forecast(outlook, mean, day, earliest, latest)


def _reached(free: int, mean: float, spread: float, weeks: int) -> int | None:
    """The first day on which so many more are taken."""
    for day in range(1, HORIZON + 1):
        ahead = day / 7
        if mean * ahead + spread * sqrt(ahead + ahead**2 / weeks) >= free:
            return day
    return None
