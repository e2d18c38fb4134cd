"""What is typed into the filter bar of charts: the filter language, and the days that count, `from:` and `to:`."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from tui_admin.rules.filters import FIELDS, All, Field, FilterError, Kind, Node, format_filter, parse
from tui_admin.rules.filters.fields import Fields
from tui_admin.rules.filters.tree import beside

_DAYS = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"()])+')
"""The terms of an expression: nothing that stands in quotes is one by itself."""
_DAY = re.compile(r"(?P<name>from|to):(?P<value>.*)", re.IGNORECASE)
_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS = 24
"""Months that are offered to be completed, the newest first."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: whom the filter names, and the first and the last day that count, both included. What means the
    same is equal."""

    text: str = field(default="", compare=False)
    where: Node = field(default_factory=All)
    since: date | None = None
    until: date | None = None


def bar_fields(today: date) -> Fields:
    """The fields of the filter language, and the two of days, for which months are offered."""
    last = today.year * 12 + today.month - 1
    months = tuple((f"{month // 12}-{month % 12 + 1:02d}", "") for month in range(last, last - _MONTHS, -1))
    days = (("from", "the first day that counts, or month"), ("to", "the last day that counts, or month"))
    return {**FIELDS, **{name: Field(name, Kind.CHOICE, help, months) for name, help in days}}


def typed(text: str) -> Typed:
    """The filter and the days of an expression. Raises FilterError, which says where what is wrong with it."""
    days: dict[str, date] = {}
    rest = text
    for term in _DAYS.finditer(text):
        found = _DAY.fullmatch(term[0])
        if found is None:
            continue
        name = found["name"].lower()
        if name in days:
            raise FilterError(f'a second "{name}:"', term.start(), len(term[0]), "one day")
        days[name] = _day(found["value"], name, term.start() + found.start("value"))
        # Blanks in its place, so that errors in what is left are found where they are.
        rest = rest[: term.start()] + " " * len(term[0]) + rest[term.end() :]
    since, until = days.get("from"), days.get("to")
    if since is not None and until is not None and until < since:
        at = text.lower().index("to:")
        raise FilterError("a last day before the first", at, len("to:2000-01-01"), f"a day from {since} on")
    return Typed(text.strip(), parse(rest), since, until)


def people_filter(asked: Typed, people: str) -> str:
    """The filter that finds the people behind a figure: those of the chart's filter whom its row names. What each of
    the two asks about a skill stays a question of its own."""
    return format_filter(beside(asked.where, parse(people)))


def _day(text: str, name: str, position: int) -> date:
    """A day, or the first or last one of a month."""
    try:
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            return date(year, number, 1 if name == "from" else monthrange(year, number)[1])
        if _WHOLE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FilterError("no day", position, len(text), f"a day or a month, {name}:2026-03-01 or {name}:2026-03")
