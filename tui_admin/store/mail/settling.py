"""What a sender writes about the mails it holds: which it begins to send, what became of each, and which it lets go.

All of it is fenced: it holds only for rows that are still under the sender's own lease.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Insert,
    Text,
    Update,
    bindparam,
    case,
    exists,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.types import TypeEngine

from ...rules.delivery import Settlement
from ...rules.leaving_out import Suppression
from ...rules.mailing import HELD, WAITING, MailState, MessageState
from ...rules.times import Instant
from ..tables import delivery, delivery_attempts, messages, outbox
from ..tables.base import one_of
from ..tables.messages import IS_HELD
from .doubts import reopen
from .prepared import ForEach, Given, Prepared, among, listed
from .senders import COUNTED_ON, Lease

_MINE = outbox.c.lease == bindparam("held_by")


def _message_is(state: MessageState) -> Any:
    """Whether the message of a mail is in a state."""
    return exists().where(messages.c.id == outbox.c.message_id, messages.c.state == state)


_IS_CANCELLED = _message_is(MessageState.CANCELLED)
_MARK = Prepared(
    update(outbox)
    .where(
        among(outbox.c.id, "ids"),
        outbox.c.state == MailState.CLAIMED,
        _MINE,
        COUNTED_ON.scalar_subquery().is_not(None),
        _message_is(MessageState.SENDING),
        ~exists().where(delivery.c.paused_at.is_not(None)),
    )
    .values(state=MailState.INFLIGHT, inflight_at=bindparam("now"))
    .returning(outbox.c.id)
)
_STEADY = (
    Prepared(
        select(messages.c.id)
        .where(messages.c.id.in_(select(outbox.c.message_id).where(among(outbox.c.id, "ids"))))
        .order_by(messages.c.id)
        .with_for_update(read=True, of=messages)
    ),
    Prepared(select(delivery.c.id).with_for_update(read=True, of=delivery)),
)
"""The messages of mails and the state of all delivery, kept as they are until the transaction ends: whoever pauses them
waits for it, so that nothing begins after a pause."""

WAITS_AGAIN = {
    "state": case((_IS_CANCELLED, MailState.CANCELLED), else_=MailState.QUEUED),
    "final_at": case((_IS_CANCELLED, bindparam("now")), else_=None),
}
"""What becomes of a claimed mail that is let go."""

_RELEASE = Prepared(
    update(outbox).where(among(outbox.c.id, "ids"), outbox.c.state == MailState.CLAIMED, _MINE).values(WAITS_AGAIN)
)

_IS_OPEN = one_of(outbox.c.state, (*HELD, MailState.UNKNOWN))
_UNSETTLED = Prepared(
    select(outbox.c.id, outbox.c.message_id, outbox.c.state)
    .where(among(outbox.c.id, "ids"), _MINE, _IS_OPEN)
    .with_for_update(of=outbox)
)
_CLAIMED = Prepared(
    select(outbox.c.id).where(
        outbox.c.worker_id == bindparam("worker"), IS_HELD, outbox.c.state == MailState.CLAIMED, _MINE
    )
)

_TYPES: dict[str, TypeEngine[Any]] = {
    **{name: BigInteger() for name in ("mail_id", "at", "again_at", "tries", "code")},
    **{name: Text() for name in ("held_by", "new_state", "phase", "enhanced", "text", "reply")},
}


def _settled(given: Given) -> Update:
    new = given("new_state")
    stopped = one_of(new, WAITING) & _IS_CANCELLED
    ends = stopped | ~one_of(new, WAITING)
    mine = outbox.c.id == given("mail_id"), outbox.c.lease == given("held_by"), _IS_OPEN
    return (
        update(outbox)
        .where(*mine)
        .values(
            state=case((stopped, MailState.CANCELLED), else_=new),
            final_at=case((ends, given("at")), else_=None),
            next_at=given("again_at"),
            last_text=given("text"),
        )
    )


def _settled_by_a_try(given: Given) -> Update:
    return _settled(given).values(
        attempts=outbox.c.attempts + given("tries"),
        last_phase=given("phase"),
        last_code=given("code"),
        last_enhanced=given("enhanced"),
    )


def _logged(given: Given) -> Insert:
    columns = {"outbox_id": "mail_id", "at": "at", "phase": "phase", "code": "code", "reply": "reply"}
    return insert(delivery_attempts).from_select([*columns], select(*map(given, columns.values())))


_END, _END_TRY, _LOG = (ForEach(make, **_TYPES) for make in (_settled, _settled_by_a_try, _logged))
_SUPPRESS = Prepared(
    text(
        "INSERT INTO suppressions (email, reason, detail, added_at, added_by)"
        f" VALUES (:address, '{Suppression.BOUNCED}', :reply, :at, 'delivery') ON CONFLICT (email) DO NOTHING"
    )
)


def mark(connection: Connection, lease: Lease, ids: Collection[int], now: Instant) -> set[int]:
    """Note that these claimed mails begin to leave; those that may. The others are let go: another holds them by now,
    or took the sender for dead, or their message or all of delivery was paused."""
    if connection.dialect.name == "postgresql":  # an embedded store has one writer at a time
        of_these, of_all = _STEADY
        of_these.one(connection, ids=listed(ids))
        of_all.one(connection)
    given = {"held_by": lease.token, "worker": lease.worker_id}
    marked = set(_MARK.one(connection, ids=listed(ids), now=now, **given).scalars())
    if refused := [number for number in ids if number not in marked]:
        release(connection, lease, refused, now)
    return marked


def release(connection: Connection, lease: Lease, ids: Collection[int], now: Instant) -> None:
    """Let claimed mails go that were not begun; they wait again, unless their message was cancelled meanwhile."""
    _RELEASE.one(connection, ids=listed(ids), held_by=lease.token, now=now)


def release_but(connection: Connection, lease: Lease, known: Collection[int], now: Instant) -> None:
    """Let all claimed mails go of which the sender does not know: their claim was made, and its answer lost."""
    claimed = _CLAIMED.one(connection, worker=lease.worker_id, held_by=lease.token).scalars()
    release(connection, lease, [number for number in claimed if number not in known], now)


def unsettled(connection: Connection, lease: Lease, ids: Collection[int]) -> dict[int, str]:
    """Which of these mails wait for their sender's word, and their states."""
    found = _UNSETTLED.one(connection, ids=listed(ids), held_by=lease.token)
    return {row.id: row.state for row in found}


def settle(connection: Connection, lease: Lease, settlements: Sequence[Settlement]) -> None:
    """Record what became of mails. One that another sender declared doubtful meanwhile is settled all the same: its
    own sender knows better; and where it was not sent at all, its message goes on, though it was done."""
    _reopen(connection, lease, [end for end in settlements if end.state in WAITING])
    tried = [_values(settlement, lease) for settlement in settlements if settlement.phase]
    _END_TRY.run(connection, tried)
    _LOG.run(connection, tried)
    for row in (_values(end, lease) for end in settlements if end.suppress):
        _SUPPRESS.one(connection, **row)
    _END.run(connection, [_values(settlement, lease) for settlement in settlements if not settlement.phase])


def _reopen(connection: Connection, lease: Lease, waiting: Sequence[Settlement]) -> None:
    if not waiting:
        return
    found = _UNSETTLED.one(connection, ids=listed([end.mail.id for end in waiting]), held_by=lease.token).all()
    if late := {row.message_id for row in found if row.state == MailState.UNKNOWN}:
        reopen(connection, late, waiting[0].at)


def _values(settlement: Settlement, lease: Lease) -> dict[str, Any]:
    return {
        "mail_id": settlement.mail.id,
        "address": settlement.mail.address,
        "held_by": lease.token,
        "new_state": str(settlement.state),
        "at": settlement.at,
        "again_at": settlement.next_at,
        "tries": int(settlement.counts),
        "phase": str(settlement.phase),
        "code": settlement.code,
        "enhanced": settlement.enhanced or None,
        "text": settlement.text or None,
        "reply": " ".join(filter(None, (settlement.enhanced, settlement.text))) or None,
    }
