"""Writing what a list of people asks for: learners, memberships, and how they stood before."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, false, func, insert, literal, null, select, update

from ...rules.profile import PROFILE
from ...rules.times import Instant
from ...rules.triage import MembershipState
from .. import totals
from ..memory import room
from ..tables import learners, memberships
from .staged import invites, rows

BEFORE = ("state", "removed_at", "invited_at", "invited_by", "contract_id")
"""The columns of a former membership that inviting anew changes."""

_TOLD = ("email", "shown", "name", "external_id", "search_key", *PROFILE)


def invite(connection: Connection, by: str, at: Instant) -> None:
    """Make the learners and memberships of all rows to invite, and bring former members back as invited."""
    number = connection.execute(select(func.count()).select_from(rows).where(invites())).scalar_one()
    with room(connection, number):
        _add_people(connection, at)
        _bring_back(connection, by, at)
        _add_memberships(connection, by, at)
        totals.derive(connection, select(rows.c.learner_id).where(invites()))


def before(connection: Connection) -> dict[int, tuple[Any, ...]]:
    """How the memberships to bring back stand now, in the order of `BEFORE`; held until the transaction ends."""
    query = select(memberships.c.id, *(memberships.c[name] for name in BEFORE))
    query = query.join(rows, rows.c.membership_id == memberships.c.id).where(invites())
    held = query.order_by(memberships.c.id).with_for_update(of=memberships)
    return {row[0]: tuple(row[1:]) for row in connection.execute(held)}


def invited(connection: Connection) -> Iterator[tuple[int, int]]:
    """The memberships of the rows that invite, with their programs, in the order of the memberships."""
    query = select(rows.c.membership_id, rows.c.program_id).where(invites()).order_by(rows.c.membership_id)
    for row in connection.execute(query, execution_options={"yield_per": 10_000}):
        yield row.membership_id, row.program_id


def _add_people(connection: Connection, at: Instant) -> None:
    unknown = rows.c.learner_id.is_(None)
    firsts = select(func.min(rows.c.line)).where(invites(), unknown).group_by(rows.c.email)
    people = select(*(rows.c[name] for name in _TOLD), literal(at), false()).where(rows.c.line.in_(firsts))
    columns = ("email", "email_shown", *_TOLD[2:], "moment", "opted_out")
    connection.execute(insert(learners).from_select(columns, people.order_by(rows.c.line)))
    learner = select(learners.c.id).where(learners.c.email == rows.c.email).scalar_subquery()
    connection.execute(update(rows).where(invites(), unknown).values(learner_id=learner))


def _bring_back(connection: Connection, by: str, at: Instant) -> None:
    values = {"state": MembershipState.INVITED, "state_raw": null(), "removed_at": null()}
    values |= {"invited_at": at, "invited_by": by, "contract_id": rows.c.contract_id}
    there = update(memberships).where(memberships.c.id == rows.c.membership_id, invites())
    connection.execute(there.values(values))


def _add_memberships(connection: Connection, by: str, at: Instant) -> None:
    names = ("program_id", "learner_id", "contract_id")
    new = select(
        *(rows.c[name] for name in names),
        learners.c.search_key,
        literal(str(MembershipState.INVITED)),
        literal(at),
        literal(by),
    )
    new = new.join(learners, learners.c.id == rows.c.learner_id).where(invites(), rows.c.membership_id.is_(None))
    columns = (*names, "search_key", "state", "invited_at", "invited_by")
    connection.execute(insert(memberships).from_select(columns, new.order_by(rows.c.line)))
    made = select(memberships.c.id).where(
        memberships.c.program_id == rows.c.program_id, memberships.c.learner_id == rows.c.learner_id
    )
    missing = update(rows).where(invites(), rows.c.membership_id.is_(None))
    connection.execute(missing.values(membership_id=made.scalar_subquery()))
