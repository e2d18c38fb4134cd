"""Names an administrator may know, by what identifies them."""

from sqlalchemy import select

from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store.engine import Store
from ..store.tables import programs
from .rights import scope


def program_names(store: Store, actor: Actor) -> dict[str, str]:
    """The names of the actor's programs by slug, in the order of the names."""
    actor.require(Right.READ)
    seen = scope(actor)
    query = select(programs.c.slug, programs.c.name).order_by(programs.c.name, programs.c.slug)
    if seen is not None:
        query = query.where(programs.c.id.in_(sorted(seen)))
    with store.read() as connection:
        return {row.slug: clean(row.name) for row in connection.execute(query)}
