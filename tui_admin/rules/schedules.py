"""Weekly schedules: weekdays, each at an hour, as people write them: `mon thu 07:00, fri 15:00`."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from .errors import BadInput
from .text import clean

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Weekdays by number, 0 is Monday."""

Schedule = tuple[tuple[int, int], ...]
"""Weekdays with their hours of the organization's time zone, in the week's order."""

_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEVERAL = {"daily": range(7), "weekdays": range(5)}
_HOUR = re.compile(r"([0-9]{1,2})(?::00)?").fullmatch
_EXAMPLE = "write weekdays and an hour, such as mon thu 07:00"


def parse(text: str) -> Schedule:
    """The schedule a text says; none for a blank one.

    Raises BadInput for a word that is neither a weekday nor a full hour, days without an hour, and a day said twice.
    """
    found: dict[int, int] = {}
    waiting: list[int] = []
    for word in re.split(r"[\s,;]+", text.strip().casefold()):
        if not word:
            continue
        if word[0].isdigit():
            if not waiting:
                raise BadInput(f"{clean(word)!r} has no weekday before it: {_EXAMPLE}.")
            found.update(dict.fromkeys(waiting, _hour(word)))
            waiting = []
        else:
            days = _days(word)
            if again := [DAYS[day] for day in days if day in found or day in waiting]:
                raise BadInput(f"{again[0]} stands twice: a report goes out once a day.")
            waiting += days
    if waiting:
        raise BadInput(f"{', '.join(DAYS[day] for day in waiting)} without an hour: {_EXAMPLE}.")
    return tuple(sorted(found.items()))


def told(schedule: Iterable[tuple[int, int]]) -> str:
    """A schedule as it is typed; days of one hour stand together, the earliest hour first."""
    by_hour: dict[int, list[str]] = {}
    for day, hour in sorted(schedule):
        by_hour.setdefault(hour, []).append(DAYS[day])
    return ", ".join(f"{' '.join(days)} {hour:02d}:00" for hour, days in sorted(by_hour.items()))


def _hour(word: str) -> int:
    match = _HOUR(word)
    if match is None or int(match[1]) > 23:
        raise BadInput(f"{clean(word)!r} is no full hour of a day: {_EXAMPLE}.")
    return int(match[1])


def _days(word: str) -> list[int]:
    if word in _SEVERAL:
        return list(_SEVERAL[word])
    found = [number for number, name in enumerate(_LONG) if len(word) >= 3 and name.startswith(word)]
    if not found:
        close = get_close_matches(word, (*DAYS, *_LONG, *_SEVERAL), n=1, cutoff=0.5)
        hint = f"the nearest is {close[0]!r}" if close else _EXAMPLE
        raise BadInput(f"{clean(word)!r} is no weekday; {hint}.")
    return found
