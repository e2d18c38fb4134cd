"""What a sender writes about the mails it holds: which it begins to send, what became of each, and which it lets go.

All of it is fenced: it holds only for rows that are still under the sender's own lease.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, exists, insert, select, text, update

from ..rules.delivery import Settlement
from ..rules.leaving_out import Suppression
from ..rules.mailing import HELD, WAITING, MailState, MessageState
from ..rules.times import Instant
from .doubts import reopen
from .prepared import Prepared, among, listed
from .senders import Lease
from .tables import delivery, delivery_attempts, messages, outbox, workers
from .tables.base import one_of
from .tables.messages import IS_HELD

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
        exists().where(workers.c.id == bindparam("worker"), workers.c.stopped_at.is_(None)),
        _message_is(MessageState.SENDING),
        ~exists().where(delivery.c.paused_at.is_not(None)),
    )
    .values(state=MailState.INFLIGHT, inflight_at=bindparam("now"))
    .returning(outbox.c.id)
)
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

_NEW: BindParameter[str] = bindparam("new_state")
_STOPPED = one_of(_NEW, WAITING) & _IS_CANCELLED
_SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("mail_id"), _MINE, _IS_OPEN)
    .values(
        state=case((_STOPPED, MailState.CANCELLED), else_=_NEW),
        final_at=case((_STOPPED | ~one_of(_NEW, WAITING), bindparam("at")), else_=None),
        next_at=bindparam("again_at"),
        last_text=bindparam("text"),
    )
)
_END = Prepared(_SETTLE)
_END_TRY = Prepared(
    _SETTLE.values(
        attempts=outbox.c.attempts + bindparam("tries"),
        last_phase=bindparam("phase"),
        last_code=bindparam("code"),
        last_enhanced=bindparam("enhanced"),
    )
)
_LOG = Prepared(
    insert(delivery_attempts)
    .inline()
    .values(
        outbox_id=bindparam("mail_id"),
        at=bindparam("at"),
        phase=bindparam("phase"),
        code=bindparam("code"),
        reply=bindparam("reply"),
    )
)
_SUPPRESS = Prepared(
    text(
        "INSERT INTO suppressions (email, reason, detail, added_at, added_by)"
        f" VALUES (:address, '{Suppression.BOUNCED}', :reply, :at, 'delivery') ON CONFLICT (email) DO NOTHING"
    )
)


def mark(connection: Connection, lease: Lease, ids: Collection[int], now: Instant) -> set[int]:
    """Note that these claimed mails begin to leave; those that may. The others are let go: another holds them by now,
    or took the sender for dead, or their message or all of delivery was paused."""
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
    _END_TRY.many(connection, tried)
    _LOG.many(connection, tried)
    _SUPPRESS.many(connection, [_values(end, lease) for end in settlements if end.suppress])
    _END.many(connection, [_values(settlement, lease) for settlement in settlements if not settlement.phase])


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
