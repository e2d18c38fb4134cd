"""Memberships that staged rows speak of: who is in which program, known or new."""

from sqlalchemy import Connection, and_, func, insert, select, update

from .. import staging
from ..tables import memberships

_links, _places = staging.links, staging.places


def find(connection: Connection) -> None:
    """Fill `staging.places`, once it is known who the rows speak of and which programs."""
    staging.clear(connection, _places)
    base = (connection.execute(select(func.max(memberships.c.id))).scalar_one() or 0) + 1
    program = staging.things["programs"]
    named = _links.outerjoin(program, program.c.number == _links.c.program)
    pairs = (
        select(_links.c.learner_id, program.c.id.label("program_id"), func.min(_links.c.ord).label("ord"))
        .select_from(named)
        .group_by(_links.c.learner_id, program.c.id)
        .subquery()
    )
    key = and_(memberships.c.program_id == pairs.c.program_id, memberships.c.learner_id == pairs.c.learner_id)
    id = memberships.c.id
    rows = select(func.coalesce(id, base + pairs.c.ord), pairs.c.learner_id, pairs.c.program_id, id.is_not(None))
    rows = rows.select_from(pairs.outerjoin(memberships, key))
    connection.execute(insert(_places).from_select(("membership_id", "learner_id", "program_id", "known"), rows))
    staging.analyse(connection, _places)
    _renumber(connection, base)


def _renumber(connection: Connection, base: int) -> None:
    """As `people` does: close the gaps where new memberships are few among many rows."""
    new, highest = connection.execute(
        select(func.count(), func.max(_places.c.membership_id)).where(~_places.c.known)
    ).one()
    if not new or new * 4 > highest - base:
        return
    rank = func.row_number().over(order_by=_places.c.membership_id)
    dense = select(_places.c.membership_id, (base - 1 + rank).label("id")).where(~_places.c.known).subquery()
    same = _places.c.membership_id == dense.c.membership_id
    connection.execute(update(_places).where(same).values(membership_id=dense.c.id))
