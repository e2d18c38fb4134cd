"""Mail headers, written by an encoder of our own: text stays text, and no text can add a line or a header.

Values are taken as text, never as something encoded already: what looks like an encoded word is encoded itself, so that
the reader shows it as it stands. Everything written is ASCII, in lines that no server needs to fold.
"""

import re
from binascii import b2a_base64
from email.utils import format_datetime
from functools import lru_cache

from ..rules import addresses
from ..rules.errors import BadInput
from ..rules.text import clean, stripped
from ..rules.times import SECOND, Instant, to_datetime
from ..rules.web import is_link

_WORD_BYTES = 39  # of UTF-8 in an encoded word: with the longest header name the line stays within 76
_LONGEST_LINE = 66
_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r"[ -~]*").fullmatch
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+"
_ADDRESS = re.compile(rf"(?!.*=\?){_ATEXT}@[A-Za-z0-9.-]+").fullmatch
_MESSAGE_ID = re.compile(rf"<(?!.*=\?){_ATEXT}@[A-Za-z0-9.-]+>").fullmatch
_LONGEST_LINK = 900  # with the header's name, below the 998 bytes a line may have


def line(text: str) -> str:
    """A text as one line of visible characters with single spaces."""
    return _SPACES.sub(" ", stripped(text))


def unstructured(name: str, text: str) -> bytes:
    """A header whose value is free text, such as the subject."""
    value = line(text)
    if _PLAIN(value) and "=?" not in value:
        folded = _fold(value)
        if folded is not None:
            return f"{name}: {folded}\r\n".encode("ascii")
    return f"{name}: {_encoded_words(value)}\r\n".encode("ascii")


def mailbox(name: str, display: str | None, address: str) -> bytes:
    """A header that names one person, such as `To`. Raises BadInput for an address that no header can hold."""
    bare = checked_address(address)
    shown = line(display) if display else ""
    if not shown or shown == address:
        return f"{name}: {bare}\r\n".encode("ascii")
    phrase = _phrase(shown)
    gap = "\r\n " if len(phrase) + len(bare) > _LONGEST_LINE else " "
    return f"{name}: {phrase}{gap}<{bare}>\r\n".encode("ascii")


def list_id(display: str, label: str) -> bytes:
    """The header that names the kind of list a mail belongs to; `label` is of letters, digits, hyphens and dots."""
    phrase = _phrase(line(display))
    gap = "\r\n " if len(phrase) + len(label) > _LONGEST_LINE else " "
    return f"List-Id: {phrase}{gap}<{label}>\r\n".encode("ascii")


def date(moment: Instant) -> bytes:
    """The Date header, in UTC."""
    return _date(moment // SECOND)


def message_id(value: str) -> bytes:
    """The Message-ID header. Raises BadInput for what is none, or too long to stay on its line."""
    if not _MESSAGE_ID(value) or len(value) > 200:
        raise BadInput(f"{clean(value)!r} is no Message-ID.")
    return f"Message-ID: {value}\r\n".encode("ascii")


def list_unsubscribe(link: str) -> bytes:
    """The List-Unsubscribe header with a link on its one line, never folded or encoded, and where the link is a web
    page the header that says one request is enough (RFC 8058). Raises BadInput for what is no such link."""
    if not is_link(link) or len(link) > _LONGEST_LINK:
        raise BadInput(f"{clean(link)!r} is no link to unsubscribe by.")
    one_click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if link.startswith("https:") else ""
    return f"List-Unsubscribe: <{link}>\r\n{one_click}".encode("ascii")


def checked_address(address: str) -> str:
    """The address as a header and an envelope hold it: ASCII, the domain as IDNA A-labels.

    Raises BadInput for an address that is none, or that needs a server that takes non-ASCII names (SMTPUTF8).
    """
    if _ADDRESS(address):
        return address
    bare = addresses.canonical(address)
    if not bare.isascii():
        raise BadInput(f"{clean(bare)!r} has letters before the @ that few mail servers take; give another address.")
    if not _ADDRESS(bare):
        raise BadInput(f"{clean(bare)!r} cannot stand in a mail's header; give another address.")
    return bare


@lru_cache(maxsize=256)
def _date(second: int) -> bytes:
    return f"Date: {format_datetime(to_datetime(second * SECOND))}\r\n".encode("ascii")


def _fold(value: str) -> str | None:
    """A text of single spaces, broken at them; None where a word is longer than a line."""
    if len(value) <= _LONGEST_LINE:
        return value
    lines, current = [], ""
    for word in value.split(" "):
        if len(word) > _LONGEST_LINE:
            return None
        if current and len(current) + 1 + len(word) > _LONGEST_LINE:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return "\r\n ".join((*lines, current))


def _phrase(shown: str) -> str:
    if _PLAIN(shown) and "=?" not in shown and len(shown) <= _LONGEST_LINE:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded_words(shown)


def _encoded_words(text: str) -> str:
    data = text.encode("utf-8")
    words = []
    while data:
        end = min(_WORD_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b2a_base64(data[:end], newline=False).decode('ascii')}?=")
        data = data[end:]
    return "\r\n ".join(words)
