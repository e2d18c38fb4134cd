"""A parsed filter expression: frozen nodes that know neither the clock nor the store.

Ages stay ages and days stay days, so a saved expression means the same tomorrow; whoever evaluates the tree passes
`now` and the organization's time zone. Two trees are equal when they mean the same, wherever they were written.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ..times import DAY, HOUR


class Span(NamedTuple):
    """Where a node stands in the text it was parsed from: offsets of its first character and after its last."""

    start: int
    end: int


NOWHERE = Span(0, 0)


class Op(StrEnum):
    """How a number or a moment is compared; `BETWEEN` includes both ends."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = ".."


AGE_UNITS = {"h": HOUR, "d": DAY, "w": 7 * DAY, "m": 30 * DAY, "y": 365 * DAY}


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago: a count of hours, days, weeks, months of 30 days or years of 365 days."""

    count: int
    unit: str

    @property
    def length(self) -> int:
        """In milliseconds."""
        return self.count * AGE_UNITS[self.unit]

    @property
    def step(self) -> int:
        """One of its unit, in milliseconds: what two ages that read the same may differ by."""
        return AGE_UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class All:
    """The empty expression: everybody."""


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more parts. Another And among them is a bracket that keeps a question apart: of one part or more,
    and without a further one in it."""

    parts: "tuple[Node, ...]"
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more parts; never directly holds another Or."""

    parts: "tuple[Node, ...]"
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody the part does not match; a fact that is not known does not match."""

    part: "Node"
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word or quoted words: inside the name or the e-mail."""

    text: str
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text field holds any of the values; the whole of it where `exact`."""

    field: str
    values: tuple[str, ...]
    exact: bool = False
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Named:
    """Something known by slug or name (a program, a contract, a course ...) is any of the values."""

    field: str
    values: tuple[str, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A field with a fixed set of words (a status, a band, yes or no) is any of the values."""

    field: str
    values: tuple[str, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing is known for the field."""

    field: str
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number compared: EQ and NE with any of the values, BETWEEN with two, else with one."""

    field: str
    op: Op
    values: tuple[float, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment compared with days of the organization's time zone, or by its age; values as for `Number`.

    By age, LT is less long ago and GT longer ago or never.
    """

    field: str
    op: Op
    values: tuple[date, ...] | tuple[Age, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)


Node = All | And | Or | Not | Word | Text | Named | Choice | Blank | Number | Moment


_QUESTIONS = {
    "skill": "rating",
    "band": "rating",
    "first-band": "rating",
    "reached": "rating",
    "submitted": "rating",
    "learning": "hours",
    "begun": "hours",
    "course": "feedback",
    "stars": "feedback",
    "recommend": "feedback",
    "answered": "feedback",
}
"""Fields that are one question where they stand side by side, and which: a band beside a skill is that skill's."""


def conjunction(parts: "tuple[Node, ...]", span: Span = NOWHERE) -> Node:
    """All of the parts, in the one form that says so: flat, and a single part as itself.

    An And among the parts is a bracket. Its terms stay in one only where others outside would become part of the same
    question: who is rated in Python and has a band in SQL, `skill:python (skill:sql band:advanced)`.
    """
    terms = list(_by_bracket(parts))
    asking: dict[str, int] = {}
    for bracket, term in terms:
        if asked := question(term):
            asking[asked] = min(bracket, asking.get(asked, bracket))
    joined: list[Node | list[Node]] = []
    apart: dict[int, list[Node]] = {}
    for bracket, term in terms:
        if asking.get(question(term), bracket) == bracket:
            joined.append(term)
        elif bracket in apart:
            apart[bracket].append(term)
        else:
            joined.append(apart.setdefault(bracket, [term]))
    flat = tuple(And(tuple(part)) if isinstance(part, list) else part for part in joined)
    return flat[0] if len(flat) == 1 else And(flat, span)


def beside(*nodes: Node) -> Node:
    """All of several expressions, what each asks staying a question of its own; everybody where none asks anything."""
    brackets = tuple(node if isinstance(node, And) else And((node,)) for node in nodes if not isinstance(node, All))
    return conjunction(brackets) if brackets else All()


def _by_bracket(parts: "tuple[Node, ...]") -> Iterator["tuple[int, Node]"]:
    """The terms of parts side by side, each with the number of the bracket it stands in; 0 for none."""
    number = 0
    for part in parts:
        if not isinstance(part, And):
            yield 0, part
            continue
        number += 1
        own = number
        for inner in part.parts:
            if isinstance(inner, And):
                number += 1
                yield from ((number, term) for term in inner.parts)
            else:
                yield own, inner


def question(term: Node) -> str:
    """The question that a term is a part of where others of it stand beside it; empty where it is one by itself."""
    return _QUESTIONS.get(term.field, "") if isinstance(term, Named | Choice | Number | Moment) else ""


def disjunction(parts: "tuple[Node, ...]", span: Span = NOWHERE) -> Node:
    """Any of the parts, flat, and a single part as itself."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat, span)


def leaves(node: Node) -> "tuple[Node, ...]":
    """The terms of an expression, left to right, without what joins or negates them."""
    if isinstance(node, And | Or):
        return tuple(leaf for part in node.parts for leaf in leaves(part))
    if isinstance(node, Not):
        return leaves(node.part)
    return () if isinstance(node, All) else (node,)
