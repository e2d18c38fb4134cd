"""The fields of a written text: found by Jinja2's lexer, and nothing else of its language let through.

A field is `{{ name }}` or `{{ name | default("there") }}`. Tokens are matched one after another, without recursion,
loops or operators, so no text can keep the machine busy.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from ..rules.errors import BadInput
from ..rules.message_fields import FIELDS, Field
from ..rules.text import clean

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_CHARACTERS = 100_000
"""Of one written text."""

_WRITTEN = '{{ name }} or {{ name | default("there") }}'
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NO_FIELDS = {
    "block_begin": "{% … %}",
    "raw_begin": "{% … %}",
    "comment_begin": "{# … #}",
}
_LITERALS = frozenset({"string", "integer", "float"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to fill: with the field's value, or with `default` where that is blank."""

    field: Field
    default: str | None = None


Parts = tuple[str | Slot, ...]


def parse(text: str, known: Mapping[str, Field], place: str) -> Parts:
    """A written text as its fixed parts and slots, in order.

    `known` are the fields it may hold, `place` what the text is called in errors (`the body`). Raises BadInput naming
    the line, what may stand there, and the nearest known field.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"{place} is longer than {MOST_CHARACTERS:,} characters: shorten it.")
    return tuple(_Reader(text, known, place).parts())


def names(parts: Parts) -> frozenset[str]:
    """The fields that the slots ask for."""
    return frozenset(part.field.name for part in parts if isinstance(part, Slot))


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment

    return Environment(keep_trailing_newline=True)


Token = tuple[int, str, str]


class _Reader:
    def __init__(self, text: str, known: Mapping[str, Field], place: str) -> None:
        self.text, self.known, self.place = text, known, place
        self.line = 1

    def parts(self) -> Iterator[str | Slot]:
        tokens = self._tokens()
        for self.line, kind, value in tokens:
            if kind == "data":
                yield value
            elif kind == "variable_begin":
                yield self._slot(list(self._until_end(tokens)))
            else:
                raise self._refusal(f"{_NO_FIELDS.get(kind, value)} is not allowed")

    def _tokens(self) -> Iterator[Token]:
        from jinja2 import TemplateSyntaxError

        try:
            yield from _environment().lex(self.text)
        except TemplateSyntaxError as error:
            self.line = error.lineno
            raise self._refusal("a field is not written right or not closed") from error

    def _until_end(self, tokens: Iterator[Token]) -> Iterator[tuple[str, str]]:
        for _, kind, value in tokens:
            if kind == "variable_end":
                return
            if kind != "whitespace":
                yield kind, value
        raise self._refusal("a field is opened with {{ and not closed with }}")

    def _slot(self, tokens: list[tuple[str, str]]) -> Slot:
        match tokens:
            case [("name", name)]:
                return Slot(self._field(name))
            case [("name", name), (_, "|"), (_, "default"), (_, "("), (kind, literal), (_, ")")] if kind in _LITERALS:
                return Slot(self._field(name), _ESCAPED.sub(r"\1", literal[1:-1]) if kind == "string" else literal)
            case [("name", name), *_]:
                self._field(name)
        written = clean(" ".join(value for _, value in tokens))[:60]
        raise self._refusal(f"{{{{ {written} }}}} is not allowed")

    def _field(self, name: str) -> Field:
        found = self.known.get(name)
        if found is not None:
            return found
        if name in FIELDS:
            raise BadInput(f"{self._where()}: {{{{ {name} }}}} is not known in this kind of mail. {self._known()}")
        near = get_close_matches(name, list(self.known), n=1)
        hint = f"The nearest is {{{{ {near[0]} }}}}." if near else self._known()
        raise BadInput(f"{self._where()}: there is no field {{{{ {clean(name)[:60]} }}}}. {hint}")

    def _refusal(self, problem: str) -> BadInput:
        return BadInput(f"{self._where()}: {problem}. Write {_WRITTEN}.")

    def _where(self) -> str:
        return f"{self.place}, line {self.line}"

    def _known(self) -> str:
        return f"Known are {', '.join(self.known)}."
