"""Finding learners over all programs in view: ids of a page, of all that match, their number, one's position.

A tombstone (an erased or merged person) has no name and no address, so its search key sorts before everybody else's:
leaving those out costs no look at the row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Select, func, select

from . import ordering, selection, totals
from .hints import OF_LEARNER, TRIAGE_INDEX, UNHINTED
from .members import SORT_INDEXES, checked_sort, person_order
from .ordering import Order
from .tables import learner_totals, learners, memberships
from .user_rows import memberships_in_view

_NOBODY = "\x1f"

BY_NAME = "INDEXED BY ix_learners_search_key"
"""The hint for a walk over learners that needs no more than their names and addresses."""

Plan = tuple[Select[int], Order]
"""A way to ask for learners in their order."""


@dataclass(frozen=True, slots=True)
class UsersView:
    """The learners in view: with a membership in these programs (None: all learners), who fulfil the condition."""

    programs: frozenset[int] | None
    condition: ColumnElement[bool] | None
    sort: str
    descending: bool
    of_one: ColumnElement[bool] | None = None
    """The condition as asked of one membership, where that says the same."""
    walk: str = BY_NAME
    """The hint for a walk over all of them: over memberships where `of_one` says the same, else over learners."""
    within: ColumnElement[bool] | None = None
    """Holds for few learners, among whom all in view are known to be; they are walked over by id."""

    @property
    def is_narrow(self) -> bool:
        """Whether anybody may be left out."""
        return self.programs is not None or self.condition is not None or self.within is not None


def matching(view: UsersView, *, in_turn: bool = False) -> Select[int]:
    """`SELECT id` of the learners in view, without an order; with `in_turn` each one's memberships are looked up, which
    serves a walk that ends after a page."""
    query = select(learners.c.id).where(learners.c.search_key > _NOBODY)
    if view.within is not None:
        query = query.where(view.within)
    if view.programs is not None:
        query = query.where(_has_membership(view.programs, in_turn))
    if view.condition is not None:
        query = query.where(view.condition)
    return query


def _has_membership(programs: frozenset[int], in_turn: bool) -> ColumnElement[bool]:
    held = select(memberships.c.learner_id).where(memberships_in_view(programs))
    if not in_turn:
        return learners.c.id.in_(held)
    own = held.where(memberships.c.learner_id == learners.c.id).with_hint(memberships, OF_LEARNER, "sqlite")
    return own.correlate(learners).exists()


def _through_memberships(view: UsersView, condition: ColumnElement[bool]) -> Select[int]:
    """`SELECT id` of the learner of each membership that fulfils a condition."""
    query = select(memberships.c.learner_id).where(memberships_in_view(view.programs), condition)
    # SQLite looks at the conditions in this order, so nobody else is compared by name.
    known = memberships.c.search_key > _NOBODY if view.walk == TRIAGE_INDEX else _is_known(memberships.c.learner_id)
    return query.where(known).with_hint(memberships, view.walk, "sqlite")


def _is_known(id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an id is of somebody who has a name or an address, told without a look at each."""
    return id.not_in(select(learners.c.id).where(learners.c.search_key <= _NOBODY))


def page_ids(connection: Connection, view: UsersView, offset: int, limit: int, total: int | None = None) -> list[int]:
    """The ids of a page in the view's order; with a known `total` the far end is as near as the beginning."""
    return ordering.page(connection, [*_along_index(view), _everybody(view)], offset, limit, total)


def all_ids(connection: Connection, view: UsersView, *, ordered: bool = False) -> Iterable[int]:
    """The ids of all learners in view, one after the other."""
    query = _every(view)
    if ordered:
        query, order = _everybody(view)
        query = query.order_by(*order.clauses())
    return connection.scalars(query, execution_options={"yield_per": 10_000})


def _every(view: UsersView) -> Select[int]:
    """The ids of everybody in view in the quickest order."""
    if view.of_one is not None and view.within is None:
        return _through_memberships(view, view.of_one).distinct()
    if view.within is not None:
        return matching(view, in_turn=True).with_hint(learners, UNHINTED, "sqlite")
    return matching(view).with_hint(learners, view.walk, "sqlite")


def count(connection: Connection, view: UsersView) -> int:
    """How many learners are in view."""
    return connection.execute(select(func.count()).select_from(_every(view).subquery())).scalar_one()


def counted(connection: Connection, view: UsersView, most: int) -> tuple[int, BitMap | None]:
    """How many learners are in view, and all their ids where they are at most so many."""
    return selection.counted(connection, _every(view), most)


def position(connection: Connection, view: UsersView, id: int) -> int | None:
    """The row number (from 0) of a learner in the view's order; None when they are not in view."""
    everybody, order = _everybody(view)
    key = connection.execute(everybody.with_only_columns(order.key).where(order.ids[0] == id)).one_or_none()
    if key is None:
        return None
    before = everybody.where(order.precedes(key[0], (id,))).subquery()
    return connection.execute(select(func.count()).select_from(before)).scalar_one()


# --- orders

TOTALS = {"enrolled": "enrolled", "completed": "completed", "active": "last_activity_at"}
"""Sorts by what a learner's memberships in view add up to: the column of `learner_totals`."""

SORTS = {
    "name": "ix_learners_search_key",
    **{sort: f"ix_learner_totals_{column}" for sort, column in TOTALS.items()},
    **SORT_INDEXES,
}
"""What users can be sorted by, each with the index that holds its order."""


def _everybody(view: UsersView) -> Plan:
    """Everybody in view, and their order. Raises BadInput for a sort that is none of `SORTS`."""
    order = _order_of(view)
    if view.sort in TOTALS:
        return _by_totals(view, order)
    if view.sort == "name" and view.of_one is not None and view.within is None and view.walk == TRIAGE_INDEX:
        by_key = replace(order, key=memberships.c.search_key, ids=(memberships.c.learner_id,))
        return _through_memberships(view, view.of_one).group_by(by_key.key, *by_key.ids), by_key
    if not view.is_narrow:
        return matching(view).with_hint(learners, f"INDEXED BY {SORTS[view.sort]}", "sqlite"), order
    if view.within is not None:
        return _every(view), order
    found = select(learners.c.id).where(learners.c.id.in_(_every(view)))
    return found.with_hint(learners, UNHINTED, "sqlite"), order


def _along_index(view: UsersView) -> list[Plan]:
    """The way to a page of a narrow view along the index of its order, quick where that passes few others."""
    if view.within is not None or not view.is_narrow or (view.sort in TOTALS and view.programs is not None):
        return []
    along, order, hint = matching(view, in_turn=True), _order_of(view), f"INDEXED BY {SORTS[view.sort]}"
    if view.sort not in TOTALS:
        return [(along.with_hint(learners, hint, "sqlite"), order)]
    along = along.join_from(learner_totals, learners, learner_totals.c.learner_id == learners.c.id)
    return [(along.with_hint(learner_totals, hint, "sqlite"), order)]


def _order_of(view: UsersView) -> Order:
    sort = checked_sort("Users", view.sort, SORTS)
    if sort in TOTALS:
        stored = learner_totals.c
        return Order(stored[TOTALS[sort]], (stored.learner_id,), view.descending, blank=sort == "active")
    key = learners.c.search_key if sort == "name" else person_order(sort, learners)
    return Order(key, (learners.c.id,), view.descending, blank=sort not in ("name", "email"))


def _by_totals(view: UsersView, order: Order) -> Plan:
    """Everybody in view in an order of totals: the stored ones, where all programs are in view."""
    if view.programs is not None:
        held = _added_up(view, view.programs).subquery().c
        return select(held.learner_id), replace(order, key=held[TOTALS[view.sort]], ids=(held.learner_id,))
    query, id = select(learner_totals.c.learner_id), learner_totals.c.learner_id
    if view.is_narrow:
        return query.where(id.in_(_every(view))), order
    return query.where(_is_known(id)).with_hint(learner_totals, f"INDEXED BY {SORTS[view.sort]}", "sqlite"), order


def _added_up(view: UsersView, programs: frozenset[int]) -> Select[tuple[object, ...]]:
    """The totals of everybody in view over their memberships in the programs."""
    id, one = memberships.c.learner_id, len(programs) == 1
    # Nobody is in a program twice, so within one there is nothing to add up.
    held = select(id, *(memberships.c[name] for name in TOTALS.values())) if one else totals.added_up()
    held = held.where(memberships_in_view(programs), memberships.c.search_key > _NOBODY)
    if view.condition is not None or view.within is not None:
        held = held.where(id.in_(_every(view)))
    return held.with_hint(memberships, TRIAGE_INDEX if one else OF_LEARNER, "sqlite")
