"""What is wrong with a filter expression, and where."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable


class FilterError(BadInput):
    """An expression that cannot be followed.

    `position` is the 0-based offset of the fault in the expression, `length` how many characters it covers (0 at
    the end of the text), `expected` what would have been right there, `nearest` the closest word that is known.
    `str()` is a sentence that counts positions from 1, as people do.
    """

    def __init__(
        self, problem: str, position: int, length: int, expected: str = "", nearest: str | None = None
    ) -> None:
        self.position = position
        self.length = length
        self.expected = expected
        self.nearest = nearest
        sentence = f"{problem} at {position + 1}: "
        sentence += f'did you mean "{nearest}"?' if nearest else f"expected {expected}."
        super().__init__(sentence)


def nearest_word(word: str, known: "Iterable[str]") -> str | None:
    """The known word a person most likely meant, or None when none is close."""
    matches = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None
