"""What a sender does beside sending: it shows that it lives, takes over from those that died, closes messages, looks
for deadlines that members are to be told of."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from ..portal.mail import deadlines
from ..portal.mail.deadlines import Untold
from ..rules.errors import StoreError
from ..rules.mailing import PENDING
from ..rules.times import Instant
from ..store import health, report_requests
from ..store.engine import Store
from ..store.mail import delivery, outbox, quotas, recovery, senders
from ..store.mail.delivery import Standing
from ..store.mail.outbox import Outlook
from ..store.mail.quotas import Quota
from ..store.mail.recovery import Recovered

COPIED = (
    "{count:,} mails wait here that may have been sent already, from where this store was before: it was copied, moved "
    "or restored. Look at them; tui-admin worker --resume sends them."
)


@dataclass(frozen=True, slots=True)
class Stock:
    """How delivery stands, what mail there is to send and what reports to make, and the quota that is used up, with the
    moment it opens again."""

    standing: Standing
    outlook: Outlook
    reports: Outlook
    used_up: tuple[Quota, Instant] | None


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
        senders.cut_off(connection, dead)
        recovered += recovery.recover(connection, dead, now)
    return recovered


def take_stock(connection: Connection, limits: Collection[Quota], now: Instant) -> Stock:
    """Close the messages of which nothing waits any more, and see what is left to do."""
    outbox.finish(connection, now)
    opens = ((quota, quotas.opens_at(connection, quota, now)) for quota in limits)
    used_up = max(((quota, at) for quota, at in opens if at is not None), key=lambda found: found[1], default=None)
    reports = Outlook(bool(report_requests.due(connection, now)), report_requests.any_asked(connection))
    return Stock(delivery.standing(connection), outbox.outlook(connection, now), reports, used_up)


def find_deadlines(store: Store, now: Instant) -> Untold | None:
    """The deadlines that members are to be told of; None where the store fails, which whoever sends tells of."""
    try:
        with store.read() as connection:
            return deadlines.look(connection, now)
    except StoreError:
        return None
