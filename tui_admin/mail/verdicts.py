"""What the end of a dialogue means for the mail, for its message, and for the pace of sending."""

import re
from collections import Counter, deque
from dataclasses import dataclass

from ..rules.delivery import AFTER_DOUBT, NO_SUCH_ADDRESS, THROTTLED_FOR, Mail, Settlement, pause_before, spread
from ..rules.mailing import MailState
from ..rules.times import Instant
from .transport import Fate, Outcome, Phase, Reply

_TOO_FAST = frozenset({421, 432, 452, 454})
_SAYS_TOO_FAST = re.compile(r"\brate|throttl|too many", re.IGNORECASE)
_MAILBOX = ("4.1.", "4.2.", "5.1.", "5.2.")

IN_ROW = 20
"""Refusals of content in a row, with the same code, after which a message pauses."""

STRANGERS_IN_ROW = 100
"""Refused recipients in a row after which a message pauses: no list is that stale, the server must be mistaken."""

WINDOW, SHARE = 500, 0.05
"""Of so many last tries, the share refused for content with the same code beyond which a message pauses."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`settlement` of the mail; whether the server asked to go slower; why its whole message must pause, if so."""

    settlement: Settlement
    throttled: bool = False
    pause: str = ""


def judge(mail: Mail, outcome: Outcome, at: Instant, chance: float) -> Verdict:
    """What the end of a try at a mail means. `chance` (0 to 1) spreads the next tries."""
    match outcome.fate:
        case Fate.ACCEPTED:
            return Verdict(_settled(mail, outcome, at, MailState.SENT, counts=True))
        case Fate.IN_DOUBT:
            return Verdict(in_doubt(mail, outcome, at, chance))
        case Fate.UNSENT if outcome.phase is Phase.MAIL:
            return Verdict(_settled(mail, outcome, at, MailState.QUEUED))
        case Fate.UNSENT:
            return Verdict(_later(mail, outcome, at, pause_before(mail.attempts + 1, chance), counts=True))
    return _refused(mail, outcome, at, chance)


def in_doubt(mail: Mail, outcome: Outcome, at: Instant, chance: float) -> Settlement:
    """How a mail is settled whose answer was lost: as its message says."""
    state = AFTER_DOUBT[mail.in_doubt]
    if state is MailState.DEFERRED:
        return _later(mail, outcome, at, pause_before(mail.attempts + 1, chance), counts=True)
    return _settled(mail, outcome, at, state, counts=True)


def is_throttling(phase: Phase, reply: Reply) -> bool:
    """Whether a server asks to go slower; a full mailbox is no such thing."""
    if not 400 <= reply.code < 500 or (phase is not Phase.MAIL and reply.enhanced.startswith(_MAILBOX)):
        return False
    return reply.code in _TOO_FAST or bool(_SAYS_TOO_FAST.search(reply.text))


def is_about_recipient(phase: Phase, enhanced: str) -> bool:
    """Whether a refusal is about the recipient, not about what is sent or who sends it."""
    return enhanced.startswith(_MAILBOX) or (phase is Phase.RCPT and not enhanced)


def _refused(mail: Mail, outcome: Outcome, at: Instant, chance: float) -> Verdict:
    reply = outcome.reply
    assert reply is not None, "a refusal without an answer"
    if is_throttling(outcome.phase, reply):
        return Verdict(_later(mail, outcome, at, spread(THROTTLED_FOR, chance)), throttled=True)
    if reply.code < 500:
        return Verdict(_later(mail, outcome, at, pause_before(mail.attempts + 1, chance), counts=True))
    if outcome.phase is Phase.MAIL:
        reason = f"The server refuses the sender: {reply}. Correct the sender's address or the server's, then resume."
        return Verdict(_settled(mail, outcome, at, MailState.QUEUED), pause=reason)
    unknown_there = reply.enhanced in NO_SUCH_ADDRESS
    return Verdict(_settled(mail, outcome, at, MailState.FAILED, counts=True, suppress=unknown_there))


def _later(mail: Mail, outcome: Outcome, at: Instant, pause: Instant, *, counts: bool = False) -> Settlement:
    """Another try after a pause, unless the mail expires before."""
    if mail.expires_at is not None and at + pause >= mail.expires_at:
        return _settled(mail, outcome, at, MailState.EXPIRED, counts=counts)
    return _settled(mail, outcome, at, MailState.DEFERRED, counts=counts, next_at=at + pause)


def _settled(
    mail: Mail,
    outcome: Outcome,
    at: Instant,
    state: MailState,
    *,
    counts: bool = False,
    next_at: Instant | None = None,
    suppress: bool = False,
) -> Settlement:
    said = outcome.reply
    return Settlement(
        mail,
        state,
        at,
        phase=outcome.phase,
        code=said.code if said else None,
        enhanced=said.enhanced if said else "",
        text=said.text if said else outcome.trouble,
        counts=counts,
        next_at=next_at,
        suppress=suppress,
    )


class RefusalWatch:
    """Watches the tries of one message for a refusal that is not about single recipients."""

    def __init__(self) -> None:
        self._last: deque[int | None] = deque(maxlen=WINDOW)
        self._codes: Counter[int] = Counter()
        self._row, self._row_code, self._strangers = 0, 0, 0

    def see(self, settlement: Settlement) -> str:
        """Take note of a settled try; the reason to pause the message, or "" where it may go on."""
        if settlement.state not in (MailState.SENT, MailState.FAILED):
            return ""
        code = settlement.code if settlement.state is MailState.FAILED else None
        if code is not None and is_about_recipient(Phase(settlement.phase), settlement.enhanced):
            self._strangers += 1
            return self._reason(settlement, self._strangers) if self._strangers >= STRANGERS_IN_ROW else ""
        self._strangers = 0
        self._note(code)
        if code is None:
            return ""
        if self._row >= IN_ROW or self._codes[code] > SHARE * WINDOW:
            return self._reason(settlement, self._codes[code])
        return ""

    def _note(self, code: int | None) -> None:
        if len(self._last) == WINDOW and (gone := self._last[0]) is not None:
            self._codes[gone] -= 1
        self._last.append(code)
        if code is None:
            self._row = 0
            return
        self._codes[code] += 1
        self._row, self._row_code = (self._row + 1 if code == self._row_code else 1), code

    def _reason(self, settlement: Settlement, times: int) -> str:
        said = " ".join(filter(None, (str(settlement.code), settlement.enhanced, settlement.text)))
        return f"The server refused {times:,} mails of this message, last with: {said}. Resume once that is mended."
