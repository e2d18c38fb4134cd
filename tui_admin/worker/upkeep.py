"""What a sender does beside sending: it shows that it lives, takes over from those that died, closes messages."""

from dataclasses import dataclass

from sqlalchemy import Connection

from ..rules.mailing import PENDING
from ..rules.times import Instant
from ..store import delivery, health, outbox, recovery, senders
from ..store.delivery import Standing
from ..store.outbox import Outlook
from ..store.recovery import Recovered

COPIED = (
    "{count:,} mails wait here that may have been sent already, from where this store was before: it was copied, moved "
    "or restored. Look at them; tui-admin worker --resume sends them."
)


@dataclass(frozen=True, slots=True)
class Stock:
    """How delivery stands, and what there is to do."""

    standing: Standing
    outlook: Outlook


def arrive(connection: Connection, here: str, now: Instant) -> None:
    """Begin to send from a place; where mail waits that may have been sent from another, delivery is paused."""
    standing = delivery.standing(connection)
    if standing.paused_at is not None or standing.machine == here:
        return
    unsettled = health.unsettled_mails(connection) if standing.machine is not None else {}
    if waiting := sum(unsettled.get(state, 0) for state in PENDING):
        delivery.pause(connection, delivery.BY_ITSELF, COPIED.format(count=waiting), now)
    else:
        delivery.change(connection, machine=here)


def take_over(connection: Connection, me: int, silence: float, now: Instant) -> Recovered:
    """Take over from the workers that died, and from those silent for more than `silence` seconds."""
    recovered = Recovered()
    for dead in senders.dead(connection, me, silence):
        recovered += recovery.recover(connection, dead, now)
    return recovered


def take_stock(connection: Connection, now: Instant) -> Stock:
    """Close the messages of which nothing waits any more, and see what is left to do."""
    outbox.finish(connection, now)
    return Stock(delivery.standing(connection), outbox.outlook(connection, now))
