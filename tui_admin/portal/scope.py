"""What an administrator may look at, and what a filter means to them."""

from sqlalchemy import Connection

from ..rules.filters import Node, check_fields, known_to
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..store.filters.names import resolve_names
from ..store.filters.profile_values import resolve
from ..store.filters.terms import Context
from . import lookup
from .organization import zone
from .rights import scope


def programs_in_view(connection: Connection, actor: Actor, program: str | None) -> frozenset[int] | None:
    """The ids of the programs to look at: the one named by slug, else all the actor may see (None: every one).

    Raises NotAllowed for a program the actor has no right to, BadInput for one that is not there.
    """
    if program is None:
        actor.require(Right.READ)
        return scope(actor)
    return frozenset({lookup.program(connection, actor, Right.READ, program).id})


def filter_context(connection: Connection, actor: Actor, node: Node, now: Instant) -> Context:
    """What a filter is evaluated against: now, the organization's time zone, and the names the actor may know.

    Raises FilterError for a field there is none of for the actor, and for a name they cannot know.
    """
    check_fields(node, known_to(actor))
    return Context(now, zone(connection), resolve_names(connection, node, scope(actor)), resolve(connection, node))
