"""Messages compiled once and filled per recipient: from what a person wrote to the bytes a mail server takes."""

from collections.abc import Mapping

from ..rules.mailing import Purpose
from ..rules.message_fields import Source, known_to
from . import fields, headers
from .assembly import Assembly
from .marks import Marks
from .message import Frozen, MessageText, Recipient, Rendered
from .pieces import Values, Woven, as_html, as_text


class CompiledMessage:
    """A message that is ready to be filled.

    `fields` are the fields it asks for of each recipient.
    """

    def __init__(self, subject: Woven, text: Woven, html: Woven, wanted: Mapping[str, bool], assembly: Assembly):
        self.fields = frozenset(wanted)
        self._required = frozenset(name for name, required in wanted.items() if required)
        self._subject, self._text, self._html = subject, text, html
        self._assembly = assembly

    def lacking(self, values: Values) -> frozenset[str]:
        """The fields that have no value and no default for a recipient: their places would stay blank."""
        return frozenset(name for name in self._required if not (values.get(name) or "").strip())

    def render(self, values: Values) -> Rendered:
        """The message filled, as a preview shows it."""
        subject = headers.line(self._subject.filled(values))
        return Rendered(subject, self._text.filled(values), self._html.filled(values))

    def mail(self, recipient: Recipient) -> bytes:
        """The mail to a recipient: ASCII, CRLF, the same bytes for the same recipient.

        Raises BadInput for an address, Message-ID or link that no header can hold.
        """
        values = {**recipient.fields, "unsubscribe_url": self._assembly.unsubscribe_link(recipient)}
        return self._assembly.mail(recipient, self._subject.filled(values), self._text, self._html, values)


def compile_message(text: MessageText, frozen: Frozen, purpose: Purpose) -> CompiledMessage:
    """Compile a message for its kind of mail.

    Raises BadInput naming the place of a field that is not known or not written right, of a construct that is not
    allowed, or of what is missing.
    """
    known = known_to(purpose)
    subject = fields.parse(text.subject, known, "The subject")
    body = fields.parse(text.body, known, "The body")
    marks = Marks(f"{text}{frozen}")
    constants = {"organization": frozen.organization, "support": frozen.support_contact or ""}
    asked = [part for part in (*subject, *body) if isinstance(part, fields.Slot)]
    wanted: dict[str, bool] = {}
    for slot in asked:
        if slot.field.source is not Source.ORGANIZATION:
            wanted[slot.field.name] = wanted.get(slot.field.name, False) or slot.default is None
    writers, html_writers = {"t": as_text}, {"t": as_html}
    woven_subject = Woven(marks.split(marks.put(subject), writers, constants))
    plain = Woven(marks.split(marks.put(body) + "\n", writers, constants))
    html = Woven(marks.split(f"<pre>{marks.put(body)}</pre>\n", html_writers, constants))
    return CompiledMessage(woven_subject, plain, html, wanted, Assembly(frozen, purpose, plain.fixed + html.fixed))
