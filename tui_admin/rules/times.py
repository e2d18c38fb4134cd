"""Moments and days. A moment is an `Instant`: whole milliseconds since 1970-01-01T00:00:00Z.

Integers compare, sort and store alike on every database, and a million of them cost nothing to make.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

Instant = int

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime, cut to milliseconds."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_datetime(instant: Instant, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant in a time zone."""
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(zone)


def parse_iso(text: str, zone: tzinfo = UTC) -> Instant:
    """The instant of an ISO 8601 text; a text that names no zone is read in `zone`.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text.strip())
    span = (moment if moment.tzinfo else moment.replace(tzinfo=zone)) - _EPOCH
    return span.days * DAY + span.seconds * SECOND + span.microseconds // 1_000


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
