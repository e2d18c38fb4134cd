"""SQL of invitations that are not answered yet."""

from collections.abc import Iterable

from sqlalchemy import Connection, update

from ..rules.mailing import WAITING, MailState
from ..rules.times import Instant
from .memory import room
from .selection import among
from .tables import memberships, outbox
from .tables.base import one_of

_UNSENT = (*WAITING, MailState.CLAIMED)
"""Mails that no sender has begun to send: one that holds them looks again before it does."""


def note_sent(connection: Connection, ids: Iterable[int], at: Instant) -> None:
    """Count one more invitation mail for memberships."""
    ids = list(ids)
    sent = {"invitations_sent": memberships.c.invitations_sent + 1, "last_sent_at": at}
    with room(connection, len(ids)):
        connection.execute(update(memberships).where(among(connection, memberships.c.id, ids)).values(sent))


def cancel_mails(connection: Connection, ids: Iterable[int], at: Instant) -> int:
    """Send no more of the mails about memberships that nobody has begun to send; how many that were."""
    about = among(connection, outbox.c.membership_id, ids)
    waiting = update(outbox).where(about, one_of(outbox.c.state, _UNSENT))
    return connection.execute(waiting.values(state=MailState.CANCELLED, final_at=at)).rowcount
