"""Finding learners over all programs in view: ids of a page, of all that match, their number, one's position.

A tombstone (an erased or merged person) has no name and no address, so its search key sorts before everybody else's:
leaving those out costs no look at the row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, true

from ..rules.times import Instant
from ..rules.triage import Status
from . import ordering
from .filter_people import PROFILE
from .member_rows import BLOCK, PERSON_COLUMNS, MemberRow, Person, person_values, read_rows
from .members import EVERY_STATE, checked_sort, in_view
from .ordering import Order, address_of, text_order
from .selection import chosen
from .tables import learners, memberships

_NOBODY = "\x1f"
_BY_NAME = "INDEXED BY ix_learners_search_key"
_BY_ID = "NOT INDEXED"
"""What looks into every learner's row, or memberships, reads the tables in the order they lie on disk."""


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

    @property
    def in_name_order(self) -> bool:
        """Whether the index of names answers both condition and order."""
        return self.sort in ("name", "email") and not self.by_profile


def memberships_in_view(programs: frozenset[int] | None) -> ColumnElement[bool]:
    """The condition on the memberships that count for a learner: any state, of the programs in view."""
    return and_(true(), *in_view(programs, EVERY_STATE))


def matching(view: UsersView) -> Select[int]:
    """`SELECT id` of the learners in view, without an order."""
    query = select(learners.c.id).where(learners.c.search_key > _NOBODY)
    if view.programs is not None:
        query = query.where(_has_membership(view.programs))
    return query if view.condition is None else query.where(view.condition)


def _has_membership(programs: frozenset[int]) -> ColumnElement[bool]:
    return learners.c.id.in_(select(memberships.c.learner_id).where(memberships_in_view(programs)))


def page_ids(connection: Connection, view: UsersView, offset: int, limit: int, total: int | None = None) -> list[int]:
    """The ids of a page in the view's order; with a known `total` the far end is as near as the beginning."""
    query = matching(view).with_hint(learners, _BY_NAME if view.in_name_order else _BY_ID, "sqlite")
    return ordering.page(connection, query, order_of(view), offset, limit, total)


def all_ids(connection: Connection, view: UsersView, *, ordered: bool = False) -> Iterable[int]:
    """The ids of all learners in view, one after the other."""
    query = matching(view)
    if ordered:
        query = query.order_by(*order_of(view).clauses())
    return connection.scalars(query, execution_options={"yield_per": 10_000})


def count(connection: Connection, view: UsersView) -> int:
    """How many learners are in view."""
    hint = _BY_ID if view.by_profile else _BY_NAME
    query = matching(view).with_only_columns(func.count()).with_hint(learners, hint, "sqlite")
    return connection.execute(query).scalar_one()


def position(connection: Connection, view: UsersView, id: int) -> int | None:
    """The row number (from 0) of a learner in the view's order; None when they are not in view."""
    order = order_of(view)
    key = connection.execute(matching(view).with_only_columns(order.key).where(learners.c.id == id)).one_or_none()
    if key is None:
        return None
    before = matching(view).with_only_columns(func.count()).where(order.precedes(key[0], id))
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
    return Order(key, learners.c.id, view.descending, blank=view.sort not in ("name", "email", "enrolled", "completed"))


def _over(aggregate: Callable[[Any], ColumnElement[Any]], column: str) -> Callable[[Any], ColumnElement[Any]]:
    def key(programs: frozenset[int] | None) -> ColumnElement[Any]:
        found = select(aggregate(memberships.c[column]))
        found = found.where(memberships.c.learner_id == learners.c.id, memberships_in_view(programs))
        return found.correlate(learners).scalar_subquery()

    return key


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _profile(columns: tuple[str, ...]) -> Callable[[Any], ColumnElement[Any]]:
    return lambda _programs: text_order(*(learners.c[name] for name in columns))


SORTS: dict[str, Callable[[frozenset[int] | None], ColumnElement[Any]]] = {
    "name": lambda _programs: learners.c.search_key,
    "email": lambda _programs: address_of(learners.c.search_key),
    "enrolled": _over(_sum, "enrolled"),
    "completed": _over(_sum, "completed"),
    "active": _over(func.max, "last_activity_at"),
    "joined": _over(func.min, "joined_at"),
    "invited": _over(func.min, "invited_at"),
    **{field: _profile(columns) for field, columns in PROFILE.items()},
}
"""What users can be sorted by: the sort key of each, given the programs in view."""
