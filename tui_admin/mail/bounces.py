"""Bounces read: which address a mail came back from, whether for good, and which mail it was.

A notice as RFC 3464 lays it out is read by its fields; the many others by flufl.bounce, which knows what mail servers
write. All of it comes from strangers: nothing raises, nothing is believed here.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr
from enum import StrEnum

from flufl.bounce import all_failures

from ..rules.addresses import canonical
from ..rules.delivery import NO_SUCH_ADDRESS
from ..rules.errors import BadInput
from ..rules.text import clean

LARGEST = 1 << 18
"""Bytes of a notice that are looked at: what matters of the mail it returns are the headers."""

_GUESSED_FROM = 1 << 16  # flufl.bounce tries some hundred patterns on each line, and servers come to the point at once

LONGEST_SAID = 500

_LONGEST_FIELD = 2_000
_MOST_IDS = 50

_LONG_LINES = re.compile(rb"([^\n]{998})[^\n]+")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_GENERIC = re.compile(r"|\d\.0\.0").fullmatch
_HEADER_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_RETURNED = re.compile(r"^[> \t]*(?:Received|Message-ID|Return-Path):", re.IGNORECASE | re.MULTILINE)
_NOBODY = re.compile(
    r"user unknown|unknown (?:user|recipient|mailbox)|no such (?:user|mailbox|recipient|address|person)|"
    r"(?:user|mailbox|recipient|address|account|person) (?:does not|doesn't|doesn’t) exist|no mailbox here|"
    r"(?:user|mailbox|recipient|address) (?:was |is )?not found|(?:user|recipient) not known",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(r"\s*(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office)\b", re.I)
_MAILER = re.compile(r"mailer[-_.]?daemon|postmaster|mail[-_.]?delivery|(?:mail )?delivery (?:sub)?system", re.I)

# A detector that stumbles over a strange message is logged by the library; it is told to the administrator instead.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())


class Kind(StrEnum):
    """What a message that was looked at is."""

    BOUNCE = "bounce"
    AUTOMATIC = "automatic answer"
    UNCLASSIFIED = "unclassified"


class Ending(StrEnum):
    """How a delivery ended: nobody is there, it failed for any other reason, or is still being tried."""

    NOBODY = "no such address"
    FAILED = "failed"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that a mail did not reach, in its canonical forms (as it was written to, as the last server knew it),
    with the enhanced status code and the server's words, "" where there are none."""

    addresses: tuple[str, ...]
    ending: Ending
    status: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message read: what it is, what did not arrive, and the Message-IDs of the mails it returns or answers."""

    kind: Kind
    failures: tuple[Failure, ...] = ()
    header_ids: tuple[str, ...] = ()


def read_notice(content: bytes) -> Notice:
    """What a message says, whatever it holds."""
    try:
        return _read(_LONG_LINES.sub(rb"\1", content[:LARGEST]))
    except RecursionError:  # parts within parts within parts: nothing a mail server writes
        return Notice(Kind.UNCLASSIFIED)


def _read(content: bytes) -> Notice:
    message = message_from_bytes(content)
    blocks = list(_status_blocks(message))
    failures = tuple(failure for block in blocks if (failure := _failure(block)))
    if not failures:
        if any(not _is_trouble(block) for block in blocks) or _is_automatic(message):
            return Notice(Kind.AUTOMATIC)
        failures = _guessed(message_from_bytes(content[:_GUESSED_FROM]))
    return Notice(Kind.BOUNCE if failures else Kind.UNCLASSIFIED, failures, _header_ids(message))


# --- by the fields of RFC 3464


def _status_blocks(message: Message) -> Iterator[Message]:
    """What a delivery status says of each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in _parts(part) if _field(block, "Action"))


def _failure(block: Message) -> Failure | None:
    said = _field(block, "Diagnostic-Code")
    found = (_address(_field(block, name).rpartition(";")[2]) for name in ("Original-Recipient", "Final-Recipient"))
    addresses = tuple(dict.fromkeys(filter(None, found)))
    if not addresses or not _is_trouble(block):
        return None
    given = _field(block, "Status")
    status = _status(given)
    if _GENERIC(status):
        status = _status(said) or status
    ending = Ending.DELAYED if _action(block).startswith("delayed") else _ending(status, f"{given} {said}")
    return Failure(addresses, ending, status, _told(said or given))


def _action(block: Message) -> str:
    return _field(block, "Action").lower()


def _is_trouble(block: Message) -> bool:
    """Whether a mail did not arrive; other actions say that it did, or went on."""
    return _action(block).startswith(("fail", "error", "delayed"))


def _ending(status: str, said: str) -> Ending:
    """A code that says something is believed; words only where there is none."""
    nobody = bool(_NOBODY.search(said)) if _GENERIC(status) else status in NO_SUCH_ADDRESS
    return Ending.NOBODY if nobody else Ending.FAILED


# --- by what mail servers are known to write


def _guessed(message: Message) -> tuple[Failure, ...]:
    try:
        delayed, failed = all_failures(message)
    except Exception:  # its detectors raise whatever a strange message leads to; it is shown as unclassified then
        return ()
    before = {address for found in delayed if (address := _address(found.decode("ascii", "replace")))}
    gone = {address for found in failed if (address := _address(found.decode("ascii", "replace")))}
    said = _words(message) if len(gone) == 1 else ""  # of several addresses it is not known which the words are about
    status = _status(said)
    ending = _ending(status, said)
    found = _NOBODY.search(said)
    line = said[said.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0] if found else ""
    return (
        *(Failure((address,), Ending.DELAYED) for address in sorted(before - gone)),
        *(Failure((address,), ending, status, _told(line)) for address in sorted(gone)),
    )


def _words(message: Message) -> str:
    """What a server wrote before it quotes the mail."""
    text = next(_texts(message), "")
    quoted = _RETURNED.search(text)
    return text[: quoted.start()] if quoted else text


def _is_automatic(message: Message) -> bool:
    """Whether a person's mailbox answers for them: they are away, or have read it. Mail servers mark their notices the
    same way, so who writes decides."""
    if message.get_content_type() == "multipart/report":
        kind = message.get_param("report-type")
        return isinstance(kind, str) and kind.lower() == "disposition-notification"
    if _field(message, "X-Failed-Recipients") or _MAILER.search(_field(message, "From")):
        return False
    return (
        _field(message, "Auto-Submitted").lower().startswith("auto-replied")
        or _field(message, "Precedence").lower() == "auto_reply"
        or any(message.get(name) is not None for name in ("X-Autoreply", "X-Autorespond"))
        or bool(_AUTOMATIC_SUBJECT.match(_field(message, "Subject")))
    )


# --- which mail it was


def _header_ids(message: Message) -> tuple[str, ...]:
    """The Message-IDs of what is returned, and of what the notice answers."""
    found = []
    for part in message.walk():
        kind = part.get_content_type()
        if part.get_content_maintype() == "message":  # rfc822, and what servers make of it: rfc822-headers, global
            found += [_field(inner, "Message-ID") for inner in _parts(part)]
        elif kind == "text/rfc822-headers":
            found.append(_field(message_from_string(_text(part)), "Message-ID"))
    for text in _texts(message):
        found += _HEADER_ID.findall(text)
    found += [*_field(message, "In-Reply-To").split(), *_field(message, "References").split()]
    return tuple(dict.fromkeys(clean(id) for id in found if id.startswith("<")))[:_MOST_IDS]


# --- text of strangers


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _texts(message: Message) -> Iterator[str]:
    return (_text(part) for part in message.walk() if part.get_content_type() == "text/plain")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _field(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:_LONGEST_FIELD].strip()


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return found[0] if found else ""


def _address(text: str) -> str | None:
    try:
        return canonical(parseaddr(text)[1] or text)
    except BadInput:
        return None


def _told(text: str) -> str:
    return clean(" ".join(text.split()))[:LONGEST_SAID]
