"""Tree to text, in the one canonical spelling; `parse` of it gives the same tree."""

import re
from datetime import date

from .parser import KEYWORDS
from .tree import Age, All, And, Blank, Choice, Moment, Named, Node, Not, Number, Op, Or, Text, Word

_PLAIN_WORD = re.compile(r'[^\s()":=<>-][^\s()":=<>]*')
_PLAIN_VALUE = re.compile(r'[^\s,()"=][^\s,()"]*')


def format_filter(node: Node) -> str:
    """The expression that means the tree."""
    match node:
        case All():
            return ""
        case And(parts):
            return " ".join(_bracketed(part, And | Or) for part in parts)
        case Or(parts):
            return " or ".join(format_filter(part) for part in parts)
        case Not(part):
            return "-" + _bracketed(part, And | Or)
        case Word(text):
            plain = _PLAIN_WORD.fullmatch(text) and text.lower() not in KEYWORDS
            return text if plain else _in_quotes(text)
        case Blank(field):
            return f"{field}:"
        case Text(field, values, exact):
            return f"{field}{':=' if exact else ':'}{_list(values)}"
        case Named(field, values) | Choice(field, values):
            return f"{field}:{_list(values)}"
        case Number(field, op, values) | Moment(field, op, values):
            return _measured(field, op, [_measure(value) for value in values])


def quote(value: str) -> str:
    """A value as it stands after `field:`, in quotes where it needs them."""
    return value if _PLAIN_VALUE.fullmatch(value) else _in_quotes(value)


def _list(values: tuple[str, ...]) -> str:
    return ",".join(quote(value) for value in values)


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bracketed(node: Node, types: object) -> str:
    text = format_filter(node)
    return f"({text})" if isinstance(node, types) else text  # type: ignore[arg-type]


def _measured(field: str, op: Op, values: list[str]) -> str:
    if op is Op.BETWEEN:
        return f"{field}:{values[0]}..{values[1]}"
    return f"{field}{':' if op is Op.EQ else op}{','.join(values)}"


def _measure(value: float | date | Age) -> str:
    if isinstance(value, Age):
        return f"{value.count}{value.unit}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.15f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
