"""The figures of Home, counted in SQL: one pass over the memberships for all programs, one over the enrollments, one
over the activity. `scope` holds the ids of the programs that may be seen, None for all of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select
from sqlalchemy.sql.selectable import FromClause

from ..rules.times import DAY, Instant
from ..rules.triage import MembershipState, Status
from .filters.terms import of_joined
from .selection import Scope, within
from .tables import (
    activity,
    contracts,
    enrollments,
    imported_files,
    memberships,
    organization,
    program_contracts,
    programs,
)

_WITHIN_MEMBERS = (Status.NO_ENROLLMENT, Status.COMPLETED, Status.INACTIVE, Status.AT_RISK)
"""What is counted among those who joined; `enrolled` are the rest of them."""


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program as Home lists it."""

    id: int
    slug: str
    name: str


Daily = dict[int, float]
"""A sum of facts by whole days back from now: 0 are the last 24 hours."""


def listed(connection: Connection, scope: Scope) -> list[ProgramRow]:
    """The programs in their order."""
    query = select(programs.c.id, programs.c.slug, programs.c.name).where(within(programs.c.id, scope))
    return [ProgramRow(*row) for row in connection.execute(query.order_by(programs.c.position, programs.c.name))]


def status_counts(connection: Connection, scope: Scope, now: Instant) -> dict[int, dict[Status, int]]:
    """Memberships with each triage status (at-risk-ever left out), by program; one pass over the index made for it."""
    column = memberships.c
    counts = [func.count(case((of_joined(status, now), 1))) for status in _WITHIN_MEMBERS]
    # Grouped by state too, as the index is ordered: both databases read it in its order and sort nothing.
    query = select(column.program_id, column.state, func.count(), *counts)
    query = query.where(within(column.program_id, scope)).group_by(column.program_id, column.state)
    found: dict[int, dict[Status, int]] = {}
    for program, state, number, *held in connection.execute(query):
        counted = found.setdefault(program, no_people())
        if state == MembershipState.MEMBER:
            counted.update(zip(_WITHIN_MEMBERS, held, strict=True))
            counted[Status.ENROLLED] = number - counted[Status.NO_ENROLLMENT] - counted[Status.COMPLETED]
        else:
            counted[Status.INVITED if state == MembershipState.INVITED else Status.REMOVED] = number
    return found


def status_totals(connection: Connection, scope: Scope, now: Instant) -> list[tuple[str, int]]:
    """Memberships with each triage status that somebody carries (at-risk-ever left out), the most frequent first."""
    totals: Counter[Status] = Counter()
    for counts in status_counts(connection, scope, now).values():
        totals.update(counts)
    return [(status.value, number) for status, number in totals.most_common()]


def no_people() -> dict[Status, int]:
    """The counts of a program nobody is in."""
    return {status: 0 for status in Status if status is not Status.AT_RISK_EVER}


def surplus(connection: Connection, scope: Scope) -> tuple[int, int, int, int]:
    """By how many memberships each stage of the funnel (invited, joined, enrolled, completed) exceeds its people.

    A person with one membership in a stage is none too many there; only those with several are looked at.
    """
    mine = within(memberships.c.program_id, scope)
    several = select(memberships.c.learner_id).where(mine).group_by(memberships.c.learner_id).having(func.count() > 1)
    column = memberships.c
    joined = column.state == MembershipState.MEMBER
    stages = (
        column.state != MembershipState.DELETED_MEMBER,
        joined,
        and_(joined, or_(column.enrolled > 0, column.completed > 0)),
        and_(joined, column.completed > 0),
    )
    person = (
        select(*(func.count(case((stage, 1))).label(f"stage_{n}") for n, stage in enumerate(stages)))
        .where(column.learner_id.in_(several), mine)
        .group_by(column.learner_id)
        .subquery()
    )
    totals = [func.coalesce(func.sum(case((stage > 1, stage - 1), else_=0)), 0) for stage in person.c]
    invited, joined_twice, enrolled, completed = connection.execute(select(*totals)).one()
    return int(invited), int(joined_twice), int(enrolled), int(completed)


def program_contracts_of(connection: Connection, scope: Scope) -> dict[int, list[int]]:
    """The contracts that each program draws on, in their order; programs without one are left out."""
    link = program_contracts.c
    query = select(link.program_id, link.contract_id).where(within(link.program_id, scope)).order_by(link.position)
    found: dict[int, list[int]] = {}
    for program, contract in connection.execute(query):
        found.setdefault(program, []).append(contract)
    return found


def subscription_start(connection: Connection, scope: Scope) -> tuple[date | None, Instant | None]:
    """The first day of the earliest contract ; where none has one, the first enrollment's moment."""
    link = program_contracts.join(contracts, contracts.c.id == program_contracts.c.contract_id)
    of_programs = select(func.min(contracts.c.starts_on)).select_from(link)
    earliest = select(func.min(contracts.c.starts_on)) if scope is None else of_programs
    if scope is not None:
        earliest = earliest.where(within(program_contracts.c.program_id, scope))
    day = connection.execute(earliest).scalar_one()
    if day is not None:
        return day, None
    first = select(func.min(enrollments.c.enrolled_at)).select_from(_scoped(enrollments, scope))
    return None, connection.execute(first.where(_seen(scope))).scalar_one()


def enrollment_totals(connection: Connection, scope: Scope) -> tuple[int, Instant | None, float | None]:
    """How many enrollments there are, the newest one's moment, and all learning hours as the reports said them (None
    where none said any)."""
    totals = (func.count(), func.max(enrollments.c.enrolled_at), func.sum(enrollments.c.hours))
    query = select(*totals).select_from(_scoped(enrollments, scope)).where(_seen(scope))
    count, newest, hours = connection.execute(query).one()
    return count, newest, hours


def enrollments_daily(
    connection: Connection, scope: Scope, now: Instant, days: Sequence[tuple[Instant, Instant]]
) -> Daily:
    """Enrollments made up to `now` in each of some days. These are given by their bounds, the newest first, one after
    the other without a gap."""
    moment = enrollments.c.enrolled_at
    stretches: list[tuple[Instant, int, bool]] = []
    for number, (start, end) in enumerate(days):
        is_whole = end - start == DAY
        if is_whole and stretches and stretches[-1][2]:
            stretches.pop()  # days of 24 hours in a row are told apart by one division
        stretches.append((start, number, is_whole))
    # Both operands are integers, so the division cuts to whole days.
    told = (
        (moment >= start, number - (moment - start) // DAY if is_whole else literal(number))
        for start, number, is_whole in stretches
    )
    back = case(*told).label("back")
    query = select(back, func.count()).select_from(_scoped(enrollments, scope)).where(_seen(scope))
    query = query.where(moment >= days[-1][0], moment <= now).group_by(back)
    return {int(day): float(count) for day, count in connection.execute(query)}


def usage_moment(connection: Connection) -> Instant | None:
    """As of when the hours are: the newest usage report's moment, else the newest fact the store was told."""
    moment = select(func.max(imported_files.c.moment)).where(imported_files.c.kind == "usage")
    found: Instant | None = connection.execute(moment).scalar_one()
    return found or connection.execute(select(organization.c.data_as_of)).scalar_one_or_none()


def activity_total(connection: Connection, scope: Scope) -> tuple[int | None, date | None]:
    """All lessons taken and the newest day that activity was imported for; None where none was."""
    query = select(func.sum(activity.c.lessons), func.max(activity.c.day)).select_from(_scoped(activity, scope))
    lessons, newest = connection.execute(query.where(_seen(scope))).one()
    return (None if lessons is None else int(lessons)), newest


def activity_daily(connection: Connection, scope: Scope, today: date, days: int) -> tuple[Daily, Daily]:
    """Minutes and lessons of each of the last `days` days, today included."""
    column = activity.c
    query = select(column.day, func.sum(column.minutes), func.sum(column.lessons))
    query = query.select_from(_scoped(activity, scope)).where(_seen(scope), column.day <= today)
    query = query.where(column.day > today - timedelta(days=days)).group_by(column.day)
    minutes, lessons = {}, {}
    for day, spent, taken in connection.execute(query):
        back = (today - day).days
        minutes[back], lessons[back] = float(spent or 0), float(taken or 0)
    return minutes, lessons


def _scoped(table: FromClause, scope: Scope) -> FromClause:
    """A table with a membership, joined to it only where the scope has to be looked at."""
    return table if scope is None else table.join(memberships, memberships.c.id == table.c.membership_id)


def _seen(scope: Scope) -> ColumnElement[bool]:
    return within(memberships.c.program_id, scope)
