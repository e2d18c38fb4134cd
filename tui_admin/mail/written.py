"""A message as it was written, made into the three texts that are filled: subject, plain text and HTML."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from ..rules.errors import BadInput
from ..rules.mailing import LIST_MAIL, Purpose
from ..rules.message_fields import FIELDS, Source, known_to
from ..rules.text import clean
from . import fields, headers, markdown, page, plain
from .fields import Parts, Slot
from .footer import footer
from .marks import LINK, TEXT, URL_PART, Marks, Writer
from .message import Frozen, MessageText
from .pieces import Fill, Filling, Given, Pieces, Woven, as_html, as_html_link, as_link, as_text, as_url_part

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE_ENDS = re.compile(r"\r\n?|\n")
_AS_TEXT = {TEXT: as_text, URL_PART: as_url_part, LINK: as_link}
_AS_HTML = {TEXT: as_html, URL_PART: as_url_part, LINK: as_html_link}
_UNSUBSCRIBE = FIELDS["unsubscribe_url"]


class Written:
    """A message as written: its texts with marks in place of slots, made into the three that are filled.

    `asked` are the fields it asks for, `required` those without which a place would stay blank; `leads` is the slot
    that gives the button its link, where a field does.
    """

    def __init__(self, text: MessageText, frozen: Frozen, purpose: Purpose) -> None:
        self._color = frozen.color
        self._constants = {"organization": clean(frozen.organization), "support": clean(frozen.support_contact or "")}
        parts = _parsed(text, purpose)
        self.leads = _leads(parts[-1])
        slots = [part for part in chain(*parts) if isinstance(part, Slot)]
        self.asked = frozenset(slot.field.name for slot in slots if slot.field.source is not Source.ORGANIZATION)
        self.required = self._required(slot for slot in slots if slot is not self.leads)
        self._marks = marks = Marks(f"{text}{frozen.to_json()}")
        self._subject, body, button_text, button_link = map(marks.put, parts)
        self._tokens: list[Token] = markdown.parse(body, marks)
        self._button = self._pressed(button_text, button_link)
        unsubscribe = None
        if purpose in LIST_MAIL:
            self.asked |= {_UNSUBSCRIBE.name}
            unsubscribe = marks.mark(Slot(_UNSUBSCRIBE), LINK)
        self._footer = footer(frozen, purpose, unsubscribe)

    def subject(self) -> Woven:
        """The subject, not yet made a single line."""
        return Woven(self._split(self._subject, _AS_TEXT))

    def text(self) -> Woven:
        """The plain-text part."""
        return Woven(self._text_pieces())

    def html(self) -> Woven:
        """The HTML part."""
        shown = page.Page(self._subject, markdown.to_html(self._tokens), self._button, self._footer)
        # The key followed by no number is no slot's mark.
        around = f"{self._marks.key}button"
        before, *pressed = page.drawn(shown, self._color, around).split(around)
        pieces = [*self._split(before, _AS_HTML)]
        if pressed:
            pieces += self._given(self._split(pressed[0], _AS_HTML))
            pieces += self._split(pressed[1], _AS_HTML)
        return Woven(pieces)

    def _required(self, slots: Iterable[Slot]) -> frozenset[str]:
        """The fields that must have a value for each recipient. Raises BadInput for one the organization lacks."""
        names = {slot.field.name for slot in slots if slot.default is None and slot.field is not _UNSUBSCRIBE}
        for name, value in self._constants.items():
            if name in names and not value:
                raise BadInput(
                    f"The message holds {{{{ {name} }}}}, and no {name} contact is set. Set it or leave it out."
                )
        return frozenset(names - set(self._constants))

    def _pressed(self, text: str, link: str) -> page.Button | None:
        if not text.strip() and not link.strip():
            return None
        if not text.strip() or not link.strip():
            raise BadInput("A button needs a text and a link: write both, or leave both out.")
        return page.Button(headers.line(text), markdown.link(link.strip(), self._marks, "The button's link"))

    def _given(self, pieces: Pieces) -> Pieces:
        """What shows the button: left out for whom a field gives it no link."""
        return (Given(Fill(self.leads, as_link), pieces),) if self.leads else pieces

    def _text_pieces(self) -> Iterator[str | Filling]:
        for gap, block in plain.spaced([*plain.blocks(self._tokens)]):
            yield gap
            yield from self._lines(block)
        if self._button:
            link = plain.Block(f"{self._button.text}: {self._button.link}")
            yield from self._given(("\n", *self._lines(link)))
        yield "\n"
        for line in (plain.RULE, *self._footer.lines()):
            yield from self._lines(plain.Block(line))

    def _lines(self, block: plain.Block) -> Pieces:
        pieces = self._split(block.text, _AS_TEXT)
        lines = plain.Lines(pieces, block)
        return (lines.filled({}),) if all(isinstance(piece, str) for piece in pieces) else (lines,)

    def _split(self, text: str, writers: Mapping[str, Writer]) -> Pieces:
        return self._marks.split(text, writers, self._constants)


def _parsed(text: MessageText, purpose: Purpose) -> tuple[Parts, Parts, Parts, Parts]:
    """Subject, body, and the button's text and link."""
    known = known_to(purpose)

    def parse(written: str | None, place: str) -> Parts:
        lines = map(clean, _LINE_ENDS.split(written or ""))
        return fields.parse("\n".join(lines), known, place)

    for written, place in ((text.subject, "subject"), (text.body, "body")):
        if not written.strip():
            raise BadInput(f"The {place} is blank.")
    return (
        parse(text.subject, "The subject"),
        parse(text.body, "The body"),
        parse(text.button_text, "The button"),
        parse(text.button_url, "The button's link"),
    )


def _leads(button_link: Parts) -> Slot | None:
    """The slot that says where the button leads; without a value there is no button, so none is required."""
    first = next((part for part in button_link if not isinstance(part, str) or part.strip()), None)
    return first if isinstance(first, Slot) and first.field.source is Source.LINK else None
