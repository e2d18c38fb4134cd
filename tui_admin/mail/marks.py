"""Slots as words that Markdown, the sanitizer and the style inliner carry through unchanged."""

import re
from collections.abc import Callable, Iterator, Mapping

from .fields import Parts, Slot
from .pieces import Fill, Filling

Writer = Callable[[str], str]


class Marks:
    """The marks of one message. `avoid` is all text that a mark must not be mistaken for."""

    def __init__(self, avoid: str) -> None:
        folded = avoid.casefold()
        self.key = "zslot"
        while self.key in folded:
            self.key += "q"
        self.pattern = re.compile(rf"{self.key}(\d+)([a-z])")
        self.slots: list[Slot] = []

    def put(self, parts: Parts, kind: str = "t") -> str:
        """The text with a mark in place of every slot."""
        return "".join(part if isinstance(part, str) else self._mark(part, kind) for part in parts)

    def slot(self, match: re.Match[str]) -> Slot:
        """The slot of a mark that `pattern` found."""
        return self.slots[int(match[1])]

    def split(self, text: str, writers: Mapping[str, Writer], known: Mapping[str, str]) -> tuple[str | Filling, ...]:
        """A marked text as fixed pieces and fillings; each kind of mark is written by its writer. Slots whose value
        is `known` already are filled now."""
        return tuple(_merged(self._pieces(text, writers, known)))

    def _mark(self, slot: Slot, kind: str) -> str:
        self.slots.append(slot)
        return f"{self.key}{len(self.slots) - 1}{kind}"

    def _pieces(self, text: str, writers: Mapping[str, Writer], known: Mapping[str, str]) -> Iterator[str | Filling]:
        end = 0
        for match in self.pattern.finditer(text):
            yield text[end : match.start()]
            fill = Fill(self.slot(match), writers[match[2]])
            yield fill.filled(known) if fill.slot.field.name in known else fill
            end = match.end()
        yield text[end:]


def _merged(pieces: Iterator[str | Filling]) -> Iterator[str | Filling]:
    """Neighbouring fixed pieces as one, blank ones left out."""
    fixed = ""
    for piece in pieces:
        if isinstance(piece, str):
            fixed += piece
            continue
        if fixed:
            yield fixed
        fixed = ""
        yield piece
    if fixed:
        yield fixed
