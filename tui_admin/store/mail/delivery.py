"""How delivery stands for all senders together: paused, leaving a server alone, and which store this is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text, update

from ...rules.mailing import MessageState
from ...rules.times import Instant
from ..tables import delivery, messages

BY_ITSELF = "delivery"
"""Who paused what nobody paused."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`machine` is where mail was sent from last. Delivery is paused while `paused_at` is set, and leaves the server
    alone until `broken_until`; both say why. `rate` is what the server was found to take, in mails a second."""

    machine: str | None = None
    paused_at: Instant | None = None
    paused_by: str | None = None
    pause_reason: str | None = None
    broken_until: Instant | None = None
    broken_reason: str | None = None
    rate: float | None = None


def standing(connection: Connection) -> Standing:
    """How delivery stands."""
    row = connection.execute(select(delivery).where(delivery.c.id == 1)).one_or_none()
    return Standing(**{name: getattr(row, name) for name in Standing.__slots__}) if row else Standing()


def change(connection: Connection, **values: Any) -> None:
    """Note how delivery stands from now on."""
    connection.execute(text("INSERT INTO delivery (id) VALUES (1) ON CONFLICT (id) DO NOTHING"))
    connection.execute(update(delivery).where(delivery.c.id == 1).values(**values))


def pause(connection: Connection, by: str, reason: str, now: Instant) -> None:
    """Send nothing any more until it is resumed."""
    change(connection, paused_at=now, paused_by=by, pause_reason=reason)


def resume(connection: Connection) -> None:
    """Send again, from wherever a sender runs next."""
    change(connection, machine=None, paused_at=None, paused_by=None, pause_reason=None, broken_until=None)


def came_from_backup(connection: Connection) -> None:
    """Note that this store came out of a backup: what waits in it may have been sent since."""
    change(connection, machine="a backup")


def pause_message(connection: Connection, message_id: int, reason: str, now: Instant) -> bool:
    """Stop one message that is being sent, and say why; False where it is not being sent."""
    sending = update(messages).where(messages.c.id == message_id, messages.c.state == MessageState.SENDING)
    values = {"state": MessageState.PAUSED, "pause_reason": reason, "changed_at": now}
    return connection.execute(sending.values(values)).rowcount == 1
