"""Finding learners over all programs in view: ids of a page, of all that match, their number, one's position.

A tombstone (an erased or merged person) has no name and no address, so its search key sorts before everybody else's:
leaving those out costs no look at the row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, true

from ..rules.times import Instant
from ..rules.triage import Status
from . import ordering
from .filter_people import PROFILE
from .hints import OF_LEARNER, TRIAGE_INDEX, UNHINTED
from .member_rows import BLOCK, PERSON_COLUMNS, MemberRow, Person, person_values, read_rows
from .members import EVERY_STATE, SORT_INDEXES, checked_sort, in_view, person_order
from .ordering import Order
from .selection import chosen
from .tables import learners, memberships

_NOBODY = "\x1f"
_BY_LEARNERS_NAME = "INDEXED BY ix_learners_search_key"


@dataclass(frozen=True, slots=True)
class UserRow(Person):
    """A learner with their memberships in the programs in view, in the order of the programs' names."""

    memberships: tuple[MemberRow, ...]

    @property
    def id(self) -> int:
        """The learner's id, by which a list marks rows."""
        return self.learner_id

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that one of the memberships carries, in the order of `Status`."""
        held = {status for row in self.memberships for status in row.statuses}
        return tuple(str(status) for status in Status if status in held)

    @property
    def reason(self) -> str:
        """The at-risk reason, with the program named where there are several memberships."""
        several = len(self.memberships) > 1
        reasons = ((row.program_name, row.reason) for row in self.memberships if row.reason)
        return "; ".join(f"{program}: {reason}" if several else reason for program, reason in reasons)

    @property
    def enrolled(self) -> int:
        """Courses enrolled in, over the memberships."""
        return sum(row.enrolled for row in self.memberships)

    @property
    def completed(self) -> int:
        """Courses completed, over the memberships."""
        return sum(row.completed for row in self.memberships)

    @property
    def last_activity_at(self) -> Instant | None:
        """The newest activity in any of the programs."""
        return max((row.last_activity_at for row in self.memberships if row.last_activity_at is not None), default=None)


@dataclass(frozen=True, slots=True)
class UsersView:
    """The learners in view: with a membership in these programs (None: all learners), who fulfil the condition."""

    programs: frozenset[int] | None
    condition: ColumnElement[bool] | None
    sort: str
    descending: bool
    by_profile: bool = False
    """Whether the condition looks into profiles."""
    by_row: ColumnElement[bool] | None = None
    """The condition in the form that is looked up row by row, where it has one that differs."""
    of_one: ColumnElement[bool] | None = None
    """The condition as asked of one membership, where that says the same."""
    within: ColumnElement[bool] | None = None
    """Holds for few learners, among whom all in view are known to be."""


def memberships_in_view(programs: frozenset[int] | None) -> ColumnElement[bool]:
    """The condition on the memberships that count for a learner: any state, of the programs in view."""
    return and_(true(), *in_view(programs, EVERY_STATE))


def matching(view: UsersView, *, by_row: bool = False) -> Select[int]:
    """`SELECT id` of the learners in view, without an order."""
    query = select(learners.c.id).where(learners.c.search_key > _NOBODY)
    if view.within is not None:
        query = query.where(view.within)
    if view.programs is not None:
        query = query.where(_has_membership(view.programs, by_row))
    if view.condition is not None:
        query = query.where(view.by_row if by_row and view.by_row is not None else view.condition)
    return query


def _has_membership(programs: frozenset[int], by_row: bool) -> ColumnElement[bool]:
    held = select(memberships.c.learner_id).where(memberships_in_view(programs))
    if not by_row:
        return learners.c.id.in_(held)
    own = held.where(memberships.c.learner_id == learners.c.id).with_hint(memberships, OF_LEARNER, "sqlite")
    return own.correlate(learners).exists()


def _through_memberships(view: UsersView, condition: ColumnElement[bool]) -> Select[int]:
    """`SELECT id` of the learner of each membership that fulfils a condition, of whom nobody else is compared by name:
    SQLite looks at the conditions in this order."""
    return (
        select(memberships.c.learner_id)
        .where(memberships_in_view(view.programs), condition, memberships.c.search_key > _NOBODY)
        .with_hint(memberships, TRIAGE_INDEX, "sqlite")
    )


def page_ids(connection: Connection, view: UsersView, offset: int, limit: int, total: int | None = None) -> list[int]:
    """The ids of a page in the view's order; with a known `total` the far end is as near as the beginning."""
    return ordering.page(connection, _plans(view), offset, limit, total)


def _plans(view: UsersView) -> list[tuple[Select[int], Order]]:
    """The ways to a page: along an index of the order, else by looking at everybody in view."""
    order = order_of(view)
    if view.within is not None:
        return [(matching(view, by_row=True).with_hint(learners, UNHINTED, "sqlite"), order)]
    if view.sort not in _INDEXES:
        return [_all_in(view, order)]
    along = matching(view, by_row=True).with_hint(learners, f"INDEXED BY {_INDEXES[view.sort]}", "sqlite")
    return [(along, order), _all_in(view, order)]


def _all_in(view: UsersView, order: Order) -> tuple[Select[int], Order]:
    """Everybody in view, to be sorted; a membership knows the name of its learner."""
    if view.of_one is not None and view.sort == "name":
        by_key = replace(order, key=memberships.c.search_key, ids=(memberships.c.learner_id,))
        return _through_memberships(view, view.of_one).group_by(by_key.key, *by_key.ids), by_key
    every = matching(view) if view.condition is None else select(learners.c.id).where(learners.c.id.in_(_every(view)))
    return every.with_hint(learners, UNHINTED, "sqlite"), order


def all_ids(
    connection: Connection, view: UsersView, *, ordered: bool = False, most: int | None = None
) -> Iterable[int]:
    """The ids of all learners in view (or of that many of them), one after the other."""
    query = matching(view).order_by(*order_of(view).clauses()) if ordered else _every(view)
    return connection.scalars(query.limit(most), execution_options={"yield_per": 10_000})


def _every(view: UsersView) -> Select[int]:
    """Everybody in view in the quickest order."""
    if view.of_one is not None and view.within is None:
        return _through_memberships(view, view.of_one).distinct()
    if view.within is not None:
        return matching(view, by_row=True).with_hint(learners, UNHINTED, "sqlite")
    return matching(view).with_hint(learners, "" if view.by_profile else _BY_LEARNERS_NAME, "sqlite")


def count(connection: Connection, view: UsersView) -> int:
    """How many learners are in view."""
    return connection.execute(select(func.count()).select_from(_every(view).subquery())).scalar_one()


def position(connection: Connection, view: UsersView, id: int) -> int | None:
    """The row number (from 0) of a learner in the view's order; None when they are not in view."""
    order = order_of(view)
    own = matching(view, by_row=True).with_only_columns(order.key).where(learners.c.id == id)
    key = connection.execute(own).one_or_none()
    if key is None:
        return None
    before = matching(view).with_only_columns(func.count()).where(order.precedes(key[0], (id,)))
    return connection.execute(before).scalar_one()


def membership_ids(connection: Connection, learner_ids: Iterable[int], programs: frozenset[int] | None) -> list[int]:
    """The memberships in view of these learners, those of one learner in the order they were made."""
    query = select(memberships.c.id).where(
        memberships.c.learner_id.in_(chosen(connection, learner_ids)), memberships_in_view(programs)
    )
    return list(connection.scalars(query.order_by(memberships.c.learner_id, memberships.c.id)))


def read_users(
    connection: Connection, ids: Iterable[int], programs: frozenset[int] | None, now: Instant
) -> Iterator[UserRow]:
    """The learners of these ids that exist, in their order, read block by block."""
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        people = {
            row["learner_id"]: person_values(row)
            for row in connection.execute(
                select(*PERSON_COLUMNS).where(learners.c.id.in_(chosen(connection, block)))
            ).mappings()
        }
        held: dict[int, list[MemberRow]] = defaultdict(list)
        for member in read_rows(connection, membership_ids(connection, block, programs), now):
            held[member.learner_id].append(member)
        for id in block:
            if id in people:
                by_name = sorted(held[id], key=lambda member: (member.program_name, member.id))
                yield UserRow(**people[id], memberships=tuple(by_name))


# --- orders


def order_of(view: UsersView) -> Order:
    """The order of a view. Raises BadInput for a sort that is none of `SORTS`."""
    key = SORTS[checked_sort("Users", view.sort, SORTS)](view.programs)
    return Order(key, (learners.c.id,), view.descending, blank=view.sort not in ("name", "enrolled", "completed"))


def _over(aggregate: Callable[[Any], ColumnElement[Any]], column: str) -> Callable[[Any], ColumnElement[Any]]:
    def key(programs: frozenset[int] | None) -> ColumnElement[Any]:
        found = select(aggregate(memberships.c[column]))
        found = found.where(memberships.c.learner_id == learners.c.id, memberships_in_view(programs))
        return found.with_hint(memberships, OF_LEARNER, "sqlite").correlate(learners).scalar_subquery()

    return key


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _profile(field: str) -> Callable[[Any], ColumnElement[Any]]:
    key = person_order(field, learners)
    return lambda _programs: key


_INDEXES = {"name": "ix_learners_search_key", "email": "sqlite_autoindex_learners_1", **SORT_INDEXES}
"""The index that holds a sort's order."""

SORTS: dict[str, Callable[[frozenset[int] | None], ColumnElement[Any]]] = {
    "name": lambda _programs: learners.c.search_key,
    "email": lambda _programs: learners.c.email,
    "enrolled": _over(_sum, "enrolled"),
    "completed": _over(_sum, "completed"),
    "active": _over(func.max, "last_activity_at"),
    "joined": _over(func.min, "joined_at"),
    "invited": _over(func.min, "invited_at"),
    **{field: _profile(field) for field in PROFILE},
}
"""What users can be sorted by: the sort key of each, given the programs in view."""
