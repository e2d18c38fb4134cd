"""The messages: drafts, scheduled, under way, sent; how far each got, and each of its mails."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from ...rules.mailing import TO_ADMINISTRATORS, MailState, MessageState, Purpose
from ...rules.roles import Actor, Right, Role
from ...rules.text import clean
from ...rules.times import DAY, Instant
from ...store.engine import Store
from ...store.mail import messages as store_messages
from .drafts import Draft, draft_of, owned

TO_PEOPLE = frozenset(Purpose) - TO_ADMINISTRATORS
"""What a list of messages shows: mails to learners, not those to whoever asked for them."""

PAGE = 50


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a list. `counts` says how many of its mails got how far."""

    id: int
    subject: str
    purpose: Purpose
    state: MessageState
    created_by: str
    created_at: Instant
    changed_at: Instant
    send_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    pause_reason: str
    counts: Mapping[MailState, int]

    @property
    def total(self) -> int:
        """How many mails it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many of them need nothing more."""
        return self.total - sum(self.counts.get(state, 0) for state in _UNSETTLED)


_UNSETTLED = (MailState.QUEUED, MailState.CLAIMED, MailState.INFLIGHT, MailState.DEFERRED, MailState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with all it says."""

    message: Message
    draft: Draft


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail of a message. `reply` is what the server said last; `final_at` when it was settled."""

    id: int
    learner_id: int | None
    membership_id: int | None
    name: str
    address: str
    state: MailState
    attempts: int
    reply: str
    header_id: str
    next_at: Instant | None
    final_at: Instant | None


def listing(
    store: Store,
    actor: Actor,
    *,
    purposes: Collection[Purpose] | None = TO_PEOPLE,
    limit: int = PAGE,
    before: int | None = None,
) -> list[Message]:
    """The newest messages first, older than message `before`: all for an organization admin, own ones for another."""
    actor.require(Right.MESSAGE)
    own = None if actor.role is Role.ORGANIZATION else actor.email
    with store.read() as connection:
        rows = store_messages.page(connection, own, purposes, limit, before)
        counts = store_messages.counts(connection, [row["id"] for row in rows])
    return [_message(row, counts[row["id"]]) for row in rows]


def under_way(store: Store, now: Instant) -> bool:
    """Whether a sender is needed: something is being sent, or will be within a day. Tells nothing of what."""
    with store.read() as connection:
        return store_messages.any_under_way(connection, now + DAY)


def show(store: Store, actor: Actor, message_id: int) -> Shown:
    """One message with all it says. Raises BadInput where the actor has none of that number."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        row = owned(connection, actor, message_id)
        counts = store_messages.counts(connection, [message_id])
    return Shown(_message(row, counts[message_id]), draft_of(row))


def mails(
    store: Store,
    actor: Actor,
    message_id: int,
    *,
    states: Collection[MailState] | None = None,
    offset: int = 0,
    limit: int = 200,
) -> list[MailRow]:
    """A message's mails in the order they were queued, those in some states where given. Raises as `show` does."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        owned(connection, actor, message_id)
        return [mail_row(row) for row in store_messages.mails(connection, message_id, states, offset, limit)]


def position(
    store: Store, actor: Actor, message_id: int, mail_id: int, states: Collection[MailState] | None = None
) -> int | None:
    """Where a mail stands among those that `mails` gives, from 0; None where it is not one of them."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        owned(connection, actor, message_id)
        return store_messages.mails_before(connection, message_id, states, mail_id)


def all_mails(
    store: Store, actor: Actor, message_id: int, states: Collection[MailState] | None = None
) -> Iterator[MailRow]:
    """All of them, read page by page."""
    offset, limit = 0, 2_000
    while rows := mails(store, actor, message_id, states=states, offset=offset, limit=limit):
        yield from rows
        offset += limit


def mail_row(row: RowMapping) -> MailRow:
    """A mail as the portal gives it."""
    return MailRow(
        id=row["id"],
        learner_id=row["learner_id"],
        membership_id=row["membership_id"],
        name=clean(row["name"] or ""),
        address=clean(row["address"]),
        state=MailState(row["state"]),
        attempts=row["attempts"],
        reply=reply(row),
        header_id=row["header_id"],
        next_at=row["next_at"],
        final_at=row["final_at"],
    )


def reply(row: Mapping[Any, Any]) -> str:
    """What the server said last of a mail; empty where it has not said anything."""
    said = (row["last_code"] and str(row["last_code"]), row["last_enhanced"], row["last_text"])
    return clean(" ".join(filter(None, said)))


def _message(row: RowMapping, counts: Mapping[MailState, int]) -> Message:
    return Message(
        id=row["id"],
        subject=clean(row["subject"] or ""),
        purpose=Purpose(row["kind"]),
        state=MessageState(row["state"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        send_at=row["send_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        pause_reason=clean(row["pause_reason"] or ""),
        counts=counts,
    )
