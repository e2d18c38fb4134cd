"""What puts a membership at risk, by name: unmet deadlines and failed assessments of its open enrollments.

An enrollment is open while neither completed nor left. An assessment of weight 0 is practice, never required.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.sql.selectable import FromClause

from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import MembershipState, reason
from . import triage
from .matching import matches, needle
from .tables import assessments, attempts, enrollments, memberships

BLOCK = 500
"""Memberships that one query asks about."""


def is_overdue(now: Instant) -> ColumnElement[bool]:
    """Whether a joined membership has a required deadline behind it with nothing handed in."""
    return and_(memberships.c.state == MembershipState.MEMBER, memberships.c.next_deadline < now)


def is_failed() -> ColumnElement[bool]:
    """Whether a joined membership has a required assessment attempted and never passed."""
    return and_(memberships.c.state == MembershipState.MEMBER, memberships.c.failed > 0)


def overdue_count(now: Instant) -> ColumnElement[int]:
    """How many required assessments of a membership are overdue."""
    unmet = (
        select(func.count())
        .select_from(_work())
        .where(
            enrollments.c.membership_id == memberships.c.id,
            _open(),
            assessments.c.deadline < now,
            not_(
                exists().where(
                    attempts.c.membership_id == enrollments.c.membership_id,
                    attempts.c.assessment_id == assessments.c.id,
                )
            ),
        )
        .correlate(memberships)
        .scalar_subquery()
    )
    return case((is_overdue(now), unmet), else_=0)


def reason_holds(text: str, now: Instant) -> ColumnElement[bool]:
    """Whether the reason holds the text: `overdue`, `failed`, or part of an assessment's name."""
    folded = needle(text)
    named = (
        _trouble(now)
        .with_only_columns(literal(1))
        .where(enrollments.c.membership_id == memberships.c.id, matches(assessments.c.name, text, exact=False))
        .correlate(memberships)
    )
    found: list[ColumnElement[bool]] = [and_(or_(is_overdue(now), is_failed()), named.exists())]
    if folded in "overdue":
        found.append(is_overdue(now))
    if folded in "failed":
        found.append(is_failed())
    return or_(*found)


def reasons(connection: Connection, ids: Collection[int], now: Instant, names: int = 1) -> dict[int, str]:
    """The at-risk reason of each of the memberships that has one, by id."""
    found: dict[int, str] = {}
    for block in _blocks(ids):
        overdue, failed = defaultdict(list), defaultdict(list)
        for row in connection.execute(_trouble(now).where(enrollments.c.membership_id.in_(block))):
            name = clean(row.name)
            if row.handed_in:
                failed[row.membership_id].append(name)
            else:
                overdue[row.membership_id].append((name, row.deadline))
        found.update({id: reason(overdue[id], sorted(failed[id]), now, names) for id in overdue | failed})
    return found


def _blocks(ids: Collection[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        yield block


def _work() -> FromClause:
    return enrollments.join(assessments, assessments.c.course_id == enrollments.c.course_id)


def _open() -> ColumnElement[bool]:
    return and_(not_(enrollments.c.completed), not_(enrollments.c.removed), triage.required())


def _trouble(now: Instant) -> Select[int, str, Instant | None, int]:
    """One row per assessment that is overdue (nothing handed in) or failed."""
    handed_in = func.count(attempts.c.id)
    verdict = triage.verdict()
    ever_passed = func.max(case((verdict, 1), else_=0))
    ever_failed = func.max(case((not_(verdict), 1), else_=0))
    pending = func.max(case((and_(attempts.c.id.is_not(None), verdict.is_(None)), 1), else_=0))
    tried = and_(attempts.c.membership_id == enrollments.c.membership_id, attempts.c.assessment_id == assessments.c.id)
    return (
        select(enrollments.c.membership_id, assessments.c.name, assessments.c.deadline, handed_in.label("handed_in"))
        .select_from(_work().outerjoin(attempts, tried))
        .where(_open())
        .group_by(enrollments.c.membership_id, assessments.c.id)
        .having(
            or_(
                and_(handed_in == 0, assessments.c.deadline < now),
                and_(ever_failed == 1, ever_passed == 0, pending == 0),
            )
        )
    )
