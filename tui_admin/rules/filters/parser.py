"""Text to tree. The grammar is `grammar.lark`; what each field may be compared with is decided here."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from .errors import FilterError
from .fields import FIELDS, Fields
from .terms import Term, Value, build_term, checked_field
from .tree import All, And, Blank, Node, Not, Or, Span, Word, conjunction, disjunction

if TYPE_CHECKING:
    from lark import Lark, Token, Tree, UnexpectedInput

MOST_NESTED = 50
MOST_TERMS = 500
KEYWORDS = ("or", "not")
"""Words that join or negate terms; alone they are what somebody searches for, or has begun to type."""

_HEAD = re.compile(r"(?P<name>[^:=<>!\s]+)\s*(?P<op>:=|:|!=|<=|>=|=|<|>)\s*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str, fields: Fields = FIELDS) -> Node:
    """The tree of a filter expression; `All` for an empty one. `fields` are those there are for whoever asks.

    Raises `FilterError` for a broken expression, an unknown field, or a value the field cannot have.
    """
    bare = text.strip()
    if not bare:
        return All()
    if bare.lower() in KEYWORDS:
        start = text.index(bare)
        return Word(bare, Span(start, start + len(bare)))
    from lark import UnexpectedInput

    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _explain(text, error) from None
    return _Builder(text, fields).node(tree, 0)


@lru_cache(maxsize=1)
def _grammar() -> "Lark":
    """The parser, made at the first expression: a console that starts without a filter never loads it."""
    from lark import Lark

    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=True)


class _Builder:
    """Turns lark's tree into ours, and keeps count so that no expression outgrows what databases can nest."""

    def __init__(self, text: str, fields: Fields) -> None:
        self.text = text
        self.fields = fields
        self.terms = 0

    def node(self, tree: "Tree[Token]", depth: int) -> Node:
        span = Span(tree.meta.start_pos, tree.meta.end_pos)
        if depth > MOST_NESTED * 3:
            raise FilterError("Nested too deep", span.start, 1, f"at most {MOST_NESTED} brackets in each other")
        match tree.data:
            case "start":
                return self.node(_subtree(tree), depth)
            case "disjunction":
                return disjunction(self._parts(tree, depth), span)
            case "conjunction":
                return conjunction(self._parts(tree, depth), span)
            case "negation":
                return Not(self.node(_subtree(tree), depth + 1), span)
            case kind:
                return self._term(str(kind), tree, span)

    def _parts(self, tree: "Tree[Token]", depth: int) -> tuple[Node, ...]:
        return tuple(self._part(child, depth + 1) for child in tree.children if not isinstance(child, str))

    def _part(self, tree: "Tree[Token]", depth: int) -> Node:
        """A part of several; one term in brackets is a question of its own."""
        node = self.node(tree, depth)
        is_bracketed = tree.data == "disjunction" and not isinstance(node, And | Or | Not)
        return And((node,), node.span) if is_bracketed else node  # type: ignore[union-attr]

    def _term(self, kind: str, tree: "Tree[Token]", span: Span) -> Node:
        self.terms += len(tree.children)
        if self.terms > MOST_TERMS:
            raise FilterError("Too long", span.start, 1, f"at most {MOST_TERMS} terms and values")
        first = str(tree.children[0])
        if kind == "word":
            return Word(_word(first, span), span)
        if kind == "blank":
            return Blank(checked_field(first[:-1], span.start, self.fields).name, span)
        head = _HEAD.fullmatch(first)
        assert head is not None, f"the grammar lets {first!r} through as a head"
        values = tuple(_value(child) for child in tree.children[1:] if not isinstance(child, str))
        return build_term(Term(head["name"], head["op"], values, span), self.fields)


def _subtree(tree: "Tree[Token]") -> "Tree[Token]":
    (child,) = tree.children
    assert not isinstance(child, str)
    return child


def _word(token: str, span: Span) -> str:
    text = _unquoted(token)
    if token.lower() in KEYWORDS:
        raise FilterError(f'"{token}" joins nothing', span.start, len(token), "a term before it, or quotes around it")
    if not text.strip():
        raise FilterError("Nothing to search for", span.start, len(token), "a word between the quotes")
    return text


def _value(tree: "Tree[Token]") -> Value:
    token = str(tree.children[0])
    return Value(_unquoted(token), token.startswith('"'), tree.meta.start_pos, len(token))


def _unquoted(token: str) -> str:
    return _ESCAPED.sub(r"\1", token[1:-1]) if token.startswith('"') else token


class _Fault(NamedTuple):
    position: int
    accepted: frozenset[str]


def _fault(text: str, error: "UnexpectedInput") -> _Fault:
    from lark import UnexpectedCharacters, UnexpectedToken

    if isinstance(error, UnexpectedToken):
        at_end = error.token.type == "$END"
        position = len(text) if at_end else error.token.start_pos or 0
        return _Fault(position, frozenset(error.accepts or error.expected))
    assert isinstance(error, UnexpectedCharacters)
    return _Fault(error.pos_in_stream or 0, frozenset(error.allowed or ()))


def _explain(text: str, error: "UnexpectedInput") -> FilterError:
    position, accepted = _fault(text, error)
    before, after = text[:position].rstrip(), text[position:]
    if after.startswith('"'):
        return FilterError("A quote is opened and not closed", position, len(after), "a closing quote")
    if "VALUE" in accepted:
        last = re.split(r"\s+(?![!<>=])", before)[-1]
        return FilterError("A value is missing", position, len(after[:1]), f'a value after "{last}"')
    if not after and "_CLOSE" in accepted:
        return FilterError("A bracket is opened and not closed", _open_brackets(text)[-1], 1, 'a closing ")"')
    if not after:
        last = before.split()[-1]
        return FilterError("A term is missing", position, 0, f'a term after "{last}"')
    found = re.match(r"\w+|.", after, re.DOTALL)
    word = found[0] if found else after[:1]
    expected = 'an opening "(" before it' if word == ")" and not _open_brackets(text[:position]) else "a term"
    return FilterError(f'Unexpected "{word}"', position, len(word), expected)


def _open_brackets(text: str) -> list[int]:
    """The offsets of the brackets left open, quoted ones apart."""
    opened: list[int] = []
    for match in re.finditer(r'"(?:\\.|[^"\\])*"|[()]', text, re.DOTALL):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            opened.pop()
    return opened
