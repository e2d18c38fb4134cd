"""One `field:value` term: checked against the field's kind, and made a node."""

import re
from datetime import date
from typing import NamedTuple

from .errors import FilterError, nearest_word
from .fields import Field, Fields, Kind
from .tree import Age, Blank, Choice, Moment, Named, Node, Not, Number, Op, Span, Text, Word, disjunction, leaves

A_DAY = "a day such as 2026-01-31"
AN_AGE = "an age such as 30d (h, d, w, m, y)"

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_AGE = re.compile(r"(\d{1,5})([hdwmy])", re.ASCII)
_DAY = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d", re.ASCII)


class Value(NamedTuple):
    """A value as written: its text without quotes, whether it had some, and where it stands."""

    text: str
    quoted: bool
    position: int
    length: int


class Term(NamedTuple):
    """A comparison as written."""

    name: str
    op: str
    values: tuple[Value, ...]
    span: Span


def checked_field(name: str, position: int, fields: Fields) -> Field:
    """The field of that name, or `FilterError`."""
    field = fields.get(name.lower())
    if field is None:
        raise FilterError(
            f'Unknown field "{name}"',
            position,
            len(name),
            f"one of {', '.join(fields)}",
            nearest_word(name, fields),
        )
    return field


def check_fields(node: Node, fields: Fields) -> None:
    """Refuse an expression that names other fields, as parsing it would; for one that was parsed for somebody else."""
    for leaf in leaves(node):
        if not isinstance(leaf, Word):
            checked_field(leaf.field, leaf.span.start, fields)  # type: ignore[union-attr]


def build_term(term: Term, fields: Fields) -> Node:
    """The node of a comparison; raises `FilterError` where the field cannot be compared so."""
    field = checked_field(term.name, term.span.start, fields)
    if len(term.values) == 1 and term.values[0].quoted and not term.values[0].text:
        blank = Blank(field.name, term.span)
        return Not(blank, term.span) if term.op == "!=" else blank
    if field.kind in (Kind.NUMBER, Kind.MOMENT):
        return _measured(term, field)
    node = _worded(term, field)
    return Not(node, term.span) if term.op == "!=" else node


def _worded(term: Term, field: Field) -> Node:
    if term.op in ("<", "<=", ">", ">="):
        position = term.span.start + len(term.name)
        raise FilterError(f'"{field.name}" has no order', position, len(term.op), f'"{field.name}:" and a value')
    if field.kind is Kind.CHOICE:
        return Choice(field.name, tuple(_chosen(value, field) for value in term.values), term.span)
    values = tuple(_filled(value) for value in term.values)
    if field.kind is Kind.NAMED:
        return Named(field.name, values, term.span)
    return Text(field.name, values, term.op != ":", term.span)


def _filled(value: Value) -> str:
    if not value.text.strip():
        raise FilterError("A value is empty", value.position, value.length, "a value between the quotes")
    return value.text


def _chosen(value: Value, field: Field) -> str:
    known = [choice for choice, _ in field.choices]
    word = value.text.lower()
    if word not in known:
        raise FilterError(
            f'Unknown {field.name} "{value.text}"',
            value.position,
            value.length,
            f"one of {', '.join(known)}",
            nearest_word(word, known),
        )
    return word


def _measured(term: Term, field: Field) -> Node:
    op = Op.EQ if term.op in (":", ":=") else Op(term.op)
    if op not in (Op.EQ, Op.NE):
        if len(term.values) > 1:
            extra = term.values[1]
            raise FilterError("One value too many", extra.position, extra.length, f'one value after "{op}"')
        return _compared(field, op, term.values, term.span)
    ranges = tuple(value for value in term.values if ".." in value.text)
    single = tuple(value for value in term.values if ".." not in value.text)
    nodes = [_between(field, value, term.span) for value in ranges]
    if single:
        nodes.append(_compared(field, Op.NE if op is Op.NE and not ranges else Op.EQ, single, term.span))
    node = disjunction(tuple(nodes), term.span)
    return Not(node, term.span) if op is Op.NE and ranges else node


def _compared(field: Field, op: Op, values: tuple[Value, ...], span: Span) -> Node:
    if field.kind is Kind.NUMBER:
        return Number(field.name, op, tuple(_number(value) for value in values), span)
    moments = [_moment(value) for value in values]
    days = tuple(moment for moment in moments if isinstance(moment, date))
    ages = tuple(moment for moment in moments if isinstance(moment, Age))
    if days and ages:
        other = values[next(i for i, moment in enumerate(moments) if type(moment) is not type(moments[0]))]
        raise FilterError(
            "Days and ages do not mix", other.position, other.length, A_DAY if moments[0] in days else AN_AGE
        )
    return Moment(field.name, op, days or ages, span)


def _between(field: Field, value: Value, span: Span) -> Node:
    low, high = value.text.split("..", 1)
    ends = (
        Value(low, False, value.position, len(low)),
        Value(high, False, value.position + len(low) + 2, len(high)),
    )
    node = _compared(field, Op.BETWEEN, ends, span)
    if isinstance(node, Number | Moment):
        first, last = (_order(end) for end in node.values)
        if first > last:
            raise FilterError("The range ends before it begins", ends[1].position, len(high), f"{low} or more")
    return node


def _order(end: float | date | Age) -> float:
    if isinstance(end, Age):
        return end.length
    return end.toordinal() if isinstance(end, date) else end


def _number(value: Value) -> float:
    if not _NUMBER.fullmatch(value.text):
        raise FilterError(f'"{value.text}" is no number', value.position, value.length, "a number such as 3 or 12.5")
    return float(value.text)


def _moment(value: Value) -> date | Age:
    aged = _AGE.fullmatch(value.text.lower())
    if aged:
        return Age(int(aged[1]), aged[2])
    try:
        if _DAY.fullmatch(value.text):
            return date.fromisoformat(value.text)
    except ValueError:
        raise FilterError(f'There is no day "{value.text}"', value.position, value.length, A_DAY) from None
    raise FilterError(
        f'"{value.text}" is neither a day nor an age', value.position, value.length, f"{A_DAY}, or {AN_AGE}"
    )
