"""SQL of invitations that are not answered: what is known of each, and of the mails about it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from ...rules.mailing import PENDING, WAITING, MailState, Purpose
from ...rules.times import Instant
from ..memory import room
from ..selection import among
from ..tables import memberships, outbox
from ..tables.base import one_of

_UNSENT = (*WAITING, MailState.CLAIMED)
"""Mails that no sender has begun to send: one that holds them looks again before it does."""

_IS_INVITATION = outbox.c.purpose == Purpose.INVITATION


class Facts(NamedTuple):
    """What a list of invitations shows beside the membership."""

    invited_by: str | None
    sent: int
    last_sent_at: Instant | None
    delivery: str | None
    reply: str | None


class Pending(NamedTuple):
    """A membership as mailing its invitation again or withdrawing it needs it."""

    id: int
    program_id: int
    learner_id: int
    state: str
    sent: int
    last_sent_at: Instant | None
    on_its_way: bool


def facts(connection: Connection, ids: Sequence[int]) -> dict[int, Facts]:
    """What is known of the invitations of these ids, with the state of the last mail about each."""
    last = select(func.max(outbox.c.id)).where(outbox.c.membership_id == memberships.c.id, _IS_INVITATION)
    column = memberships.c
    query = select(
        *(
            column.id,
            column.invited_by,
            column.invitations_sent,
            column.last_sent_at,
            outbox.c.state,
            outbox.c.last_text,
        )
    ).outerjoin(outbox, outbox.c.id == last.correlate(memberships).scalar_subquery())
    found = connection.execute(query.select_from(memberships).where(among(connection, column.id, ids)))
    return {row[0]: Facts(*row[1:]) for row in found}


def pending(connection: Connection, ids: Iterable[int], *, hold: bool = False) -> list[Pending]:
    """The memberships there are of these ids, by id; `hold` keeps them until the transaction ends."""
    column = memberships.c
    names = (column.id, column.program_id, column.learner_id, column.state, column.invitations_sent)
    query: Any = select(*names, column.last_sent_at).where(among(connection, column.id, ids)).order_by(column.id)
    if hold:
        query = query.with_for_update()
    waiting = select(outbox.c.membership_id).where(among(connection, outbox.c.membership_id, ids), _IS_INVITATION)
    coming = set(connection.scalars(waiting.where(one_of(outbox.c.state, sorted(PENDING)))))
    return [Pending._make((*row, row.id in coming)) for row in connection.execute(query).all()]


def note_sent(connection: Connection, ids: Iterable[int], at: Instant) -> None:
    """Count one more invitation mail for memberships."""
    ids = list(ids)
    sent = {"invitations_sent": memberships.c.invitations_sent + 1, "last_sent_at": at}
    with room(connection, len(ids)):
        connection.execute(update(memberships).where(among(connection, memberships.c.id, ids)).values(sent))


def cancel_mails(
    connection: Connection, ids: Iterable[int], at: Instant, purposes: Collection[Purpose] = tuple(Purpose)
) -> int:
    """Send no more of the mails about memberships, of some purposes or of all, that nobody has begun to send; how many
    that were."""
    about = among(connection, outbox.c.membership_id, ids)
    waiting = update(outbox).where(about, one_of(outbox.c.state, _UNSENT), outbox.c.purpose.in_(sorted(purposes)))
    return connection.execute(waiting.values(state=MailState.CANCELLED, final_at=at)).rowcount
