"""Moments and days. A moment is an `Instant`: whole milliseconds since 1970-01-01T00:00:00Z.

Integers compare, sort and store alike on every database, and a million of them cost nothing to make.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

Instant = int

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH_DAY = date(1970, 1, 1)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime, cut to milliseconds."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant in a time zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)).astimezone(zone)


@lru_cache(maxsize=20_000)
def _day_start(text: str) -> Instant:
    return (date.fromisoformat(text) - _EPOCH_DAY).days * DAY


def parse_iso(text: str, zone: tzinfo = UTC) -> Instant:
    """The instant of an ISO 8601 text; a text that names no zone is read in `zone`.

    Raises ValueError for anything else.
    """
    if len(text) == 24 and text[23] == "Z" and text[19] == "." and text[10] == "T" and text.isascii():
        digits = text[11:13] + text[14:16] + text[17:19] + text[20:23]
        if digits.isdigit() and text[13] == text[16] == ":":
            hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
            if hour < 24 and minute < 60 and second < 60:
                day = _day_start(text[:10])
                return day + hour * HOUR + minute * MINUTE + second * SECOND + int(text[20:23])
    moment = datetime.fromisoformat(text.strip())
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def format_iso(instant: Instant) -> str:
    """`2019-12-23T06:18:32.782Z`, as the report files write it."""
    return to_datetime(instant).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % SECOND:03d}Z"


def day_bounds(day: date, zone: tzinfo) -> tuple[Instant, Instant]:
    """First instant of a calendar day in a zone, and first instant after it (23 or 25 hours where clocks change)."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return from_datetime(start.astimezone(UTC)), from_datetime(end.astimezone(UTC))


def age(instant: Instant, now: Instant) -> str:
    """How long ago, in the largest whole unit: `3 min`, `2 h`, `12 d`; a moment still to come reads `in 3 d`."""
    span = abs(now - instant)
    size, unit = next(((s, u) for s, u in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")) if span >= s), (0, ""))
    if not size:
        return "now"
    text = f"{span // size:,} {unit}"
    return text if instant <= now else f"in {text}"
