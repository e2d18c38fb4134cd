"""Finding things by words as one types: every word must be somewhere, the best matches come first."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .text import fold

_APART = "\x1f"


class Findable(NamedTuple):
    """A thing's texts, folded once: its name, and what is told about it. A space stands before each, so that a word
    begins where a space and the word are found."""

    name: str
    about: str


def findable(name: str, about: Iterable[str]) -> Findable:
    """A thing by its name and the texts about it."""
    return Findable(f" {fold(name)}", _APART.join(f" {fold(text)}" for text in about))


def find(things: Sequence[Findable], typed: str) -> list[int]:
    """The positions of the things that hold all the words, in name or about.

    First those whose name begins with what was typed, then those in whose name every word begins one, then those where
    every word begins one somewhere, then the others; within each in their own order. Nothing typed finds all.
    """
    whole = fold(typed)
    if not whole:
        return list(range(len(things)))
    words, start = whole.split(" "), f" {whole}"
    ranked: tuple[list[int], ...] = ([], [], [], [])
    for position, (name, about) in enumerate(things):
        if all(word in name or word in about for word in words):
            ranked[0 if name.startswith(start) else _rank(words, name, about)].append(position)
    return [position for positions in ranked for position in positions]


def _rank(words: Sequence[str], name: str, about: str) -> int:
    if all(f" {word}" in name for word in words):
        return 1
    return 2 if all(f" {word}" in name or f" {word}" in about for word in words) else 3
