"""Messages compiled once and filled per recipient: from what a person wrote to the bytes a mail server takes."""

from collections.abc import Mapping
from urllib.parse import quote

from ..rules.mailing import Purpose
from ..rules.text import stripped
from . import headers
from .assembly import Assembly
from .message import Frozen, MessageText, Recipient, Rendered
from .pieces import Fill, Values, as_link
from .written import Written


class CompiledMessage:
    """A message that is ready to be filled.

    `fields` are the names it asks for of each recipient.
    """

    def __init__(self, written: Written, frozen: Frozen, purpose: Purpose) -> None:
        self.fields, self._required = written.asked, written.required
        self._button = Fill(written.leads, as_link) if written.leads else None
        self._subject, self._text, self._html = written.subject(), written.text(), written.html()
        self._assembly = Assembly(frozen, purpose, self._subject, self._text, self._html)
        answers = quote(headers.checked_address(frozen.reply_to or frozen.sender_address), safe="@")
        self._unsubscribe = f"mailto:{answers}?subject=unsubscribe"

    def lacking(self, values: Mapping[str, str | None]) -> frozenset[str]:
        """The fields that have neither a value for a recipient nor a default: their places would stay blank."""
        return frozenset(name for name in self._required if not stripped(values.get(name) or ""))

    def bare(self, values: Mapping[str, str | None]) -> bool:
        """Whether a recipient's mail has no button, because the field it leads to has no value."""
        return self._button is not None and not self._button.filled(self._harmless(values, None))

    def render(self, values: Mapping[str, str | None]) -> Rendered:
        """The message filled, as a preview shows it."""
        harmless = self._harmless(values, values.get("unsubscribe_url"))
        subject = headers.line(self._subject.filled(harmless))
        return Rendered(subject, self._text.filled(harmless), self._html.filled(harmless))

    def mail(self, recipient: Recipient) -> bytes:
        """The mail to a recipient: ASCII, CRLF, the same bytes for the same recipient.

        Raises BadInput for an address, Message-ID or link that no header can hold.
        """
        link = recipient.unsubscribe_url or self._unsubscribe
        return self._assembly.mail(recipient, link, self._harmless(recipient.fields, link))

    def _harmless(self, values: Mapping[str, str | None], link: str | None) -> Values:
        """What is asked for of the values, each as one line that can steer nothing."""
        given = {**values, "unsubscribe_url": link or self._unsubscribe}
        return {name: stripped(given.get(name) or "") for name in self.fields}


def compile_message(text: MessageText, frozen: Frozen, purpose: Purpose) -> CompiledMessage:
    """Compile a message for its kind of mail.

    Raises BadInput naming the place of a field that is not known or not written right, of a construct that is not
    allowed, or of what is missing.
    """
    return CompiledMessage(Written(text, frozen, purpose), frozen, purpose)
