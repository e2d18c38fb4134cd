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
    """Puts the mails of one message together."""

    def __init__(self, frozen: Frozen, purpose: Purpose, subject: Woven, text: Woven, html: Woven) -> None:
        self._list_mail = purpose in LIST_MAIL
        self._shared = b"".join(_shared(frozen, purpose))
        self._subject = subject
        self._text, self._html = _Part("plain", text), _Part("html", html)

    def mail(self, recipient: Recipient, unsubscribe_link: str, values: Values) -> bytes:
        """The bytes of a mail whose parts are filled with `values`."""
        # "=_" cannot stand in quoted-printable or base64, so no body can hold a boundary that begins so.
        token = hashlib.blake2b(recipient.header_id.encode(), digest_size=12).hexdigest().encode("ascii")
        content = _alternatives(b"=_a" + token, self._text.encoded(values), self._html.encoded(values))
        if recipient.attachment:
            content = _with_attachment(b"=_m" + token, content, recipient.attachment)
        return b"".join(
            (
                headers.mailbox("To", recipient.name, recipient.address),
                headers.unstructured("Subject", self._subject.filled(values)),
                headers.date(recipient.date),
                headers.message_id(recipient.header_id),
                self._shared,
                headers.list_unsubscribe(unsubscribe_link) if self._list_mail else b"",
                content,
            )
        )


class _Part:
    """One of the two bodies, with the headers that say how it is encoded."""

    def __init__(self, kind: str, content: Woven) -> None:
        self._content, self._quoted = content, mostly_ascii(content.fixed)
        encoding = "quoted-printable" if self._quoted else "base64"
        described = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
        self._head = described.encode("ascii")

    def encoded(self, values: Values) -> bytes:
        """Headers and body, filled."""
        if self._quoted:
            return self._head + self._content.quoted(values)
        return self._head + base64(self._content.filled(values).replace("\n", "\r\n").encode("utf-8"))


def _alternatives(boundary: bytes, text: bytes, html: bytes) -> bytes:
    between = b"\r\n--%s" % boundary
    head = b'Content-Type: multipart/alternative; boundary="%s"\r\n' % boundary
    return b"".join((head, between, b"\r\n", text, between, b"\r\n", html, between, b"--\r\n"))


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
