"""The learners of the organization, one row each, as far as an administrator may see them.

What a filter asks of a membership, one of the learner's memberships in the actor's programs must have, in any state;
terms side by side ask it of the same membership, and under `not` none of them has it.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pyroaring import BitMap, BitMap64
from sqlalchemy import Connection

from ..rules import filters
from ..rules.filters import All, Node
from ..rules.roles import Actor
from ..rules.times import Instant
from ..store import users as store_users
from ..store.engine import Store
from ..store.filters.people import asks_names
from ..store.filters.reach import few_people, walk
from ..store.filters.sql import asks_one_membership, learner_condition, membership_condition
from ..store.hints import UNHINTED
from ..store.selection import among
from ..store.tables import learners
from ..store.user_rows import UserRow, membership_ids, memberships_in_view, read_users
from ..store.users import BY_NAME, UsersView
from .scope import filter_context, programs_in_view

__all__ = [
    "UserRow",
    "UsersQuery",
    "count",
    "counted",
    "ids",
    "memberships",
    "narrows",
    "page",
    "page_ids",
    "position",
    "rows",
    "stream",
]


@dataclass(frozen=True, slots=True)
class UsersQuery:
    """What to list: the learners a filter finds, in an order; `sort` is one of `store.users.SORTS`."""

    filter: Node = field(default_factory=All)
    sort: str = "name"
    descending: bool = False
    within: BitMap | None = None
    """Ids among which all that the filter finds are known to be: few, so that nobody else is looked at."""


def page(
    store: Store, actor: Actor, query: UsersQuery, now: Instant, offset: int, limit: int, total: int | None = None
) -> list[UserRow]:
    """The rows `offset` to `offset + limit` of the list. A known `total` makes the end as near as the beginning."""
    with store.read() as connection:
        view = _view(connection, actor, query, now)
        found = store_users.page_ids(connection, view, offset, limit, total)
        return list(read_users(connection, found, view.programs, now))


def page_ids(store: Store, actor: Actor, query: UsersQuery, now: Instant, offset: int, limit: int) -> list[int]:
    """The ids of the rows `offset` to `offset + limit`, in the list's order: what marking a range marks."""
    with store.read() as connection:
        return list(store_users.page_ids(connection, _view(connection, actor, query, now), offset, limit))


def count(store: Store, actor: Actor, query: UsersQuery, now: Instant) -> int:
    """How many learners the query finds."""
    with store.read() as connection:
        return store_users.count(connection, _view(connection, actor, query, now))


def position(store: Store, actor: Actor, query: UsersQuery, now: Instant, id: int) -> int | None:
    """The row number (from 0) of a learner in the list; None when the query does not find them."""
    with store.read() as connection:
        return store_users.position(connection, _view(connection, actor, query, now), id)


def ids(store: Store, actor: Actor, query: UsersQuery, now: Instant) -> BitMap64:
    """The learner ids of all whom the query finds."""
    with store.read() as connection:
        return BitMap64(store_users.all_ids(connection, _view(connection, actor, query, now)))


def counted(store: Store, actor: Actor, query: UsersQuery, now: Instant, most: int) -> tuple[int, BitMap | None]:
    """How many learners the query finds, and all their ids where they are at most so many."""
    with store.read() as connection:
        return store_users.counted(connection, _view(connection, actor, query, now), most)


def narrows(query: UsersQuery, before: UsersQuery) -> bool:
    """Whether all that a query finds, the one before finds too, whatever their order."""
    return filters.narrows(query.filter, before.filter)


def memberships(store: Store, actor: Actor, learner_ids: Iterable[int]) -> BitMap64:
    """The ids of these learners' memberships that the actor may see: what acting on a learner acts on."""
    with store.read() as connection:
        programs = programs_in_view(connection, actor, None)
        return BitMap64(membership_ids(connection, learner_ids, programs))


def stream(store: Store, actor: Actor, query: UsersQuery, now: Instant) -> Iterator[UserRow]:
    """All rows of the list in its order, as of one moment, read block by block; only their ids are held."""
    with store.read() as connection:
        view = _view(connection, actor, query, now)
        found = store_users.all_ids(connection, view, ordered=True)
        yield from read_users(connection, array("q", found), view.programs, now)


def rows(store: Store, actor: Actor, ids: Iterable[int], now: Instant) -> Iterator[UserRow]:
    """The learners of these ids that exist and that the actor may see, in the order given; as of one moment, read
    block by block."""
    with store.read() as connection:
        programs = programs_in_view(connection, actor, None)
        for row in read_users(connection, ids, programs, now):
            if programs is None or row.memberships:
                yield row


def _view(connection: Connection, actor: Actor, query: UsersQuery, now: Instant) -> UsersView:
    view = UsersView(programs_in_view(connection, actor, None), None, query.sort, query.descending)
    if isinstance(query.filter, All):
        return view
    context = filter_context(connection, actor, query.filter, now)
    found = learner_condition(query.filter, context, memberships_in_view(view.programs))
    view = replace(view, condition=found, walk=BY_NAME if asks_names(query.filter) else UNHINTED)
    people = few_people(connection, query.filter, context) if query.within is None else query.within
    if people is not None:
        return replace(view, within=among(connection, learners.c.id, people))
    if not asks_one_membership(query.filter):
        return view
    return replace(view, of_one=membership_condition(query.filter, context), walk=walk(query.filter))
