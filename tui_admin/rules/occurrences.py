"""When a weekly schedule comes round: moments of a time zone's clock, also where that is put forward or back."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

from .times import Instant, from_datetime, to_datetime

_DAY = timedelta(days=1)


class Occurrence(NamedTuple):
    """One time of a schedule, known by its local day and hour; `at` is when the clock first shows them or, where it
    never does, is past them."""

    day: date
    hour: int
    at: Instant

    @property
    def name(self) -> str:
        """What tells it apart for good, whatever the time zone becomes: `2026-03-29T02`."""
        return f"{self.day.isoformat()}T{self.hour:02d}"


def backwards(schedule: Iterable[tuple[int, int]], zone: tzinfo, until: Instant) -> Iterator[Occurrence]:
    """The occurrences of weekdays, each with its hour, the newest first, from `until` back to the calendar's first
    years."""
    hours = dict(schedule)
    # Where a clock was put back over midnight, it has shown the next day already.
    day = to_datetime(until, zone).date() + _DAY
    while hours and day.year > 1:
        if (hour := hours.get(day.weekday())) is not None and (at := _first_at(day, hour, zone)) <= until:
            yield Occurrence(day, hour, at)
        day -= _DAY


def newest(lines: Iterable[tuple[int, int, Instant]], zone: tzinfo, until: Instant) -> Occurrence | None:
    """The newest occurrence not after a moment, of weekdays, each with its hour and the moment after which it holds:
    what is left of the missed ones, however long nobody looked. None where there is none yet."""
    hours, since = {}, {}
    for day, hour, after in lines:
        hours[day], since[day] = hour, after
    week = islice(backwards(hours.items(), zone, until), len(hours))
    return next((one for one in week if one.at > since[one.day.weekday()]), None)


def _first_at(day: date, hour: int, zone: tzinfo) -> Instant:
    """The first moment at which a clock of the zone shows this hour or, where that is left out, a later one."""
    wanted = datetime(day.year, day.month, day.day, hour)
    late = from_datetime(wanted.replace(tzinfo=zone, fold=0).astimezone(UTC))
    if _shown(late, zone) == wanted:
        return late
    early = from_datetime(wanted.replace(tzinfo=zone, fold=1).astimezone(UTC))
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (early, middle) if _shown(middle, zone) >= wanted else (middle, late)
    return late


def _shown(at: Instant, zone: tzinfo) -> datetime:
    return to_datetime(at, zone).replace(tzinfo=None, fold=0)
