"""SQL of removing members: a handful of statements whatever their number."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from ..rules.triage import MembershipState
from .memory import room
from .selection import among
from .tables import memberships


class Found(NamedTuple):
    """A membership as removing it needs it."""

    id: int
    program_id: int
    state: str
    removed_at: int | None
    contract_id: int | None
    learner_id: int


def find(connection: Connection, ids: Iterable[int], *, hold: bool = False) -> list[Found]:
    """The memberships there are of these ids, by id; `hold` keeps them until the transaction ends."""
    query: Any = (
        select(*(memberships.c[name] for name in Found._fields))
        .where(among(connection, memberships.c.id, ids))
        .order_by(memberships.c.id)
    )
    if hold:
        query = query.with_for_update()
    return [Found._make(row) for row in connection.execute(query).all()]


def remove(connection: Connection, ids: Iterable[int], at: int) -> None:
    """Make members former members."""
    ids = list(ids)
    removed = update(memberships).values(state=MembershipState.DELETED_MEMBER, removed_at=at)
    with room(connection, len(ids)):
        connection.execute(removed.where(among(connection, memberships.c.id, ids)))
