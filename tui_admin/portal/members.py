"""The members of a program, or of all programs an administrator may see: pages, numbers, marks, rows, values."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pyroaring import BitMap, BitMap64
from sqlalchemy import Connection

from ..rules import filters
from ..rules.filters import All, Node, known_to
from ..rules.roles import Actor
from ..rules.times import Instant
from ..rules.triage import MembershipState
from ..store import members as store_members
from ..store.engine import Store
from ..store.filters import field_values
from ..store.filters.reach import few_people, walk
from ..store.filters.sql import membership_condition, states
from ..store.hints import OF_LEARNER, UNHINTED
from ..store.home import status_totals
from ..store.interruption import watched
from ..store.member_rows import MemberRow, read_rows
from ..store.members import View
from ..store.selection import among
from ..store.sizes import is_large
from ..store.tables import memberships
from . import rights
from .scope import filter_context, programs_in_view

__all__ = [
    "MemberRow",
    "MembersQuery",
    "count",
    "counted",
    "ids",
    "narrows",
    "page",
    "page_ids",
    "position",
    "rows",
    "stream",
    "values",
    "view",
]


@dataclass(frozen=True, slots=True)
class MembersQuery:
    """What to list: a program's members by slug (None: of all the actor's programs), filtered, in an order.

    Joined people only, unless the filter names invited or removed ones. `sort` is one of `store.members.SORTS`.
    """

    program: str | None = None
    filter: Node = field(default_factory=All)
    sort: str = "name"
    descending: bool = False
    within: BitMap | None = None
    """Ids among which all that the filter finds are known to be: few, so that nobody else is looked at."""
    states: frozenset[MembershipState] | None = None
    """Memberships in these states only, whatever the filter names; None: as said above."""

    @property
    def covers(self) -> frozenset[MembershipState]:
        """The states of the memberships it can find."""
        return states(self.filter) if self.states is None else self.states


def page(
    store: Store, actor: Actor, query: MembersQuery, now: Instant, offset: int, limit: int, total: int | None = None
) -> list[MemberRow]:
    """The rows `offset` to `offset + limit` of the list. A known `total` makes the end as near as the beginning."""
    with store.read() as connection:
        found = store_members.page_ids(connection, view(connection, actor, query, now), offset, limit, total)
        return list(read_rows(connection, found, now))


def page_ids(store: Store, actor: Actor, query: MembersQuery, now: Instant, offset: int, limit: int) -> list[int]:
    """The ids of the rows `offset` to `offset + limit`, in the list's order: what marking a range marks."""
    with store.read() as connection:
        return store_members.page_ids(connection, view(connection, actor, query, now), offset, limit)


def count(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> int:
    """How many members the query finds."""
    with store.read() as connection:
        return store_members.count(connection, view(connection, actor, query, now))


def position(store: Store, actor: Actor, query: MembersQuery, now: Instant, id: int) -> int | None:
    """The row number (from 0) of a membership in the list; None when the query does not find it."""
    with store.read() as connection:
        return store_members.position(connection, view(connection, actor, query, now), id)


def ids(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> BitMap64:
    """The ids of all memberships the query finds."""
    with store.read() as connection:
        return BitMap64(store_members.all_ids(connection, view(connection, actor, query, now)))


def counted(store: Store, actor: Actor, query: MembersQuery, now: Instant, most: int) -> tuple[int, BitMap | None]:
    """How many members the query finds, and all their ids where they are at most so many."""
    with store.read() as connection:
        return store_members.counted(connection, view(connection, actor, query, now), most)


def narrows(query: MembersQuery, before: MembersQuery) -> bool:
    """Whether all that a query finds, the one before finds too, whatever their order."""
    same_program = query.program == before.program and query.covers <= before.covers
    return same_program and filters.narrows(query.filter, before.filter)


def stream(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> Iterator[MemberRow]:
    """All rows of the list in its order, as of one moment, read block by block; only their ids are held."""
    with store.read() as connection:
        found = store_members.all_ids(connection, view(connection, actor, query, now), ordered=True)
        yield from read_rows(connection, array("q", found), now)


def rows(store: Store, actor: Actor, ids: Iterable[int], now: Instant) -> Iterator[MemberRow]:
    """The memberships of these ids that exist and that the actor may see, in the order given; as of one moment, read
    block by block."""
    with store.read() as connection:
        allowed = programs_in_view(connection, actor, None)
        for row in read_rows(connection, ids, now):
            if allowed is None or row.program_id in allowed:
                yield row


def values(
    store: Store,
    actor: Actor,
    program: str | None,
    field: str,
    prefix: str,
    now: Instant,
    *,
    limit: int = 20,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[field_values.Value]:
    """Values of a filter field that begin with the prefix, or a word in them does, with the number of joined members
    that have each; the most frequent first. Of the statuses all but at-risk-ever, with the memberships that carry each.
    Empty for fields without a list of values, and for those the actor has not.

    In a large store organization administrators get the names of what is in the catalogue, without numbers. Raises
    Cancelled where `cancelled` says so.
    """
    if field not in known_to(actor):
        return []
    with store.read() as connection, watched(connection, cancelled, "Values were not looked for any more."):
        programs = programs_in_view(connection, actor, program)
        if field == "status":
            return [*status_totals(connection, programs, now)]
        if field in field_values.NAMED and rights.scope(actor) is None and is_large(connection):
            return field_values.names(connection, field, prefix, limit)
        return field_values.values(connection, programs, field, prefix, limit)


def view(connection: Connection, actor: Actor, query: MembersQuery, now: Instant) -> View:
    """The query as the store asks it, within what the actor may see; for bulk writes that work on all it finds.

    Raises NotAllowed for a program the actor has no right to, BadInput for one that is not there, and FilterError for
    a name in the filter that nothing has.
    """
    programs = programs_in_view(connection, actor, query.program)
    shown = View(programs, query.covers, None, query.sort, query.descending, now)
    if isinstance(query.filter, All):
        return shown
    context = filter_context(connection, actor, query.filter, now)
    shown = replace(shown, condition=membership_condition(query.filter, context), walk=walk(query.filter))
    if query.within is not None:
        return replace(shown, within=among(connection, memberships.c.id, query.within), walk=UNHINTED)
    people = few_people(connection, query.filter, context)
    if people is None:
        return shown
    return replace(shown, within=among(connection, memberships.c.learner_id, people), walk=OF_LEARNER)
