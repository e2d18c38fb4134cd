"""A compiled text: fixed pieces, and between them what is filled in per recipient."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Protocol
from urllib.parse import quote

from ..rules.text import stripped
from .encoding import quoted
from .fields import Slot

Values = Mapping[str, str | None]


class Filling(Protocol):
    """Something that becomes text once the recipient's values are known."""

    def filled(self, values: Values) -> str:
        """The text for these values."""
        ...


class Fill:
    """One slot, written the way its place asks for."""

    def __init__(self, slot: Slot, written: Callable[[str], str]) -> None:
        self.slot, self.written = slot, written
        self._name, self._default = slot.field.name, slot.default or ""

    def filled(self, values: Values) -> str:
        """The value, or the slot's default where it is blank."""
        value = values.get(self._name)
        return self.written((value and stripped(value)) or self._default)


def as_text(value: str) -> str:
    """In plain text."""
    return value


def as_html(value: str) -> str:
    """Between tags or within an attribute."""
    return escape(value)


def as_url_part(value: str) -> str:
    """Within a web address."""
    return quote(value, safe="")


class Woven:
    """Pieces in their order; the fixed ones are encoded once."""

    def __init__(self, pieces: tuple[str | Filling, ...]) -> None:
        self.pieces = pieces
        self._encoded = [quoted(piece) if isinstance(piece, str) else b"" for piece in pieces]
        self._fillings = [(at, piece) for at, piece in enumerate(pieces) if not isinstance(piece, str)]

    @property
    def fixed(self) -> str:
        """What is the same for everybody."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    def filled(self, values: Values) -> str:
        """The whole text for a recipient."""
        return "".join(piece if isinstance(piece, str) else piece.filled(values) for piece in self.pieces)

    def quoted(self, values: Values) -> bytes:
        """The same as quoted-printable lines."""
        encoded = self._encoded.copy()
        for at, filling in self._fillings:
            encoded[at] = quoted(filling.filled(values))
        return b"".join(encoded)
