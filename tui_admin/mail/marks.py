"""Slots as words that Markdown, the sanitizer and the style inliner carry through unchanged."""

import re
from collections.abc import Callable, Iterator, Mapping

from .fields import Parts, Slot
from .pieces import Fill, Filling, Pieces, merged

TEXT, URL_PART, LINK = "t", "u", "l"
"""The kinds of marks: within text, within a web address, and as a whole address."""

Writer = Callable[[str], str]


class Marks:
    """The marks of one message. `avoid` is all text that a mark must not be mistaken for.

    A mark is `key`, the slot's number and a letter for its kind. One that stands for a whole address has `https://`
    before it, so that it looks like one to whoever checks; that is taken off again.
    """

    def __init__(self, avoid: str) -> None:
        folded = avoid.casefold()
        self.key = "zslot"
        while self.key in folded:
            self.key += "q"
        self.pattern = re.compile(rf"(?:https://(?={self.key}\d+{LINK}))?{self.key}(\d+)([{TEXT}{URL_PART}{LINK}])")
        self._slots: list[Slot] = []

    def put(self, parts: Parts) -> str:
        """The text with a mark in place of every slot."""
        return "".join(part if isinstance(part, str) else self.mark(part) for part in parts)

    def mark(self, slot: Slot, kind: str = TEXT) -> str:
        """A mark for a slot."""
        self._slots.append(slot)
        return self._written(len(self._slots) - 1, kind)

    def slot(self, match: re.Match[str]) -> Slot:
        """The slot of a mark that `pattern` found."""
        return self._slots[int(match[1])]

    def as_kind(self, text: str, kind: str) -> str:
        """The text with its marks of another kind."""
        return self.pattern.sub(lambda match: self._written(int(match[1]), kind), text)

    def written(self, text: str) -> str:
        """The text with fields as a person writes them, for sentences about it."""
        return self.pattern.sub(lambda match: f"{{{{ {self.slot(match).field.name} }}}}", text)

    def split(self, text: str, writers: Mapping[str, Writer], known: Mapping[str, str]) -> Pieces:
        """A marked text as fixed pieces and fillings; each kind of mark is written by its writer. Slots whose value
        is `known` already are filled now."""
        return merged(self._pieces(text, writers, known))

    def _written(self, number: int, kind: str) -> str:
        return f"{'https://' if kind == LINK else ''}{self.key}{number}{kind}"

    def _pieces(self, text: str, writers: Mapping[str, Writer], known: Mapping[str, str]) -> Iterator[str | Filling]:
        end = 0
        for match in self.pattern.finditer(text):
            yield text[end : match.start()]
            fill = Fill(self.slot(match), writers[match[2]])
            yield fill.filled(known) if fill.slot.field.name in known else fill
            end = match.end()
        yield text[end:]
