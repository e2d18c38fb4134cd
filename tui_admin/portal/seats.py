"""Seats when people come under a contract outside an import: never more learners than its purchased licenses."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from ..rules.triage import MembershipState
from ..store import licenses as store_licenses
from ..store.licenses import Holding
from ..store.tables import contracts


def fit(
    connection: Connection, wanted: Mapping[int, Iterable[Holding]], *, hold: bool, reserving: bool = False
) -> dict[int, str]:
    """Which memberships find no seat, in the order given: id and the contract that is full.

    `wanted` names the contracts each membership is to draw on from now on, with its learner. Learners who hold a
    license of the contract already need no other. `hold` keeps the contracts until the transaction ends, so that
    the seats are still there when it does. With `reserving` the memberships are to be invitations: they find what is
    neither held nor reserved.
    """
    asked = {holding for held in wanted.values() for holding in held}
    caps = store_licenses.purchased(connection, {contract for contract, _ in asked}, hold=hold)
    capped = {contract: cap for contract, cap in caps.items() if cap is not None}
    if not capped:
        return {}
    wished = Counter(contract for contract, _ in asked if contract in capped)
    if not reserving and wished <= _left(capped, store_licenses.occupied_at_most(connection, capped.keys())):
        return {}
    taken = store_licenses.occupied(connection, capped.keys())
    states = [MembershipState.MEMBER]
    if reserving:
        taken += store_licenses.reserved(connection, capped.keys())
        states.append(MembershipState.INVITED)
    seats = _left(capped, taken)
    holding = store_licenses.held(connection, (pair for pair in asked if pair[0] in capped), states=states)
    names = {row.id: row.name for row in connection.execute(select(contracts.c.id, contracts.c.name))}
    full: dict[int, str] = {}
    for membership, held in wanted.items():
        new = {pair for pair in held if pair[0] in capped and pair not in holding}
        short = min((contract for contract, _ in new if not seats[contract]), default=None)
        if short is not None:
            full[membership] = f"contract {names[short]} has no free license"
            continue
        seats.subtract(contract for contract, _ in new)
        holding |= new
    return full


def _left(capped: Mapping[int, int], taken: Counter[int]) -> Counter[int]:
    return Counter({contract: max(0, cap - taken[contract]) for contract, cap in capped.items()})
