"""SQL of joining a program by invitation: who is invited where, under which contracts, and making them members."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, literal, null, select, update

from ..rules.mailing import Purpose
from ..rules.times import Instant
from ..rules.triage import MembershipState
from .selection import among
from .tables import contracts, learners, memberships, outbox, program_contracts, programs
from .triage import latest


class Place(NamedTuple):
    """A membership as joining needs it, with its learner and its program."""

    id: int
    state: str
    contract_id: int | None
    joined_at: Instant | None
    invited_at: Instant | None
    last_sent_at: Instant | None
    learner_id: int
    erased_at: Instant | None
    program_id: int
    slug: str
    program: str
    tagline: str | None


class Contract(NamedTuple):
    """A contract with the days on which its licenses can be used."""

    id: int
    starts_on: date | None
    ends_on: date | None


_PLACES = (
    select(
        *(memberships.c[name] for name in ("id", "state", "contract_id", "joined_at", "invited_at", "last_sent_at")),
        learners.c.id,
        learners.c.erased_at,
        programs.c.id,
        programs.c.slug,
        programs.c.name,
        programs.c.tagline,
    )
    .join(learners, learners.c.id == memberships.c.learner_id)
    .join(programs, programs.c.id == memberships.c.program_id)
    .order_by(memberships.c.id)
)


def places(connection: Connection, ids: Collection[int], *, hold: bool = False) -> dict[int, Place]:
    """The memberships there are of these ids. `hold` keeps them until the transaction ends: a single one is waited for;
    of several those are left out that somebody else is changing, as an import may for a minute, which changes them in
    another order."""
    if not ids:
        return {}
    query = _PLACES.where(among(connection, memberships.c.id, ids))
    held = query.with_for_update(of=memberships, key_share=True, skip_locked=len(ids) > 1)
    found = connection.execute(held if hold else query)
    return {row[0]: Place._make(row) for row in found}


def invited(connection: Connection, slug: str, email: str) -> int | None:
    """The membership of whoever is invited to a program with an address; None where nobody is."""
    query = select(memberships.c.id).join(learners, learners.c.id == memberships.c.learner_id)
    query = query.join(programs, programs.c.id == memberships.c.program_id)
    here = query.where(learners.c.email == email, programs.c.slug == slug)
    return connection.execute(here.where(memberships.c.state == MembershipState.INVITED)).scalar_one_or_none()


def mailed_since(connection: Connection, membership_id: int, since: Instant) -> bool:
    """Whether a link to join was mailed for an invitation, because somebody asked for it, after a moment."""
    query = select(outbox.c.id).where(outbox.c.membership_id == membership_id, outbox.c.header_date > since)
    return connection.execute(query.where(outbox.c.purpose == Purpose.CONFIRMATION).limit(1)).first() is not None


def drawn(connection: Connection, program_ids: Collection[int]) -> dict[int, list[Contract]]:
    """The contracts of some programs, in each program's order."""
    link = program_contracts.c
    query = select(link.program_id, contracts.c.id, contracts.c.starts_on, contracts.c.ends_on)
    query = query.join(contracts, contracts.c.id == link.contract_id).where(link.program_id.in_(sorted(program_ids)))
    found: dict[int, list[Contract]] = {}
    for program, *contract in connection.execute(query.order_by(link.program_id, link.position, contracts.c.name)):
        found.setdefault(program, []).append(Contract._make(contract))
    return found


def contracts_of(connection: Connection, contract_ids: Collection[int]) -> dict[int, Contract]:
    """Contracts by id."""
    query = select(contracts.c.id, contracts.c.starts_on, contracts.c.ends_on)
    found = connection.execute(query.where(contracts.c.id.in_(sorted(contract_ids))))
    return {row.id: Contract._make(row) for row in found}


def join(connection: Connection, ids: Iterable[int], contract_id: int | None, at: Instant) -> None:
    """Make the invited members under a contract, with the one triage fact that follows from it. A member report older
    than that changes nothing of them."""
    values = {"state": MembershipState.MEMBER, "state_raw": null(), "joined_at": at, "moment": at}
    active = latest(memberships.c.last_activity_at, literal(at))
    joining = update(memberships).where(among(connection, memberships.c.id, ids))
    connection.execute(joining.values(contract_id=contract_id, active_at=active, **values))
