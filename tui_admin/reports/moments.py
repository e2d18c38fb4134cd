"""Times as report files write them: ISO, epoch, spreadsheet serials, and days in either order."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import chain

from tui_admin.reports.decoding import Warn
from tui_admin.rules.times import DAY, SECOND, Instant, parse_iso, to_datetime

EARLIEST: Instant = -2_208_988_800_000  # 1900-01-01: exports write years such as 0001 where they know none
LATEST: Instant = 4_133_980_800_000  # 2101-01-01: no fact of a report lies after it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERIAL_START = datetime(1899, 12, 30)  # day 0 of spreadsheets, so that their day 60 error lies behind us
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?").fullmatch
_SLASHED = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[,T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?\s*(Z|UTC)?"
).fullmatch
_STAMP = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?:[ T_](\d{2})[-:.](\d{2})[-:.](\d{2})(?:[ _]?(UTC|Z)\b)?)?(?!\d)")
_UNKNOWN = frozenset(("", "?", "-", "n/a", "#n/a", "nan", "nat", "null", "none", "never"))


def day_first(texts: Iterable[str]) -> bool | None:
    """Whether `03/04/2024` is the 3rd of April, by dates of the same file that can be read one way only; None where
    none settles it or they disagree."""
    seen = set()
    for text in texts:
        match = _SLASHED(text.strip())
        if match and match[2] != "." and (int(match[1]) > 12) != (int(match[3]) > 12):
            seen.add(int(match[1]) > 12)
    return seen.pop() if len(seen) == 1 else None


def stamp(names: Sequence[str], zone: tzinfo) -> Instant | None:
    """The moment in the first name that has one: `… 2026-05-04 17-33-53 UTC.csv`, or a plain ISO day (its start in
    the zone); None where no name has one."""
    for name in names:
        for day, hour, minute, second, utc in _STAMP.findall(name):
            clock = f"{hour}:{minute}:{second}" if hour else "00:00:00"
            try:
                return parse_iso(f"{day}T{clock}", UTC if utc else zone)
            except ValueError:
                continue
    return None


class Moments:
    """Reads a column of times. `order` says whether a slashed date has the day first, None when nothing settles it;
    a time that names no zone is read in `zone`. `warn` hears of what was read as unknown."""

    def __init__(self, zone: tzinfo, order: bool | None, warn: Warn) -> None:
        self._zone, self._order, self._warn = zone, order, warn

    def column(self, values: Sequence[str]) -> list[Instant | None]:
        """The instants of a column, blanks as None. Raises ValueError where a value needs to be looked at alone."""
        iso, epoch, day, second = datetime.fromisoformat, _EPOCH, DAY, SECOND
        try:
            found = [
                (d := iso(v) - epoch).days * day + d.seconds * second + d.microseconds // 1000 if v else None
                for v in values
            ]
        except (TypeError, OverflowError):  # a time without a zone
            return list(map(self.one, values))
        known = [instant for instant in found if instant]
        if 0 in found or (known and (max(known) >= LATEST or min(known) < 0)):
            return list(map(self.one, values))
        return found

    def one(self, value: str) -> Instant | None:
        """The instant of one text. Raises ValueError saying why it is none."""
        text = value.strip()
        if text.lower() in _UNKNOWN:
            return None
        instant = self._parsed(text)
        if not EARLIEST <= instant < LATEST:
            raise ValueError("lies before 1900 or after 2100; write the true date or leave it blank")
        if instant == 0:  # how exports write a time they do not know
            self._warn("times of 1970-01-01T00:00:00Z were read as unknown")
            return None
        return instant

    def day(self, value: str) -> str | None:
        """A calendar day as `2024-03-31`; the day in the zone where a time is given."""
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            instant = self.one(value)
            return None if instant is None else to_datetime(instant, self._zone).date().isoformat()

    def _parsed(self, text: str) -> Instant:
        if _NUMBER(text):
            return self._numbered(float(text.replace(",", ".")))
        match = _SLASHED(text)
        if match:
            return self._slashed(match)
        try:
            return parse_iso(text.removesuffix(" UTC") + "Z" if text.endswith(" UTC") else text, self._zone)
        except (ValueError, OverflowError) as error:
            raise ValueError("is no time; write it as 2024-03-31T14:05:00Z") from error

    def _numbered(self, number: float) -> Instant:
        if 20_000 <= number < 80_000:
            moment = _SERIAL_START + timedelta(milliseconds=round(number * DAY / SECOND) * SECOND)
            return parse_iso(moment.isoformat(), self._zone)
        if 10**8 <= number < 10**10:
            return round(number * SECOND)
        if 10**11 <= number < 10**13:
            return round(number)
        if number == 0:
            return 0
        raise ValueError("is a number but no time; write it as 2024-03-31T14:05:00Z")

    def _slashed(self, match: re.Match[str]) -> Instant:
        first, mark, second, year, hour, minute, seconds, half, utc = match.groups()
        one, two = int(first), int(second)
        order = True if mark == "." else one > 12 or (False if two > 12 else self._order)
        if one == two:
            order = True
        if order is None:
            raise ValueError(
                "may be day/month or month/day, and nothing in the file settles it; write it as 2024-03-31"
            )
        day, month = (one, two) if order else (two, one)
        clock = int(hour or 0)
        if half:
            clock = clock % 12 + (12 if half.lower() == "pm" else 0)
        try:
            moment = datetime(int(year), month, day, clock, int(minute or 0), int(seconds or 0))
        except ValueError as error:
            raise ValueError("is no date of the calendar") from error
        return parse_iso(moment.isoformat(), UTC if utc else self._zone)


def dates_of(rows: Sequence[Sequence[str]], columns: Iterable[int]) -> Iterable[str]:
    """All values of some columns of a sample."""
    return chain.from_iterable([row[column] for row in rows] for column in columns)
