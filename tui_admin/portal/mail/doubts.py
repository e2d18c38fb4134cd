"""Mails in doubt: a person decides what became of them, or a mail server's log proves it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap

from ...mail.maillog import MailLog
from ...rules.errors import UsageError
from ...rules.mailing import MailState
from ...rules.roles import Actor, Right, Role
from ...rules.text import clean
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import doubts as store_doubts
from .. import journal, rights

ACTION = "decide on mails in doubt"


class Decision(StrEnum):
    """What became of a mail: it was sent; it is sent once more, with the same Message-ID; or it is given up."""

    SENT = "sent"
    RESEND = "resend"
    DROP = "drop"


_STATES: Mapping[Decision, MailState] = {
    Decision.SENT: MailState.SENT,
    Decision.RESEND: MailState.QUEUED,
    Decision.DROP: MailState.DROPPED,
}
_DONE: Mapping[Decision, str] = {
    Decision.SENT: "held for sent",
    Decision.RESEND: "sent again",
    Decision.DROP: "given up",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mail in doubt. `since` is when it was handed over, `reply` what is known of how that ended."""

    id: int
    message_id: int
    address: str
    header_id: str
    since: Instant | None
    reply: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided: how many mails, and how many of those asked for were in doubt no more."""

    count: int
    skipped: int
    entry_id: int | None
    summary: str


def in_doubt(store: Store, actor: Actor, message_id: int | None = None) -> list[Doubt]:
    """The mails in doubt, the oldest first: all for an organization admin, those of own messages for another."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        rows = store_doubts.found(connection, _own(actor), message_id, None, hold=False)
    names = ("id", "message_id", "address", "header_id", "inflight_at", "last_text")
    found = ((row[name] for name in names) for row in rows)
    return [Doubt(id, message, clean(to), ref, since, clean(said or "")) for id, message, to, ref, since, said in found]


def proven(doubts: Iterable[Doubt], log: MailLog) -> BitMap:
    """The mails in doubt that a log proves to have been taken."""
    return BitMap(doubt.id for doubt in doubts if doubt.header_id in log.taken)


def resolve(store: Store, actor: Actor, ids: Iterable[int], decision: Decision, now: Instant) -> Resolved:
    """Say what became of mails in doubt; those that are so no more, or not the actor's, are left as they are.

    Journaled, with each mail's state before and after. Raises UsageError where none of them is in doubt.
    """
    actor.require(Right.MESSAGE)
    asked = BitMap(ids)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.MESSAGE)
        rows = store_doubts.found(connection, _own(actor), None, asked, hold=True)
        if not rows:
            raise UsageError("None of these mails is in doubt.")
        going = BitMap(row["id"] for row in rows)
        state = _STATES[decision]
        store_doubts.settle(connection, going, state, now)
        if decision is Decision.RESEND:
            store_doubts.reopen(connection, {row["message_id"] for row in rows}, now)
        summary = f"{len(going):,} mail{'' if len(going) == 1 else 's'} in doubt {_DONE[decision]}"
        before, after = {"state": MailState.UNKNOWN.value}, {"state": state.value}
        entry = journal.append(
            connection,
            actor,
            now,
            action=ACTION,
            summary=summary,
            details={"messages": dict(Counter(str(row["message_id"]) for row in rows))},
            rows=((id, before, after) for id in going),
        )
    return Resolved(len(going), len(asked - going), entry, summary)


def _own(actor: Actor) -> str | None:
    return None if actor.role is Role.ORGANIZATION else actor.email
