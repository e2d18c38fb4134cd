"""The filter of a chart: the filter language, and the days that count, `from:` and `to:`."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from .errors import FilterError
from .fields import FIELDS, Fields
from .parser import parse
from .tree import All, Node

_TERMS = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^\s"()])+')
"""The terms of an expression: nothing that stands in quotes is one by itself."""
_DAY = re.compile(r"(?P<name>from|to):(?P<value>.*)", re.IGNORECASE)
_YEAR = r"(?:19|2\d)\d\d"
"""Years of the filter language: what a figure opens asks for the same days."""
_WHOLE = re.compile(rf"{_YEAR}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(rf"({_YEAR})-(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: whom the filter names, and the first and the last day that count, both included. What means the
    same is equal."""

    text: str = field(default="", compare=False)
    where: Node = field(default_factory=All)
    since: date | None = None
    until: date | None = None


def typed(text: str, fields: Fields = FIELDS) -> Typed:
    """The filter and the days of an expression. Raises FilterError, which says where what is wrong with it."""
    days: dict[str, date] = {}
    terms: dict[str, re.Match[str]] = {}
    rest = text
    for term in _TERMS.finditer(text):
        found = _DAY.fullmatch(term[0])
        if found is None:
            continue
        name = found["name"].lower()
        if name in days:
            raise FilterError(f'A second "{name}:"', term.start(), len(term[0]), "one day")
        days[name] = day_of(found["value"], name, term.start() + found.start("value"))
        terms[name] = term
        # Blanks in its place, so that errors in what is left are found where they are.
        rest = rest[: term.start()] + " " * len(term[0]) + rest[term.end() :]
    since, until = days.get("from"), days.get("to")
    if since is not None and until is not None and until < since:
        last = terms["to"]
        raise FilterError("The last day is before the first", last.start(), len(last[0]), f"a day from {since} on")
    return Typed(text.strip(), parse(rest, fields), since, until)


def day_of(text: str, name: str, position: int = 0) -> date:
    """A day, or the first (`name` is from) or last one (to) of a month. Raises FilterError."""
    try:
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            return date(year, number, 1 if name == "from" else monthrange(year, number)[1])
        if _WHOLE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FilterError("No day", position, len(text), f"a day or a month, {name}:2026-03-01 or {name}:2026-03")
