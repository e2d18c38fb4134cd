"""Contracts in force of whose licenses most, nearly all or all are taken: what organization admins are alerted to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ..rules.licenses import Licenses
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant, to_datetime
from ..store import contracts as store_contracts
from ..store import licenses as store_licenses
from ..store.engine import Store
from .organization import zone


@dataclass(frozen=True, slots=True)
class Taken:
    """A contract, what is taken of it, and the highest threshold (in percent) that this reaches."""

    contract: str
    licenses: Licenses
    threshold: int


def taken(store: Store, actor: Actor, now: Instant) -> list[Taken]:
    """The contracts in force at the clock's moment `now` that reach a threshold, the fullest first."""
    actor.require(Right.CONTRACTS)
    with store.read() as connection:
        held = in_force(connection, now)
        reached = {contract: one for contract, one in held.items() if one.reached}
        names = store_contracts.names(connection, reached)
    found = [Taken(clean(names[contract]), one, one.reached[-1]) for contract, one in reached.items()]
    return sorted(found, key=lambda one: (-one.licenses.share, one.contract))


def in_force(connection: Connection, now: Instant) -> Mapping[int, Licenses]:
    """The licenses of each contract in force whose number is known, by its id."""
    today = to_datetime(now, zone(connection)).date()
    return held(connection, store_contracts.in_force(connection, today))


def held(connection: Connection, contract_ids: Iterable[int]) -> Mapping[int, Licenses]:
    """The licenses of contracts, those without any left out."""
    purchased = {id: n for id, n in store_licenses.purchased(connection, contract_ids, hold=False).items() if n}
    occupied = store_licenses.occupied(connection, purchased) if purchased else {}
    return {contract: Licenses(number, occupied.get(contract, 0)) for contract, number in purchased.items()}
