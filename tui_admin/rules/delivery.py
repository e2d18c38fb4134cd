"""One mail in a sender's hands: what it takes along, how a try at it is settled, and when it is tried again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .mailing import InDoubt, MailState, Purpose
from .times import MINUTE, Instant

_PAUSES = (5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 67 * MINUTE)
_JITTER = 0.2

THROTTLED_FOR = MINUTE
"""Milliseconds that a mail rests which came too fast for the server: that is no fault of the mail."""

NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""Enhanced status codes (RFC 3463) of an address that nobody is at, now or later; others are no fault of the person."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that a sender has claimed: a row of the outbox, with what its message says about doubt.

    `fields` (JSON) is what its message is filled with. `expires_at` is when it is not worth sending any more.
    `attempts` counts the tries that failed by the mail's own fault. `has_attachment` tells that one lies in the store.
    """

    id: int
    message_id: int
    learner_id: int | None
    membership_id: int | None
    purpose: Purpose
    address: str
    fields: str | None
    header_id: str
    header_date: Instant
    attempts: int
    expires_at: Instant | None
    in_doubt: InDoubt
    has_attachment: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a try, as it is recorded.

    `phase` is where in the dialogue it ended, with the server's `code`, `enhanced` status and `text`, "" and None where
    nothing was said. `counts` tells that it was an attempt, `next_at` when the mail may be tried again, `suppress` that
    nothing is to be sent to the address any more.
    """

    mail: Mail
    state: MailState
    at: Instant
    phase: str = ""
    code: int | None = None
    enhanced: str = ""
    text: str = ""
    counts: bool = False
    next_at: Instant | None = None
    suppress: bool = False


def pause_before(attempt: int, chance: float) -> Instant:
    """Milliseconds until a mail is tried again after its attempt of this number (from 1): 5, 10, 20, 40, then always
    67 minutes, a fifth more or less by `chance` (0 to 1), so that not all come at once."""
    return spread(_PAUSES[min(attempt, len(_PAUSES)) - 1], chance)


def spread(pause: Instant, chance: float) -> Instant:
    """A pause, a fifth longer or shorter by `chance` (0 to 1)."""
    return round(pause * (1 - _JITTER + 2 * _JITTER * chance))


AFTER_DOUBT = {
    InDoubt.HOLD: MailState.UNKNOWN,
    InDoubt.RESEND: MailState.DEFERRED,
    InDoubt.DROP: MailState.DROPPED,
}
"""What becomes of a mail whose answer was lost, by the policy of its message."""


def interleaved(mails: Iterable[Mail]) -> list[Mail]:
    """Mails in turns of message and domain, so that none waits behind all of another's."""
    seen: Counter[tuple[int, str]] = Counter()

    def turn(mail: Mail) -> int:
        seen[key := (mail.message_id, mail.address.rpartition("@")[2])] += 1
        return seen[key]

    return sorted(mails, key=turn)
