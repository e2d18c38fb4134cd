"""License alerts: organization admins are mailed when most, nearly all or all of a contract's licenses are taken.

A sender looks now and then. Of each contract in force a threshold is told of once, and again only after fewer were
taken and it was reached anew, be it that people left or that more licenses were purchased. Of several reached at once
one mail tells.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from ...rules.addresses import canonical
from ...rules.errors import BadInput
from ...rules.licenses import Licenses
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Role
from ...rules.text import clean, stripped
from ...rules.times import Instant
from ...store import administrators, contracts
from ...store import license_alerts as store_alerts
from ...store.engine import Store
from ...store.license_alerts import Alert
from ...store.mail import delivery, enqueue
from ...store.tables import organization
from .. import journal, licenses_taken
from ..setting_values import ON
from .letterhead import can_mail
from .mailing import mail_administrator

ACTION = "queue license alerts"

_BY_ITSELF = Actor(delivery.BY_ITSELF, Role.ORGANIZATION)


class _Changes(NamedTuple):
    """The contracts of which something is to be told now, what they have reached that was not told yet, and what may be
    told of again some day."""

    risen: frozenset[int]
    reached: frozenset[Alert]
    fallen: frozenset[Alert]


def look(store: Store, now: Instant) -> int:
    """Queue the mails that are due, one to each organization admin for each contract, whoever looks at the same time;
    how many. None while delivery is paused: they would be too old when it goes on."""
    with store.read() as connection:
        if not any(_changes(connection, now)):
            return 0
    with store.write() as connection:
        enqueue.wait_for_others(connection)
        changes = _changes(connection, now)
        store_alerts.drop(connection, changes.fallen)
        addresses = list(_addresses(connection))
        if not (changes.risen and addresses and _may_mail(connection)):
            return 0
        store_alerts.put(connection, changes.reached, now)
        return sum(_queue(connection, contract, addresses, now) for contract in sorted(changes.risen))


def settle(connection: Connection, now: Instant) -> None:
    """Take all that is reached as told of: nobody is mailed what was so from the beginning."""
    store_alerts.put(connection, _changes(connection, now).reached, now)


def _changes(connection: Connection, now: Instant) -> _Changes:
    held = licenses_taken.in_force(connection, now)
    reached = {Alert(contract, threshold) for contract, one in held.items() for threshold in one.reached}
    told = {alert for alert in store_alerts.told(connection) if alert.contract_id in held}
    risen = frozenset(alert.contract_id for alert in reached - told)
    return _Changes(risen, frozenset(reached - told), frozenset(told - reached))


def _may_mail(connection: Connection) -> bool:
    wanted = connection.execute(select(organization.c.license_alerts)).scalar_one_or_none() == ON
    return wanted and can_mail(connection) and delivery.standing(connection).paused_at is None


def _addresses(connection: Connection) -> Iterator[str]:
    for person in administrators.all_present(connection):
        if person.role == administrators.ORGANIZATION:
            try:
                yield canonical(person.email)
            except BadInput:
                continue  # the owner of an embedded store may have none that mail reaches


def _queue(connection: Connection, contract: int, addresses: list[str], now: Instant) -> int:
    """Queue what is said of a contract."""
    held = licenses_taken.held(connection, [contract])[contract]
    name = contracts.names(connection, [contract])[contract]
    share = int(held.share * 100)
    fields = {
        "contract": stripped(name),
        "occupied": f"{held.occupied:,}",
        "purchased": f"{held.purchased:,}",
        "share": f"{share}",
        "left": _left(held),
    }
    for address in addresses:
        mail_administrator(connection, _BY_ITSELF, Purpose.LICENSE_ALERT, address, None, now, fields=fields)
    people = f"{len(addresses):,} administrator{'' if len(addresses) == 1 else 's'}"
    summary = f"Told {people} that {share} % of the licenses of {clean(name)} are in use"
    details = {"contract": contract, "queued": len(addresses)}
    journal.append(connection, _BY_ITSELF, now, action=ACTION, summary=summary, details=details)
    return len(addresses)


def _left(held: Licenses) -> str:
    """How many more people can join, in a sentence."""
    if held.over_by:
        return f"That is {held.over_by:,} more than were purchased: nobody else can join."
    match held.seats:
        case 0:
            return "All are taken: nobody else can join."
        case 1:
            return "One more person can join."
    return f"{held.seats:,} more people can join."
