"""Finding things by words as one types: every word must be somewhere, the best matches come first."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .text import fold

_APART = "\x1f"


class Findable(NamedTuple):
    """A thing's texts, folded once: its name, and the name with all that is told about it. A space stands before each,
    so that a word begins where a space and the word are found."""

    name: str
    whole: str


def findable(name: str, about: Iterable[str]) -> Findable:
    """A thing by its name and the texts about it."""
    folded = f" {fold(name)}"
    return Findable(folded, _APART.join((folded, *(f" {fold(text)}" for text in about))))


def find(things: Sequence[Findable], typed: str) -> list[int]:
    """The positions of the things that hold all the words, in name or about.

    First those whose name begins with what was typed, then those in whose name every word begins one, then those where
    every word begins one somewhere, then the others; within each in their own order. Nothing typed finds all.
    """
    folded = fold(typed)
    if not folded:
        return list(range(len(things)))
    words = folded.split(" ")
    names, wholes = [thing.name for thing in things], [thing.whole for thing in things]
    left, begun = _holding(range(len(things)), wholes, words), [f" {word}" for word in words]
    found: list[int] = []
    for best in (
        [position for position in left if names[position].startswith(f" {folded}")],
        _holding(left, names, begun),
        _holding(left, wholes, begun),
        left,
    ):
        known = set(found)
        found += [position for position in best if position not in known]
    return found


def _holding(positions: Iterable[int], texts: Sequence[str], words: Iterable[str]) -> list[int]:
    """The positions of the texts that hold all these; a word at a time, which is several times faster than a text."""
    left = list(positions)
    for word in words:
        left = [position for position in left if word in texts[position]]
    return left
