"""What could stand where the cursor is: field names, fixed values, or a request for values the store knows."""

import re
from dataclasses import dataclass

from ..text import fold
from .fields import FIELDS, Field, Fields, Kind
from .tree import Span

_TERM = re.compile(r'(?P<name>[^\s()":=<>!,-][^\s()":=<>!,]*)(?P<op>:=|:|!=|<=|>=|=|<|>)(?P<values>.*)', re.DOTALL)
_ITEM = re.compile(r'"(?:\\.|[^"\\])*"?|[^\s,()"]*', re.DOTALL)
_NAME = re.compile(r'[^\s()":=<>!,]*:?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FREE = ("name", "email", "id", "risk")
"""Text fields whose values are as many as people: no list of them helps."""

_COUNTED = ("status",)
"""Fields of fixed values whose numbers the store knows at once."""


@dataclass(frozen=True, slots=True)
class Option:
    """Text to put in the place of the span, a few words about it, and how many rows have it where that is known."""

    text: str
    help: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """Values of `field` that begin with `prefix` (as typed, without quotes), to be asked of the store."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What may replace `span` of the text: the options given, or those the store answers `request` with; where there
    are both, the answer only counts the options."""

    span: Span
    options: tuple[Option, ...] = ()
    request: ValueRequest | None = None


def complete(text: str, cursor: int, fields: Fields = FIELDS) -> Completion | None:
    """What the term under the cursor could become; None where nothing sensible can be offered.

    Values that the store answers have to be quoted with `quote` before they are put in.
    """
    start, quoted = _term_start(text[:cursor])
    start += len(text[start:cursor]) - len(text[start:cursor].lstrip("-"))
    term = _TERM.fullmatch(text[start:cursor])
    if term is None:
        return None if quoted else _names(text, start, cursor, fields)
    field = fields.get(term["name"].lower())
    return _values(text, start + term.start("values"), cursor, field) if field else None


def unfinished(text: str, cursor: int, fields: Fields = FIELDS) -> bool:
    """Whether the term that ends at the cursor is a field just being typed: the beginning of its name, or its name and
    what compares it, without a value. Such a term means something else once it stays so (a word, or "is blank")."""
    if text[cursor : cursor + 1].strip(" ()"):
        return False
    start, quoted = _term_start(text[:cursor])
    typed = text[start:cursor].lstrip("-").lower()
    if quoted or not typed:
        return False
    term = _TERM.fullmatch(typed)
    if term is not None:
        return term["name"] in fields and not term["values"]
    return any(name.startswith(typed) for name in fields)


def _term_start(before: str) -> tuple[int, bool]:
    """Where the term at the end begins, and whether the text ends inside quotes."""
    start, quoted, escaped = 0, False, False
    for index, char in enumerate(before):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif not quoted and (char.isspace() or char in "()"):
            start = index + 1
    return start, quoted


def _names(text: str, start: int, cursor: int, fields: Fields) -> Completion | None:
    prefix = text[start:cursor].lower()
    options = tuple(_name_option(field) for field in fields.values() if field.name.startswith(prefix))
    if not options:
        return None
    whole = _NAME.match(text, start)
    return Completion(Span(start, max(cursor, whole.end() if whole else cursor)), options)


def _name_option(field: Field) -> Option:
    compared = field.kind in (Kind.NUMBER, Kind.MOMENT)
    return Option(field.name if compared else f"{field.name}:", field.help)


def _values(text: str, first: int, cursor: int, field: Field) -> Completion | None:
    start = first
    while (item := _ITEM.match(text, start)) and item.end() < cursor and text[item.end()] == ",":
        start = item.end() + 1
    span = Span(start, max(cursor, item.end() if item else cursor))
    typed = text[start:cursor]
    prefix = _ESCAPED.sub(r"\1", typed[1:]) if typed.startswith('"') else typed
    if field.kind is Kind.CHOICE:
        options = tuple(Option(*choice) for choice in field.choices if choice[0].startswith(fold(prefix)))
        counted = ValueRequest(field.name, prefix) if field.name in _COUNTED else None
        return Completion(span, options, counted) if options else None
    if field.kind in (Kind.NUMBER, Kind.MOMENT) or field.name in _FREE:
        return None
    return Completion(span, request=ValueRequest(field.name, prefix))
