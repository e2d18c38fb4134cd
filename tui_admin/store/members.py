"""Finding memberships: the ids of a page, of all that match, their number, and where one of them stands.

Ids first, whole rows only for what is shown (`member_rows`): the triage index holds all that statuses, words and the
usual sorts need, so that a walk never touches the table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, false, func, select

from ..rules.errors import BadInput
from ..rules.filters.errors import nearest_word
from ..rules.times import Instant
from ..rules.triage import MembershipState
from . import ordering, risk
from .filter_people import PROFILE
from .hints import TRIAGE_INDEX
from .ordering import Order, address_of, text_order
from .tables import contracts, learners, memberships, programs

EVERY_STATE = frozenset(MembershipState)

_BY_MOMENT = {"joined": "INDEXED BY ix_memberships_joined", "active": "INDEXED BY ix_memberships_last_activity"}


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
    by_profile: bool = False
    """Whether the condition looks into profiles."""


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
    if view.condition is not None:
        conditions.append(view.condition)
    return select(memberships.c.id).where(*conditions)


def _walk(view: View) -> str:
    """The hint for a walk over all of a view."""
    return by_learner(view.programs) if view.by_profile or view.sort in PROFILE else TRIAGE_INDEX


def by_learner(programs_in_view: frozenset[int] | None) -> str:
    """The hint for a walk that looks at every learner: in the order in which learners lie on disk."""
    return "NOT INDEXED" if programs_in_view is None else "INDEXED BY uq_memberships_program_learner"


def page_ids(connection: Connection, view: View, offset: int, limit: int, total: int | None = None) -> list[int]:
    """The ids of a page in the view's order; with a known `total` the far end is as near as the beginning."""
    hint = TRIAGE_INDEX
    if view.sort in PROFILE:
        hint = by_learner(view.programs)
    elif view.condition is None and view.programs is not None and len(view.programs) == len(view.states) == 1:
        hint = _BY_MOMENT.get(view.sort, TRIAGE_INDEX)
    query = matching(view).with_hint(memberships, hint, "sqlite")
    return ordering.page(connection, query, order_of(view), offset, limit, total)


def all_ids(connection: Connection, view: View, *, ordered: bool = False) -> Iterable[int]:
    """All ids in view, one after the other."""
    query = matching(view).with_hint(memberships, _walk(view), "sqlite")
    if ordered:
        query = query.order_by(*order_of(view).clauses())
    return connection.scalars(query, execution_options={"yield_per": 10_000})


def count(connection: Connection, view: View) -> int:
    """How many memberships are in view."""
    query = matching(view).with_only_columns(func.count()).with_hint(memberships, _walk(view), "sqlite")
    return connection.execute(query).scalar_one()


def position(connection: Connection, view: View, id: int) -> int | None:
    """The row number (from 0) of a membership in the view's order; None when it is not in view."""
    order = order_of(view)
    key = connection.execute(matching(view).with_only_columns(order.key).where(memberships.c.id == id)).one_or_none()
    if key is None:
        return None
    before = matching(view).with_only_columns(func.count()).where(order.precedes(key[0], id))
    return connection.execute(before.with_hint(memberships, _walk(view), "sqlite")).scalar_one()


# --- orders


def order_of(view: View) -> Order:
    """The order of a view. Raises BadInput for a sort that is none of `SORTS`."""
    sort = checked_sort("Members", view.sort, SORTS)
    if sort == "program" and view.programs is not None and len(view.programs) == 1:
        sort = "name"
    key = SORTS[sort](view.now)
    return Order(key, memberships.c.id, view.descending, blank=sort not in ("name", "email", *_COUNTS))


def checked_sort(what: str, sort: str, sorts: Iterable[str]) -> str:
    """The sort itself where there is such a one, else BadInput with the nearest."""
    if sort in (known := list(sorts)):
        return sort
    nearest = nearest_word(sort, known)
    hint = f'did you mean "{nearest}"?' if nearest else f"choose one of {', '.join(known)}."
    raise BadInput(f'{what} cannot be sorted by "{sort}": {hint}')


def _of_learner(columns: tuple[str, ...]) -> Callable[[Instant], ColumnElement[Any]]:
    person = learners.alias("sorted_person")
    key = select(text_order(*(person.c[name] for name in columns))).where(person.c.id == memberships.c.learner_id)
    return lambda _now: key.correlate(memberships).scalar_subquery()


def _name_of(table: Table, id: ColumnElement[int]) -> Callable[[Instant], ColumnElement[Any]]:
    return lambda _now: select(text_order(table.c.name)).where(table.c.id == id).scalar_subquery()


def _risk(now: Instant) -> ColumnElement[Any]:
    """The longest overdue is the greatest, then who failed something; nothing for those not at risk."""
    overdue = (risk.is_overdue(now), now - memberships.c.next_deadline)
    return case(overdue, (risk.is_failed(), 0), else_=None)


def _status(_now: Instant) -> ColumnElement[Any]:
    column = memberships.c
    progress = case((column.completed > 0, 3), (column.enrolled > 0, 2), else_=1)
    return case(
        (column.state == MembershipState.INVITED, 0), (column.state == MembershipState.MEMBER, progress), else_=4
    )


_COUNTS = ("enrolled", "completed", "failed", "status")

SORTS: dict[str, Callable[[Instant], ColumnElement[Any]]] = {
    "name": lambda _now: memberships.c.search_key,
    "email": lambda _now: address_of(memberships.c.search_key),
    "enrolled": lambda _now: memberships.c.enrolled,
    "completed": lambda _now: memberships.c.completed,
    "active": lambda _now: memberships.c.last_activity_at,
    "risk": _risk,
    "status": _status,
    "failed": lambda _now: memberships.c.failed,
    "hours": lambda _now: memberships.c.hours,
    "invited": lambda _now: memberships.c.invited_at,
    "joined": lambda _now: memberships.c.joined_at,
    "removed": lambda _now: memberships.c.removed_at,
    "program": _name_of(programs, memberships.c.program_id),
    "contract": _name_of(contracts, memberships.c.contract_id),
    **{field: _of_learner(columns) for field, columns in PROFILE.items()},
}
"""What members can be sorted by: the sort key of each, given now."""
