"""Taking over from a sender that died: what it had begun to send is in doubt, what it had only claimed is due again. A
claim ends with its sender, so that taking over takes no longer where much was claimed.
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from ...rules.delivery import AFTER_DOUBT
from ...rules.mailing import InDoubt, MailState, MessageState
from ...rules.times import Instant
from ..tables import delivery_attempts, messages, outbox, workers
from ..tables.messages import IS_HELD
from . import senders
from .prepared import Prepared, among, listed
from .settling import WAITS_AGAIN

_PHASE = "body"
_SAID = "the sender stopped before the server's answer was recorded"


@dataclass(frozen=True, slots=True)
class Recovered:
    """Mails taken over: those that are due again, and those that were being sent."""

    requeued: int = 0
    doubtful: int = 0

    def __add__(self, other: "Recovered") -> "Recovered":
        return Recovered(self.requeued + other.requeued, self.doubtful + other.doubtful)


def _held(state: MailState, workers: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """The mails of workers in a state, in the words of the index that finds them."""
    return workers, IS_HELD, outbox.c.state == literal_column(f"'{state}'")


_OF_WORKER = outbox.c.worker_id == bindparam("worker")
_OF_ENDED = outbox.c.worker_id.in_(select(workers.c.id).where(workers.c.stopped_at.is_not(None)))

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
_DOUBT = (
    update(outbox)
    .where(*_held(MailState.INFLIGHT, _OF_WORKER))
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
        *_held(MailState.INFLIGHT, _OF_WORKER)
    ),
)

_CLAIMED = select(func.count()).select_from(outbox).where(*_held(MailState.CLAIMED, _OF_WORKER))

_LEFT = Prepared(
    select(outbox.c.id)
    .where(*_held(MailState.CLAIMED, _OF_ENDED))
    .limit(bindparam("count"))
    .with_for_update(of=outbox, skip_locked=True)
)
_LET_GO = Prepared(update(outbox).where(among(outbox.c.id, "ids")).values(WAITS_AGAIN))


def recover(connection: Connection, worker_id: int, now: Instant) -> Recovered:
    """Take over from a dead worker; nothing where somebody else does already. Its lease stays on what is in doubt: if
    it lives after all, it may still say what became of it."""
    if not senders.stop(connection, worker_id, now):
        return Recovered()
    given = {"worker": worker_id, "now": now}
    connection.execute(_LOG_DOUBT, given)
    doubtful = connection.execute(_DOUBT, given).rowcount
    return Recovered(connection.execute(_CLAIMED, given).scalar_one(), doubtful)


def let_go(connection: Connection, count: int, now: Instant) -> None:
    """Let at most so many mails wait again that were claimed by senders which ended since."""
    if left := _LEFT.one(connection, count=count).scalars().all():
        _LET_GO.one(connection, ids=listed(left), now=now)
