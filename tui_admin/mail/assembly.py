"""A mail put together: the headers every mail of a message shares, those of its recipient, and the parts."""

import hashlib
from urllib.parse import quote

from ..rules.mailing import LIST_MAIL, Purpose
from ..rules.text import stripped
from . import headers
from .encoding import base64, mostly_ascii
from .message import Attachment, Frozen, Recipient
from .pieces import Values, Woven

_TYPES = {
    "csv": 'text/csv; charset="utf-8"',
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST_FILE_NAME = 120


class Assembly:
    """Puts the mails of one message together. `body` is what all of them say: it decides how bodies are encoded."""

    def __init__(self, frozen: Frozen, purpose: Purpose, body: str) -> None:
        self._list_mail = purpose in LIST_MAIL
        self._answers_to = frozen.reply_to or frozen.sender_address
        self._quoted = mostly_ascii(body)
        self._shared = b"".join(_shared(frozen, purpose))
        encoding = b"quoted-printable" if self._quoted else b"base64"
        self._plain, self._html = (
            b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n' % (kind, encoding)
            for kind in (b"plain", b"html")
        )

    def unsubscribe_link(self, recipient: Recipient) -> str | None:
        """Where a recipient of list mail asks for no more of it: the page, else a mail to who answers; None for mail
        that nobody opts out of."""
        if not self._list_mail:
            return recipient.unsubscribe_url
        return recipient.unsubscribe_url or f"mailto:{quote(self._answers_to, safe='@')}?subject=unsubscribe"

    def mail(self, recipient: Recipient, subject: str, text: Woven, html: Woven, values: Values) -> bytes:
        """The bytes of a mail whose parts are filled with `values`."""
        # "=_" cannot stand in quoted-printable or base64, so no body can hold a boundary that begins so.
        token = hashlib.blake2b(recipient.header_id.encode(), digest_size=12).hexdigest().encode("ascii")
        link = self.unsubscribe_link(recipient) if self._list_mail else None
        content = self._alternatives(b"=_a" + token, self._encoded(text, values), self._encoded(html, values))
        if recipient.attachment:
            content = _with_attachment(b"=_m" + token, content, recipient.attachment)
        return b"".join(
            (
                headers.mailbox("To", recipient.name, recipient.address),
                headers.unstructured("Subject", subject),
                headers.date(recipient.date),
                headers.message_id(recipient.header_id),
                self._shared,
                headers.list_unsubscribe(link) if link else b"",
                content,
            )
        )

    def _alternatives(self, boundary: bytes, text: bytes, html: bytes) -> bytes:
        return b"".join(
            (
                b'Content-Type: multipart/alternative; boundary="%s"\r\n\r\n--%s\r\n' % (boundary, boundary),
                self._plain,
                text,
                b"\r\n--%s\r\n" % boundary,
                self._html,
                html,
                b"\r\n--%s--\r\n" % boundary,
            )
        )

    def _encoded(self, part: Woven, values: Values) -> bytes:
        if self._quoted:
            return part.quoted(values)
        return base64(part.filled(values).replace("\n", "\r\n").encode("utf-8"))


def _shared(frozen: Frozen, purpose: Purpose) -> tuple[bytes, ...]:
    address = headers.checked_address(frozen.sender_address)
    sender = frozen.sender_name or frozen.organization
    label = f"{purpose.value}.{address.rpartition('@')[2]}"
    return (
        headers.mailbox("From", sender, address),
        headers.mailbox("Reply-To", None, frozen.reply_to) if frozen.reply_to else b"",
        b"MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\nPrecedence: bulk\r\nX-Auto-Response-Suppress: All\r\n",
        headers.list_id(sender, label) if purpose in LIST_MAIL else b"",
    )


def _with_attachment(boundary: bytes, content: bytes, attachment: Attachment) -> bytes:
    name = file_name(attachment.name)
    kind = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    named = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name, safe='')}"
    described = (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {named}\r\n\r\n"
    )
    return b"".join(
        (
            b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (boundary, boundary),
            content,
            b"\r\n--%s\r\n" % boundary,
            described.encode("ascii"),
            base64(attachment.content),
            b"\r\n--%s--\r\n" % boundary,
        )
    )


def file_name(name: str) -> str:
    """A name that any system can save a file by: no folders, no control or reserved characters, not hidden."""
    bare = "".join("_" if mark in '\\/:*?"<>|' else mark for mark in stripped(name)).lstrip(". ")
    stem, dot, suffix = bare.rpartition(".")
    if not dot:
        return bare[:_LONGEST_FILE_NAME] or "attachment"
    return f"{stem[: _LONGEST_FILE_NAME - len(suffix) - 1]}.{suffix[:20]}"
