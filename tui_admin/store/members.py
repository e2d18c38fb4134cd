"""Finding memberships: the ids of a page, of all that match, their number, and where one of them stands.

Ids first, whole rows only for what is shown (`member_rows`): the triage index holds all that statuses, words and the
usual sorts need, so that a walk never touches the table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, case, false, func, select

from ..rules.errors import BadInput
from ..rules.filters.errors import nearest_word
from ..rules.times import Instant
from ..rules.triage import MembershipState
from . import ordering, risk, selection
from .filters.people import PROFILE
from .hints import OF_LEARNER, TRIAGE_INDEX, UNHINTED
from .ordering import Order, text_order
from .tables import contracts, learners, memberships, programs
from .tables.people import caseless

EVERY_STATE = frozenset(MembershipState)


@dataclass(frozen=True, slots=True)
class View:
    """The memberships in view: of these programs (None: all), in these states, that fulfil the condition (None: all
    do), in an order."""

    programs: frozenset[int] | None
    states: frozenset[MembershipState]
    condition: ColumnElement[bool] | None
    sort: str
    descending: bool
    now: Instant
    walk: str = TRIAGE_INDEX
    """The hint for a walk over all of them."""
    within: ColumnElement[bool] | None = None
    """Holds for few memberships, among which all in view are known to be; the walk is over those."""

    @property
    def of_one_program(self) -> bool:
        """Whether all are members of one program."""
        return self.programs is not None and len(self.programs) == 1

    @property
    def of_joined(self) -> bool:
        """Whether all are members now."""
        return self.states == {MembershipState.MEMBER}


def in_view(programs_in_view: frozenset[int] | None, states: frozenset[MembershipState]) -> list[ColumnElement[bool]]:
    """The conditions on programs and states, in the form that indexes serve best."""
    conditions = []
    if programs_in_view is not None:
        conditions.append(_one_of(memberships.c.program_id, sorted(programs_in_view)))
    if states != EVERY_STATE:
        conditions.append(_one_of(memberships.c.state, sorted(states)))
    return conditions


def _one_of(column: ColumnElement[Any], values: list[Any]) -> ColumnElement[bool]:
    if not values:
        return false()
    return column == values[0] if len(values) == 1 else column.in_(values)


def matching(view: View) -> Select[int]:
    """`SELECT id` of the memberships in view, without an order; also what a bulk write may put behind IN."""
    conditions = in_view(view.programs, view.states)
    if view.within is not None:
        conditions.append(view.within)
    if view.condition is not None:
        conditions.append(view.condition)
    return select(memberships.c.id).where(*conditions)


def by_learner(programs_in_view: frozenset[int] | None) -> str:
    """The hint for a walk that looks at every learner: in the order in which learners lie on disk."""
    return UNHINTED if programs_in_view is None else "INDEXED BY uq_memberships_program_learner"


def page_ids(connection: Connection, view: View, offset: int, limit: int, total: int | None = None) -> list[int]:
    """The ids of a page in the view's order; with a known `total` the far end is as near as the beginning."""
    order = order_of(connection, view)
    return ordering.page(connection, [(plan, order) for plan in _plans(view)], offset, limit, total)


def _plans(view: View) -> list[Select[int]]:
    """The ways to a page: along an index of the order, else by looking at all of the view."""
    every = _with_person(matching(view), view).with_hint(memberships, view.walk, "sqlite")
    if view.within is not None:
        return [every]
    if view.sort in SORT_INDEXES:
        return [_along_people(view), every]
    in_order = view.sort == "name" and view.of_one_program and len(view.states) == 1
    if in_order and view.walk != TRIAGE_INDEX:
        return [matching(view).with_hint(memberships, TRIAGE_INDEX, "sqlite"), every]
    return [every]


def _along_people(view: View) -> Select[int]:
    own = "INDEXED BY uq_memberships_program_learner" if view.of_one_program else OF_LEARNER
    query = matching(view).join_from(SORTED, memberships, SORTED.c.id == memberships.c.learner_id)
    return query.with_hint(SORTED, f"INDEXED BY {SORT_INDEXES[view.sort]}", "sqlite").with_hint(
        memberships, own, "sqlite"
    )


def all_ids(connection: Connection, view: View, *, ordered: bool = False) -> Iterable[int]:
    """All ids in view, one after the other."""
    query = matching(view).with_hint(memberships, view.walk, "sqlite")
    if ordered:
        query = _with_person(query, view).order_by(*order_of(connection, view).clauses())
    return connection.scalars(query, execution_options={"yield_per": 10_000})


def _with_person(query: Select[Any], view: View) -> Select[Any]:
    if view.sort not in SORT_INDEXES:
        return query
    return query.join_from(memberships, SORTED, SORTED.c.id == memberships.c.learner_id)


def count(connection: Connection, view: View) -> int:
    """How many memberships are in view."""
    counting = matching(view).with_only_columns(func.count(), maintain_column_froms=True)
    query = counting.with_hint(memberships, view.walk, "sqlite")
    return connection.execute(query).scalar_one()


def counted(connection: Connection, view: View, most: int) -> tuple[int, BitMap | None]:
    """How many memberships are in view, and all their ids where they are at most so many."""
    return selection.counted(connection, matching(view).with_hint(memberships, view.walk, "sqlite"), most)


def position(connection: Connection, view: View, id: int) -> int | None:
    """The row number (from 0) of a membership in the view's order; None when it is not in view."""
    order = order_of(connection, view)
    own = _with_person(matching(view).with_only_columns(order.key, *order.ids), view)
    key = connection.execute(own.where(memberships.c.id == id)).one_or_none()
    if key is None:
        return None
    before = _with_person(matching(view).with_only_columns(func.count()), view).where(order.precedes(key[0], key[1:]))
    number: int = connection.execute(before.with_hint(memberships, view.walk, "sqlite")).scalar_one()
    return number


# --- orders


def order_of(connection: Connection, view: View) -> Order:
    """The order of a view. Raises BadInput for a sort that is none of `SORTS`."""
    sort = checked_sort("Members", view.sort, SORTS)
    if sort == "program" and view.of_one_program:
        sort = "name"
    if sort in _NAMED:
        id, table = _NAMED[sort]
        key = ordering.ranked(id, _ranks(connection, table))
    else:
        key = _KEYS[sort](view)
    ids = (SORTED.c.id, memberships.c.id) if sort in SORT_INDEXES else (memberships.c.id,)
    return Order(key, ids, view.descending, blank=sort not in ("name", *_COUNTS))


def _ranks(connection: Connection, table: Table) -> list[tuple[int, int]]:
    """The place of each of a few things, by id, in the order of their names; those without a name are left out."""
    name = text_order(table.c.name)
    named = connection.execute(select(table.c.id, name).where(name.is_not(None)).order_by(name)).all()
    places = {key: place for place, (_, key) in enumerate(named)}
    return sorted((id, places[key]) for id, key in named)


def checked_sort(what: str, sort: str, sorts: Iterable[str]) -> str:
    """The sort itself where there is such a one, else BadInput with the nearest."""
    if sort in (known := list(sorts)):
        return sort
    nearest = nearest_word(sort, known)
    hint = f'did you mean "{nearest}"?' if nearest else f"choose one of {', '.join(known)}."
    raise BadInput(f'{what} cannot be sorted by "{sort}": {hint}')


SORT_INDEXES = {
    "email": "sqlite_autoindex_learners_1",
    "id": "ix_learners_external_id",
    "manager": "ix_learners_manager",
    **{field: f"ix_learners_{columns[0]}" for field, columns in PROFILE.items() if field not in ("id", "manager")},
}
"""The index of learners that holds the order of an address or profile field."""

SORTED = learners.alias("sorted_person")
"""The learner whose profile a list is sorted by; a query in such an order joins it."""


def person_order(sort: str, table: FromClause) -> ColumnElement[Any]:
    """The key of an address or profile field over learners, as an index holds it. External ids sort by case."""
    if sort == "email":
        return table.c.email
    columns = [table.c[name] for name in PROFILE[sort]]
    return columns[0] if sort == "id" else caseless(*columns)


def _of_learner(field: str) -> Callable[[View], ColumnElement[Any]]:
    key = person_order(field, SORTED)
    return lambda _view: key


def _risk(view: View) -> ColumnElement[Any]:
    """The longest overdue is the greatest, then who failed something; nothing for those not at risk."""
    late = view.now - memberships.c.next_deadline
    if view.of_joined:
        return case((memberships.c.next_deadline < view.now, late), (memberships.c.failed > 0, 0), else_=None)
    return case((risk.is_overdue(view.now), late), (risk.is_failed(), 0), else_=None)


def _status(view: View) -> ColumnElement[Any]:
    column = memberships.c
    progress = case((column.completed > 0, 3), (column.enrolled > 0, 2), else_=1)
    if view.of_joined:
        return progress
    return case(
        (column.state == MembershipState.INVITED, 0), (column.state == MembershipState.MEMBER, progress), else_=4
    )


_COUNTS = ("enrolled", "completed", "failed", "status", "sent")

_KEYS: dict[str, Callable[[View], ColumnElement[Any]]] = {
    "name": lambda _view: memberships.c.search_key,
    "enrolled": lambda _view: memberships.c.enrolled,
    "completed": lambda _view: memberships.c.completed,
    "active": lambda _view: memberships.c.last_activity_at,
    "risk": _risk,
    "status": _status,
    "failed": lambda _view: memberships.c.failed,
    "hours": lambda _view: memberships.c.hours,
    "invited": lambda _view: memberships.c.invited_at,
    "joined": lambda _view: memberships.c.joined_at,
    "removed": lambda _view: memberships.c.removed_at,
    "sent": lambda _view: memberships.c.invitations_sent,
    "last-sent": lambda _view: memberships.c.last_sent_at,
    **{field: _of_learner(field) for field in SORT_INDEXES},
}

_NAMED = {"program": (memberships.c.program_id, programs), "contract": (memberships.c.contract_id, contracts)}

SORTS = (*_KEYS, *_NAMED)
"""What members can be sorted by."""
