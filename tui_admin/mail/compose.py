"""Messages compiled once and filled per recipient: from what a person wrote to the bytes a mail server takes."""

from urllib.parse import quote

from ..rules.mailing import Purpose
from . import headers
from .assembly import Assembly
from .message import Frozen, MessageText, Recipient, Rendered
from .pieces import Values
from .written import Written


class CompiledMessage:
    """A message that is ready to be filled.

    `fields` are the names it asks for of each recipient.
    """

    def __init__(self, written: Written, frozen: Frozen, purpose: Purpose) -> None:
        self.fields, self._required = written.asked, written.required
        self._subject, self._text, self._html = written.subject(), written.text(), written.html()
        self._assembly = Assembly(frozen, purpose, self._subject, self._text, self._html)
        answers = quote(headers.checked_address(frozen.reply_to or frozen.sender_address), safe="@")
        self._unsubscribe = f"mailto:{answers}?subject=unsubscribe"

    def lacking(self, values: Values) -> frozenset[str]:
        """The fields that have neither a value for a recipient nor a default: their places would stay blank."""
        return frozenset(name for name in self._required if not (values.get(name) or "").strip())

    def render(self, values: Values) -> Rendered:
        """The message filled, as a preview shows it."""
        values = self._with_link(values, values.get("unsubscribe_url"))
        subject = headers.line(self._subject.filled(values))
        return Rendered(subject, self._text.filled(values), self._html.filled(values))

    def mail(self, recipient: Recipient) -> bytes:
        """The mail to a recipient: ASCII, CRLF, the same bytes for the same recipient.

        Raises BadInput for an address, Message-ID or link that no header can hold.
        """
        values = self._with_link(recipient.fields, recipient.unsubscribe_url)
        return self._assembly.mail(recipient, values["unsubscribe_url"] or "", values)

    def _with_link(self, values: Values, link: str | None) -> Values:
        return {**values, "unsubscribe_url": link or self._unsubscribe}


def compile_message(text: MessageText, frozen: Frozen, purpose: Purpose) -> CompiledMessage:
    """Compile a message for its kind of mail.

    Raises BadInput naming the place of a field that is not known or not written right, of a construct that is not
    allowed, or of what is missing.
    """
    return CompiledMessage(Written(text, frozen, purpose), frozen, purpose)
