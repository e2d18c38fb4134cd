"""Taking over from a sender that died: what it had only claimed waits again, what it had begun to send is in doubt."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    case,
    exists,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from ..rules.delivery import AFTER_DOUBT
from ..rules.mailing import InDoubt, MailState, MessageState
from ..rules.times import Instant
from . import senders
from .tables import delivery_attempts, messages, outbox
from .tables.messages import IS_HELD

_PHASE = "body"
_SAID = "the sender stopped before the server's answer was recorded"


@dataclass(frozen=True, slots=True)
class Recovered:
    """Mails taken over: those that wait again, and those that were being sent."""

    requeued: int = 0
    doubtful: int = 0

    def __add__(self, other: "Recovered") -> "Recovered":
        return Recovered(self.requeued + other.requeued, self.doubtful + other.doubtful)


def _held(state: MailState) -> tuple[ColumnElement[bool], ...]:
    """The mails of a worker in a state, in the words of the index that finds them."""
    return outbox.c.worker_id == bindparam("worker"), IS_HELD, outbox.c.state == literal_column(f"'{state}'")


_POLICY = (
    select(messages.c.in_doubt_policy)
    .where(messages.c.id == outbox.c.message_id, messages.c.state != MessageState.CANCELLED)
    .scalar_subquery()
)
_AFTER = case(
    {policy: state for policy, state in AFTER_DOUBT.items() if policy is not InDoubt.HOLD},
    value=_POLICY,
    else_=AFTER_DOUBT[InDoubt.HOLD],
)
_IS_CANCELLED = exists().where(messages.c.id == outbox.c.message_id, messages.c.state == MessageState.CANCELLED)
_CALL_BACK = (
    update(outbox)
    .where(*_held(MailState.CLAIMED), _IS_CANCELLED)
    .values(state=MailState.CANCELLED, final_at=bindparam("now"))
)
_LET_GO = update(outbox).where(*_held(MailState.CLAIMED)).values(state=MailState.QUEUED)
_DOUBT = (
    update(outbox)
    .where(*_held(MailState.INFLIGHT))
    .values(
        state=_AFTER,
        attempts=outbox.c.attempts + 1,
        next_at=bindparam("now"),
        final_at=case((_AFTER == MailState.DEFERRED, None), else_=bindparam("now")),
        last_phase=_PHASE,
        last_code=None,
        last_enhanced=None,
        last_text=_SAID,
    )
)
_LOG_DOUBT = insert(delivery_attempts).from_select(
    ["outbox_id", "at", "phase", "reply"],
    select(outbox.c.id, bindparam("now", type_=BigInteger), literal(_PHASE), literal(_SAID)).where(
        *_held(MailState.INFLIGHT)
    ),
)


def recover(connection: Connection, worker_id: int, now: Instant) -> Recovered:
    """Take over from a dead worker; nothing where somebody else does already. Its lease stays on what is in doubt: if
    it lives after all, it may still say what became of it."""
    if not senders.stop(connection, worker_id, now):
        return Recovered()
    given = {"worker": worker_id, "now": now}
    connection.execute(_LOG_DOUBT, given)
    doubtful = connection.execute(_DOUBT, given).rowcount
    connection.execute(_CALL_BACK, given)
    requeued = connection.execute(_LET_GO, {"worker": worker_id}).rowcount
    return Recovered(requeued, doubtful)
