"""Mails in doubt: those whose answer was lost, until somebody says what became of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from ...rules.mailing import MailState, MessageState
from ...rules.times import Instant
from ..selection import among
from ..tables import messages, outbox


def found(
    connection: Connection, created_by: str | None, message_id: int | None, ids: Iterable[int] | None, *, hold: bool
) -> list[RowMapping]:
    """The mails in doubt: of one administrator's messages, of one message, of some ids, where those are given; the
    oldest first. `hold` keeps them as they are until the transaction ends."""
    columns = ("id", "message_id", "address", "header_id", "inflight_at", "last_text", "state")
    query = select(*(outbox.c[name] for name in columns)).join(messages, messages.c.id == outbox.c.message_id)
    query = query.where(outbox.c.state == MailState.UNKNOWN).order_by(outbox.c.id)
    if created_by is not None:
        query = query.where(messages.c.created_by == created_by)
    if message_id is not None:
        query = query.where(outbox.c.message_id == message_id)
    if ids is not None:
        query = query.where(among(connection, outbox.c.id, ids))
    return list(connection.execute(query.with_for_update(of=outbox) if hold else query).mappings())


def settle(connection: Connection, ids: Iterable[int], state: MailState, now: Instant) -> None:
    """Say what became of mails: one that goes back to the queue is due at once."""
    values: Mapping[str, Any] = {"state": state, "final_at": now}
    if state is MailState.QUEUED:
        values = {"state": state, "final_at": None, "next_at": now, "worker_id": None, "lease": None}
    connection.execute(update(outbox).where(among(connection, outbox.c.id, ids)).values(**values))


def reopen(connection: Connection, message_ids: Iterable[int], now: Instant) -> None:
    """Let messages go on that were done, because a mail of theirs is to be sent again. One that is not done yet is held
    until the transaction ends: it may be closed at this moment by somebody who does not see that mail wait yet."""
    open_or_done = messages.c.state.in_((MessageState.SENDING, MessageState.SENT))
    done = update(messages).where(messages.c.id.in_(sorted(message_ids)), open_or_done)
    connection.execute(done.values(state=MessageState.SENDING, finished_at=None, changed_at=now))
