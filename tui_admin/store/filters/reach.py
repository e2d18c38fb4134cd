"""How far a filter reaches, which decides the way through a large store."""

from collections.abc import Iterable, Sequence
from functools import partial

from pyroaring import BitMap
from sqlalchemy import Connection, Select

from ...rules.filters.tree import And, Choice, Moment, Named, Node, Number, Op, Or, Text, Word, leaves
from ..hints import OF_LEARNER, TRIAGE_INDEX
from ..tables import outbox
from .feedback import givers
from .mail import with_mail, written_to
from .names import ids_of
from .people import holders
from .terms import Context, compared, moment_holds, or_never

MOST = {"sqlite": 20_000, "postgresql": 3_000}
"""People who are few, by database: to look them up takes less than to pass by everybody else. Between a server and its
client ids are packed and unpacked, twice."""

_OF_STATUS = frozenset(("status", "program", "enrolled", "completed", "failed", "active"))
"""Fields that both the triage index and that of learners hold."""

_OF_TRIAGE = frozenset(("name", "email", "contract", "hours", "invited", "joined", "removed"))
"""Fields that the triage index holds besides."""


def walk(node: Node) -> str:
    """The hint for a walk over all memberships that a filter is put to: along the triage index, or, where rows of other
    tables are looked up for most of them, in the order in which learners lie on disk, which takes a fifth of the
    time."""
    return TRIAGE_INDEX if held(node) or _is_sifted(node) else OF_LEARNER


def held(node: Node) -> bool:
    """Whether the triage index holds all that a filter asks for."""
    return all(_field(leaf) in _OF_STATUS | _OF_TRIAGE for leaf in leaves(node))


def _is_sifted(node: Node) -> bool:
    """Whether the triage index alone holds something that leaves few to be looked up."""
    parts = node.parts if isinstance(node, And) else (node,)
    return any(_field(leaf) in _OF_TRIAGE for part in parts if not isinstance(part, Or) for leaf in leaves(part))


def _field(leaf: Node) -> str:
    return "name" if isinstance(leaf, Word) else leaf.field  # type: ignore[union-attr]


def few_people(connection: Connection, node: Node, context: Context, beside: Sequence[Node] = ()) -> BitMap | None:
    """The ids of learners among whom all are whom a filter finds, where an index tells them and they are few; `beside`
    are the terms that a term stands side by side with."""
    match node:
        case And(parts):
            known = [found for part in parts if (found := few_people(connection, part, context, parts)) is not None]
            return BitMap.intersection(*known) if known else None
        case Or(parts):
            found = BitMap()
            for part in parts:
                more = few_people(connection, part, context)
                if more is None:
                    return None
                found |= more
            return found
    return _read(connection, _ways(node, context, beside))


def _ways(leaf: Node, context: Context, beside: Sequence[Node]) -> list[Select[int]]:
    """Queries along an index for the learners who may fulfil a term; none where no index tells them."""
    match leaf:
        case Text():
            return holders(leaf, context.profiles)
        case Choice("delivery", words):
            return [with_mail(words)]
        case Moment("mailed" | "reminded" as field, op) if op is not Op.NE and not or_never(leaf):
            return [written_to(field, moment_holds(leaf, outbox.c.final_at, context))]
        case Number("stars" | "recommend" as field):
            named = [part for part in beside if field == "stars" and isinstance(part, Named) and part.field == "course"]
            courses = [id for part in named for id in ids_of(context.names, part)] if named else None
            return [givers(field, partial(compared, term=leaf), courses)]
    return []


def _read(connection: Connection, ways: Iterable[Select[int]]) -> BitMap | None:
    found: BitMap | None = None
    most = MOST[connection.dialect.name]
    for way in ways:
        read = connection.scalars(way.limit(most + 1)).all()
        if len(read) > most:
            return None
        found = BitMap(read) | (found or BitMap())
    return found
