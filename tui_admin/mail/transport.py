"""What hands a mail over, and the words for how that went. Nothing here knows SMTP's wire, a store or a clock."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ..rules.text import clean

LONGEST_REPLY = 500
"""Characters of a server's answer that are kept."""


class Phase(StrEnum):
    """Where in the dialogue with a server something happened."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a server: its code, the enhanced status (`4.7.28`, "" where it gave none), and the rest as one line
    that is safe to store and to show. Made by `reply`."""

    code: int
    enhanced: str
    text: str

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, self.text)))


class Fate(StrEnum):
    """What became of a mail that was handed over."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSENT = "unsent"
    IN_DOUBT = "in-doubt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How handing over one mail ended.

    ACCEPTED: the server has it. REFUSED: the server, or a rule of this installation, answered no; `reply` tells how.
    UNSENT: it broke before the server could have the whole mail, so that it may be handed over again. IN_DOUBT: the
    mail went out and no answer came that can be believed. `usable` says whether the connection takes another mail;
    `trouble` what happened where there is no reply.
    """

    fate: Fate
    phase: Phase
    reply: Reply | None = None
    usable: bool = False
    trouble: str = ""

    @property
    def text(self) -> str:
        """What happened, in one line that is safe to store and to show."""
        return str(self.reply) if self.reply else self.trouble


class Trouble(Exception):
    """No connection: where it failed, what the server said, and a sentence that says what to do. No mail is touched."""

    def __init__(self, phase: Phase, text: str, reply: Reply | None = None) -> None:
        super().__init__(text)
        self.phase, self.text, self.reply = phase, text, reply


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for each step. The usual ones are long on purpose: giving up early makes mails doubtful.

    `connect` is for reaching the server and, anew, for its greeting; `hello` for EHLO, TLS and AUTH each; `envelope`
    for MAIL and RCPT; `data` for the go-ahead; `block` for each piece of a large mail to leave; `final` for the answer
    to the whole mail; `reset` for RSET; `quit` for the farewell.
    """

    connect: float = 60
    hello: float = 120
    envelope: float = 300
    data: float = 120
    block: float = 180
    final: float = 600
    reset: float = 10
    quit: float = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes: connections at once, mails and seconds before a connection is renewed, refusals in a row
    before it is renewed (servers hang up after 20), and mails a second, minute and day (None: no limit known)."""

    connections: int = 4
    per_connection: int = 100
    connection_age: float = 300
    refusals_in_row: int = 8
    per_second: float | None = None
    per_minute: int | None = None
    per_day: int | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)


class Connection(Protocol):
    """One dialogue, used by one task at a time. It opens anew after `close`."""

    async def open(self) -> None:
        """Connect, secure and sign in. Raises Trouble; the connection is closed then."""

    async def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """Hand over one mail (a whole MIME message with a Message-ID) for one recipient.

        Never raises for anything that server or network do. A cancelled call closes the connection and raises
        CancelledError: the mail is in doubt then. Do not limit it in time from outside; see `Limits.timeouts`.
        """

    async def close(self) -> None:
        """Say farewell where it is open, and close. Never raises."""


class Transport(Protocol):
    """A way to hand mails over."""

    @property
    def label(self) -> str:
        """What it is, to show and to count quotas by; without any secret."""

    @property
    def limits(self) -> Limits:
        """How much it takes at once."""

    def connection(self) -> Connection:
        """A connection, not yet open."""


def reply(code: int, text: str) -> Reply:
    """A server's answer, made harmless: bytes that were no UTF-8 are written out, whatever could steer a terminal or
    break a store is replaced, and it is cut to `LONGEST_REPLY` characters."""
    line = text if text.isprintable() else clean(_written_out(text))
    enhanced, rest = _parted(line.strip())
    return Reply(code, enhanced, rest[:LONGEST_REPLY])


def _written_out(text: str) -> str:
    """Bytes that were no UTF-8 came as lone surrogates, which no store takes: each becomes `\\xe9`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\\udc", "\\x")


def _parted(line: str) -> tuple[str, str]:
    first, _, rest = line.partition(" ")
    parts = first.split(".")
    if len(parts) == 3 and parts[0] in {"2", "4", "5"} and all(part.isdecimal() and len(part) < 4 for part in parts):
        return first, rest
    return "", line
