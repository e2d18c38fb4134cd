"""SQL of removing members: a handful of statements whatever their number."""

from collections.abc import Iterable

from sqlalchemy import Connection, update

from ..rules.triage import MembershipState
from .memory import room
from .selection import among
from .tables import memberships


def remove(connection: Connection, ids: Iterable[int], at: int) -> None:
    """Make members former members."""
    ids = list(ids)
    removed = update(memberships).values(state=MembershipState.DELETED_MEMBER, removed_at=at)
    with room(connection, len(ids)):
        connection.execute(removed.where(among(connection, memberships.c.id, ids)))
