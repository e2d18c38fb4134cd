"""Who may join now by the link of an invitation, and under which contract."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from ...rules.licenses import Standing, standing
from ...rules.times import Instant, to_datetime
from ...rules.triage import MembershipState
from ...store import joining as store_joining
from ...store import licenses as store_licenses
from ...store.joining import Contract, Place
from .. import seats
from ..organization import zone
from ..seats import Counts, Seats


class State(StrEnum):
    """What a link to join leads to. FULL: no contract has a free license; AHEAD and ENDED: none can be used yet, or any
    more; GONE: the invitation was withdrawn, or the link is not of the present one."""

    OPEN = "open"
    JOINED = "joined"
    FULL = "full"
    AHEAD = "ahead"
    ENDED = "ended"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a link leads to. `contract` is that to join under where it is open, None where the program has none, and
    `draws_on` all of which a license is taken; `day` is the first or last one of a program that is ahead or ended."""

    state: State
    contract: int | None = None
    draws_on: tuple[int, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A token that was read: the membership it names, and when it was made."""

    membership: int
    made: Instant


def judge(
    connection: Connection,
    links: Iterable[Link],
    places: Mapping[int, Place],
    now: Instant,
    counts: Counts,
    *,
    hold: bool,
) -> dict[Link, Verdict]:
    """What each link leads to, once for all; of several under one contract the first find a license. `hold` keeps the
    contracts until the transaction ends."""
    verdicts = {link: Verdict(_state(link, places.get(link.membership))) for link in links}
    asking = {link.membership: places[link.membership] for link, one in verdicts.items() if one.state is State.OPEN}
    if not asking:
        return verdicts
    given = _under(connection, list(asking.values()), now, counts, hold=hold)
    return {link: given[link.membership] if one.state is State.OPEN else one for link, one in verdicts.items()}


def _state(link: Link, place: Place | None) -> State:
    if place is None or place.erased_at is not None:
        return State.GONE
    if place.state == MembershipState.MEMBER:
        return State.JOINED
    # People are removed and invited again, and numbers are given anew: an older link is of another invitation.
    since = place.invited_at if place.invited_at is not None else place.last_sent_at
    is_current = place.state == MembershipState.INVITED and (since is None or link.made >= since)
    return State.OPEN if is_current else State.GONE


def _under(
    connection: Connection, asking: Sequence[Place], now: Instant, counts: Counts, *, hold: bool
) -> dict[int, Verdict]:
    """Under which contract each may join: that of the invitation, else the first of the program's that is in force and
    has a free license. A program without contracts has places for all."""
    own = store_joining.contracts_of(connection, {one.contract_id for one in asking if one.contract_id is not None})
    drawn = store_joining.drawn(connection, {one.program_id for one in asking if one.contract_id is None})
    choices = {
        one.id: drawn.get(one.program_id, []) if one.contract_id is None else [own[one.contract_id]] for one in asking
    }
    today = to_datetime(now, zone(connection)).date()
    usable = {id: [one for one in known if _standing(one, today) is Standing.IN_FORCE] for id, known in choices.items()}
    beside = store_licenses.further_holdings(connection, usable.keys())
    asked = {(contract.id, one.learner_id) for one in asking for contract in usable[one.id]}
    free = seats.free(connection, asked.union(*beside.values()), hold=hold, counts=counts)
    return {
        one.id: _closed(choices[one.id], today)
        if choices[one.id] and not usable[one.id]
        else _seat(free, one, [contract.id for contract in usable[one.id]], beside.get(one.id, ()))
        for one in asking
    }


def _seat(free: Seats, place: Place, usable: Sequence[int], beside: Sequence[store_licenses.Holding]) -> Verdict:
    for contract in usable or (None,):
        own = ((contract, place.learner_id),) if contract is not None else ()
        if free.take((*own, *beside)) is None:
            return Verdict(State.OPEN, contract, tuple(id for id, _ in (*own, *beside)))
    return Verdict(State.FULL)


def _standing(contract: Contract, today: date) -> Standing:
    return standing(contract.starts_on, contract.ends_on, today)


def _closed(known: Sequence[Contract], today: date) -> Verdict:
    """When contracts open of which none can be used today, or else when the last ended."""
    starts = [one.starts_on for one in known if one.starts_on and _standing(one, today) is Standing.AHEAD]
    if starts:
        return Verdict(State.AHEAD, day=min(starts))
    return Verdict(State.ENDED, day=max(one.ends_on for one in known if one.ends_on))
