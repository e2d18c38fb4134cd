"""SQL of messages: what is to be mailed, and how far its mails got."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, update

from ...rules.mailing import WAITING, MailState, MessageState
from ...rules.times import Instant
from ..selection import among
from ..tables import learners, messages, outbox
from ..tables.people import known_as


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Put a message in; its id."""
    made = connection.execute(insert(messages).values(values).returning(messages.c.id))
    return int(made.scalar_one())


def collecting(
    connection: Connection, alike: Mapping[str, Any], since: Instant, most: int, membership_ids: Iterable[int]
) -> tuple[int, int] | None:
    """The message made since a moment that further mails go with, held until the transaction ends, and how many it has:
    one with these values, fewer than `most` mails, and none about any of these memberships."""
    same = (messages.c[name] == value for name, value in alike.items())
    open_ones = messages.c.state.in_((MessageState.SENDING, MessageState.SENT))
    query = select(messages.c.id).where(*same, open_ones, messages.c.created_at > since)
    last = query.order_by(messages.c.id.desc()).limit(1).with_for_update()
    if (message_id := connection.execute(last).scalar_one_or_none()) is None:
        return None
    mine = select(outbox.c.id).where(outbox.c.message_id == message_id)
    if connection.execute(mine.where(among(connection, outbox.c.membership_id, membership_ids)).limit(1)).first():
        return None
    count = connection.execute(select(func.count()).select_from(mine.subquery())).scalar_one()
    return (message_id, count) if count < most else None


def drop(connection: Connection, message_id: int) -> None:
    """Take a message away, with all of its mails."""
    connection.execute(delete(messages).where(messages.c.id == message_id))


def change(connection: Connection, message_id: int, values: Mapping[str, Any]) -> None:
    """Give a message these values."""
    connection.execute(update(messages).where(messages.c.id == message_id).values(dict(values)))


def get(connection: Connection, message_id: int, *, hold: bool = False) -> RowMapping | None:
    """A message; `hold` keeps it until the transaction ends."""
    query: Any = select(messages).where(messages.c.id == message_id)
    return connection.execute(query.with_for_update() if hold else query).mappings().one_or_none()


def call_back(
    connection: Connection, message_id: int, now: Instant, membership_ids: Iterable[int] | None = None
) -> int:
    """Cancel the mails of a message that have not begun to leave, of these memberships where some are given; how
    many. A sender that has claimed one lets go of it."""
    not_begun = (*WAITING, MailState.CLAIMED)
    waiting = update(outbox).where(outbox.c.message_id == message_id, outbox.c.state.in_(not_begun))
    if membership_ids is not None:
        waiting = waiting.where(among(connection, outbox.c.membership_id, membership_ids))
    return connection.execute(waiting.values(state=MailState.CANCELLED, final_at=now)).rowcount


def any_under_way(connection: Connection, before: Instant) -> bool:
    """Whether a message is being sent, or is to be sent before a moment."""
    soon = and_(messages.c.state == MessageState.SCHEDULED, messages.c.send_at < before)
    query = select(messages.c.id).where(or_(messages.c.state == MessageState.SENDING, soon)).limit(1)
    return connection.execute(query).first() is not None


def page(
    connection: Connection, created_by: str | None, kinds: Collection[str] | None, limit: int, before: int | None
) -> list[RowMapping]:
    """The newest messages first, at most `limit`, older than `before`; of one administrator and of some kinds where
    those are given. Without their audience, which can be large."""
    columns = [column for column in messages.c if column.name not in ("selection", "frozen", "body")]
    query = select(*columns).order_by(messages.c.id.desc()).limit(limit)
    if created_by is not None:
        query = query.where(messages.c.created_by == created_by)
    if kinds is not None:
        query = query.where(messages.c.kind.in_(sorted(kinds)))
    if before is not None:
        query = query.where(messages.c.id < before)
    return list(connection.execute(query).mappings())


def counts(connection: Connection, message_ids: Collection[int]) -> dict[int, dict[MailState, int]]:
    """How many mails of each message got how far."""
    column = outbox.c
    query = select(column.message_id, column.state, func.count()).where(column.message_id.in_(message_ids))
    found: dict[int, dict[MailState, int]] = {id: {} for id in message_ids}
    for id, state, number in connection.execute(query.group_by(column.message_id, column.state)):
        found[id][MailState(state)] = number
    return found


def mails(
    connection: Connection, message_id: int, states: Collection[str] | None, offset: int, limit: int
) -> list[RowMapping]:
    """The mails of a message with the names of their people, in the order they were queued."""
    shown = ("id", "learner_id", "membership_id", "address", "state", "attempts", "next_at", "expires_at", "header_id")
    told = ("inflight_at", "final_at", "last_phase", "last_code", "last_enhanced", "last_text")
    query = select(*(outbox.c[name] for name in (*shown, *told)), known_as.label("name"))
    query = query.outerjoin(learners, learners.c.id == outbox.c.learner_id).where(outbox.c.message_id == message_id)
    if states is not None:
        query = query.where(outbox.c.state.in_(sorted(states)))
    return list(connection.execute(query.order_by(outbox.c.id).offset(offset).limit(limit)).mappings())


def mails_before(connection: Connection, message_id: int, states: Collection[str] | None, mail_id: int) -> int | None:
    """How many mails of a message stand before one of them in the order they were queued; None where it is not one."""
    column = outbox.c
    counted = select(func.count()).where(column.message_id == message_id)
    if states is not None:
        counted = counted.where(column.state.in_(sorted(states)))
    if not connection.execute(counted.where(column.id == mail_id)).scalar_one():
        return None
    return int(connection.execute(counted.where(column.id < mail_id)).scalar_one())
