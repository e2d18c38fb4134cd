"""Whether a filter only narrows another: what is typed key by key mostly does, and then need be looked for only among
what was found before."""

from ..text import clean, fold
from .tree import All, And, Node, Text, Word, question


def narrows(new: Node, old: Node) -> bool:
    """Whether everybody whom `new` finds, `old` finds too, as far as can be told from the terms alone.

    It is told for the same terms, for further terms beside them, and for a word or a part of a text that holds the
    older one; but not for further terms of a question that was asked, which may then be another: `band:advanced` is of
    today, and of any day with `reached<30d` beside it. False says nothing.
    """
    parts, before = _parts(new), _parts(old)
    questions = {asked for part in before if (asked := question(part))}
    if any(question(part) in questions and part not in before for part in parts):
        return False
    return all(any(_implies(part, asked) for part in parts) for asked in before)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, All):
        return ()
    return node.parts if isinstance(node, And) else (node,)


def _implies(new: Node, old: Node) -> bool:
    match new, old:
        case Word(longer), Word(shorter):
            return _holds(longer, shorter)
        case Text(field, longer_ones, _), Text(other, shorter_ones, False) if field == other != "risk":
            return all(any(_holds(longer, shorter) for shorter in shorter_ones) for longer in longer_ones)
    return new == old


def _holds(longer: str, shorter: str) -> bool:
    return fold(clean(shorter)) in fold(clean(longer))
