"""A compiled text: fixed pieces, and between them what is filled in per recipient."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Protocol
from urllib.parse import quote

from ..rules.web import is_link
from .encoding import quoted
from .fields import Slot

_LINK_MARKS = "!#$%&'()*+,-./:;=?@[]_~"

Values = Mapping[str, str]
"""A recipient's values by field, each one harmless line; blank where there is none."""


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
        return self.written(values.get(self._name) or self._default)


def as_text(value: str) -> str:
    """In plain text."""
    return value


def as_html(value: str) -> str:
    """Between tags or within an attribute."""
    return escape(value)


def as_link(value: str) -> str:
    """As a whole web address, its unusual characters encoded; nothing where a mail may not link to it.

    `http:` is let through: an organization's own address may be one on a test machine.
    """
    link = value if is_link(value) else quote(value, safe=_LINK_MARKS)
    return link if is_link(link) else ""


def as_html_link(value: str) -> str:
    """As a whole web address within an attribute."""
    return escape(as_link(value))


def as_url_part(value: str) -> str:
    """Within a web address."""
    return quote(value, safe="")


Pieces = tuple[str | Filling, ...]


def filled(pieces: Pieces, values: Values) -> str:
    """The whole text for a recipient."""
    return "".join([piece if isinstance(piece, str) else piece.filled(values) for piece in pieces])


def merged(pieces: Iterable[str | Filling]) -> Pieces:
    """The pieces with neighbouring fixed ones as one, blank ones left out."""
    found: list[str | Filling] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, str) and isinstance(last, str):
            found[-1] = last + piece
        elif piece != "":
            found.append(piece)
    return tuple(found)


class Given:
    """Pieces that are there only where a fill has a value, such as a button that leads somewhere."""

    def __init__(self, fill: Filling, pieces: Pieces) -> None:
        self._fill, self._pieces = fill, pieces

    def filled(self, values: Values) -> str:
        """The pieces, or nothing."""
        return filled(self._pieces, values) if self._fill.filled(values) else ""


class Woven:
    """Pieces in their order, the fixed ones encoded once."""

    def __init__(self, pieces: Iterable[str | Filling]) -> None:
        self.pieces = pieces = merged(pieces)
        self._encoded = [quoted(piece) if isinstance(piece, str) else b"" for piece in pieces]
        self._fillings = [(at, piece) for at, piece in enumerate(pieces) if not isinstance(piece, str)]

    @property
    def fixed(self) -> str:
        """What is the same for everybody."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    def filled(self, values: Values) -> str:
        """The whole text for a recipient."""
        return filled(self.pieces, values)

    def quoted(self, values: Values) -> bytes:
        """The same as quoted-printable lines."""
        encoded = self._encoded.copy()
        for at, filling in self._fillings:
            encoded[at] = quoted(filling.filled(values))
        return b"".join(encoded)
