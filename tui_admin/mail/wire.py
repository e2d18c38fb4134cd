"""How addresses and mails are written on an SMTP connection. Pure."""

import re
from collections.abc import Container, Iterator, Mapping

from ..rules.addresses import canonical
from ..rules.errors import BadInput
from ..rules.text import clean
from .transport import Phase, Reply

CHUNK = 64 * 1024
"""Bytes that are written at once: of a larger mail the end is not let go while its beginning is held up."""

MEGABYTE = 1_000_000

_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_UNSAFE = re.compile(r'[\s<>"\x00-\x20\x7f-\x9f]')
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)
_XTEXT = re.compile(r"[^!-~]|[+=]")


class Unwritable(Exception):
    """An address or mail that this server cannot be given; `reply` is what a server would answer at `phase`."""

    def __init__(self, phase: Phase, reply: Reply) -> None:
        super().__init__(str(reply))
        self.phase, self.reply = phase, reply


def envelope(
    sender: str, recipient: str, payload: bytes, offered: Mapping[str, str]
) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The words of MAIL and of RCPT for a server that offers these extensions (in lower case, with their parameters).

    Raises Unwritable for an address it cannot be given, and for a mail larger than it says it takes.
    """
    _weigh(len(payload), offered.get("size", ""))
    origin, target = _path(Phase.MAIL, sender, offered), _path(Phase.RCPT, recipient, offered)
    mail, rcpt = [b"MAIL", b"FROM:<%s>" % origin], [b"RCPT", b"TO:<%s>" % target]
    if "size" in offered:
        mail.append(b"SIZE=%d" % len(payload))
    if not (origin.isascii() and target.isascii()):
        mail.append(b"SMTPUTF8")
    if "dsn" in offered:
        mail.append(b"RET=HDRS")
        if name := message_id(payload):
            mail.append(b"ENVID=" + _xtext(name))
        rcpt.append(b"NOTIFY=FAILURE,DELAY")
    return tuple(mail), tuple(rcpt)


def _weigh(size: int, most: str) -> None:
    if most.isdecimal() and 0 < int(most) < size:
        said = f"the mail has {size / MEGABYTE:,.1f} MB, this mail server takes {int(most) / MEGABYTE:,.1f} MB"
        raise Unwritable(Phase.BODY, Reply(552, "5.3.4", said))


def _path(phase: Phase, address: str, offered: Container[str]) -> bytes:
    local, _, domain = address.rpartition("@")
    if not local or _UNSAFE.search(address):
        raise _refused(phase, "5.1.3" if phase is Phase.RCPT else "5.1.7", f"{clean(address)!r} cannot be written to")
    if not local.isascii() and "smtputf8" not in offered:
        raise _refused(phase, "5.6.7", f"this mail server does not take {address}, which is not all ASCII (SMTPUTF8)")
    return f"{local}@{domain if domain.isascii() else _ascii(phase, domain)}".encode()


def _ascii(phase: Phase, domain: str) -> str:
    try:
        return canonical(f"x@{domain}")[2:]
    except BadInput as error:
        raise _refused(phase, "5.1.2", str(error)) from None


def _refused(phase: Phase, enhanced: str, text: str) -> Unwritable:
    return Unwritable(phase, Reply(553, enhanced, text))


def _xtext(text: str) -> bytes:
    """ASCII text as a parameter is written (RFC 3461)."""
    return _XTEXT.sub(lambda mark: f"+{ord(mark[0]):02X}", text).encode("ascii")


def message_id(payload: bytes) -> str:
    """The Message-ID of a mail, without its angle brackets; "" where it has none."""
    found = _MESSAGE_ID.search(payload, 0, payload.find(b"\r\n\r\n"))
    return found[1].decode("ascii", "replace") if found else ""


def chunks(payload: bytes) -> Iterator[bytes]:
    """A mail as it goes over the wire: lines end in CRLF, dots that begin a line are doubled, a lone dot ends it."""
    ends = payload.count(b"\r\n")
    if payload.count(b"\n") != ends or payload.count(b"\r") != ends:
        payload = _LINE_END.sub(b"\r\n", payload)
    if not payload.endswith(b"\r\n"):
        payload += b"\r\n"
    if payload.startswith(b".") or b"\n." in payload:
        payload = _LINE_DOT.sub(b"..", payload)
    payload += b".\r\n"
    for start in range(0, len(payload), CHUNK):
        yield payload[start : start + CHUNK]
