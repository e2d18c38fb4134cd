"""Seats when people come under a contract outside an import: never more learners than its purchased licenses."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from ..rules.triage import MembershipState
from ..store import licenses as store_licenses
from ..store.licenses import Holding
from ..store.tables import contracts

Count = Callable[[Connection, Collection[int]], Counter[int]]
"""Counts learners by contract."""


class Counts(NamedTuple):
    """How it is counted who holds licenses of contracts: exactly, and by a number that is never below that."""

    exact: Count = store_licenses.occupied
    at_most: Count = store_licenses.occupied_at_most


class Seats:
    """The free seats of contracts, to be taken one after another. Learners who hold a license of a contract already
    need no other of it."""

    def __init__(self, left: Counter[int] | None, holding: Iterable[Holding] = ()) -> None:
        """`left` are those free by contract, of contracts with a cap; None where there are enough for all."""
        self._left = left
        self._holding = set(holding)

    def take(self, held: Iterable[Holding]) -> int | None:
        """Take a seat of each of these contracts; the contract that has none left, and then none is taken."""
        if self._left is None:
            return None
        new = {pair for pair in held if pair[0] in self._left and pair not in self._holding}
        short = min((contract for contract, _ in new if not self._left[contract]), default=None)
        if short is None:
            self._left.subtract(contract for contract, _ in new)
            self._holding |= new
        return short


def free(
    connection: Connection,
    asked: Collection[Holding],
    *,
    hold: bool,
    reserving: bool = False,
    counts: Counts = Counts(),
) -> Seats:
    """The seats there are for what is asked. `hold` keeps the contracts until the transaction ends, so that the seats
    are still there when it does. With `reserving` invitations ask: for them is free what is neither held nor
    reserved."""
    caps = store_licenses.purchased(connection, {contract for contract, _ in asked}, hold=hold)
    capped = {contract: cap for contract, cap in caps.items() if cap is not None}
    if not capped:
        return Seats(None)
    wished = Counter(contract for contract, _ in asked if contract in capped)
    if not reserving and wished <= _left(capped, counts.at_most(connection, capped.keys())):
        return Seats(None)
    taken = counts.exact(connection, capped.keys())
    states = [MembershipState.MEMBER]
    if reserving:
        taken += store_licenses.reserved(connection, capped.keys())
        states.append(MembershipState.INVITED)
    holding = store_licenses.held(connection, (pair for pair in asked if pair[0] in capped), states=states)
    return Seats(_left(capped, taken), holding)


def fit(
    connection: Connection, wanted: Mapping[int, Iterable[Holding]], *, hold: bool, reserving: bool = False
) -> dict[int, str]:
    """Which memberships find no seat, in the order given: id and the contract that is full. `wanted` names the
    contracts each membership is to draw on from now on, with its learner; the rest is as `free` takes it."""
    asked = {holding for held in wanted.values() for holding in held}
    seats = free(connection, asked, hold=hold, reserving=reserving)
    short = {membership: contract for membership, held in wanted.items() if (contract := seats.take(held)) is not None}
    if not short:
        return {}
    named = select(contracts.c.id, contracts.c.name).where(contracts.c.id.in_(sorted(set(short.values()))))
    names = {row.id: row.name for row in connection.execute(named)}
    return {membership: f"contract {names[contract]} has no free license" for membership, contract in short.items()}


def _left(capped: Mapping[int, int], taken: Counter[int]) -> Counter[int]:
    return Counter({contract: max(0, cap - taken[contract]) for contract, cap in capped.items()})
