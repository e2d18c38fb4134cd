"""The facts that triage statuses follow from, kept beside every membership in the transaction that changes what they
follow from, so that a status is a comparison with now.

An enrollment is open while neither completed nor left. An assessment of weight 0 is practice, never required.
"""

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Numeric,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    update,
)

from ..rules.times import Instant
from .tables import assessments, attempts, enrollments, memberships


def required() -> ColumnElement[bool]:
    """Whether an assessment must be handed in."""
    return func.coalesce(assessments.c.weight, 1) != 0


def verdict() -> ColumnElement[bool]:
    """Whether an attempt passed: as the file said it, else by the score; null while that is not known.

    The passing score is in points; above the maximum score it can only be in percent.
    """
    mark = func.coalesce(attempts.c.passing_score, assessments.c.passing_score)
    most = func.coalesce(attempts.c.max_score, assessments.c.max_score)
    points = case((and_(most > 0, mark > most), attempts.c.score * 100 / func.nullif(most, 0)), else_=attempts.c.score)
    return func.coalesce(attempts.c.passed, points >= mark)


def derive(connection: Connection, chosen: Select[tuple[int]] | None = None) -> int:
    """Derive the facts of the memberships whose ids `chosen` selects, of all without it; how many changed."""
    facts = _facts(chosen, _has_required(connection)).subquery()
    values = {name: facts.c[name] for name in _DERIVED}
    return connection.execute(update(memberships).where(memberships.c.id == facts.c.id).values(values)).rowcount


HOURS_PLACES = 6
"""Decimal places of hours that are added up."""

_DERIVED = (
    "enrolled",
    "completed",
    "failed",
    "hours",
    "next_deadline",
    "missed_deadline",
    "at_risk_ever",
    "last_activity_at",
    "active_at",
)


def _has_required(connection: Connection) -> bool:
    return bool(connection.execute(select(exists().where(required()))).scalar_one())


def _facts(chosen: Select[tuple[int]] | None, with_work: bool) -> Select[tuple[object, ...]]:
    """The facts of memberships that hold others."""
    told, learned = memberships.c, _learned(chosen)
    work = _work(chosen) if with_work else _work(chosen).where(false())
    tried = work.subquery()
    last = latest(told.reported_activity_at, learned.c.last_activity_at)
    facts = {
        "enrolled": larger(func.coalesce(told.reported_enrolled, 0), func.coalesce(learned.c.enrolled, 0)),
        "completed": larger(func.coalesce(told.reported_completed, 0), func.coalesce(learned.c.completed, 0)),
        "failed": func.coalesce(tried.c.failed, 0),
        "hours": func.coalesce(told.reported_hours, learned.c.hours),
        "next_deadline": tried.c.next_deadline,
        "missed_deadline": tried.c.missed_deadline,
        "at_risk_ever": func.coalesce(tried.c.ever, 0) == 1,
        "last_activity_at": last,
        "active_at": latest(last, told.joined_at),
    }
    rows = memberships.outerjoin(learned, learned.c.membership_id == told.id)
    rows = rows.outerjoin(tried, tried.c.membership_id == told.id)
    differs = or_(*(told[name].is_distinct_from(value) for name, value in facts.items()))
    query = select(told.id, *(value.label(name) for name, value in facts.items())).select_from(rows).where(differs)
    return query if chosen is None else query.where(told.id.in_(chosen))


def _learned(chosen: Select[tuple[int]] | None) -> Subquery:
    """Counts, hours and last activity of enrollments, left ones included."""
    query = select(
        enrollments.c.membership_id,
        func.count().label("enrolled"),
        func.sum(case((enrollments.c.completed, 1), else_=0)).label("completed"),
        _added_up(enrollments.c.hours).label("hours"),
        func.max(enrollments.c.last_activity_at).label("last_activity_at"),
    ).group_by(enrollments.c.membership_id)
    if chosen is not None:
        query = query.where(enrollments.c.membership_id.in_(chosen))
    return query.subquery()


def _added_up(hours: ColumnElement[float | None]) -> ColumnElement[float | None]:
    """A sum that is the same whatever the order of what is added, and reads as a person would add it."""
    return cast(func.round(cast(func.sum(hours), Numeric), HOURS_PLACES), Double)


def _work(chosen: Select[tuple[int]] | None) -> Select[tuple[object, ...]]:
    """What each membership missed and failed, over the required assessments of its enrollments not left."""
    tried = _tried(chosen).subquery().c
    nothing, is_open = tried.handed_in == 0, not_(tried.completed)
    lost = and_(tried.failed == 1, tried.passed == 0, tried.pending == 0)
    return select(
        tried.membership_id,
        func.min(case((and_(nothing, is_open), tried.deadline))).label("next_deadline"),
        func.min(case((nothing, tried.deadline))).label("missed_deadline"),
        func.sum(case((and_(lost, is_open), 1), else_=0)).label("failed"),
        func.max(case((or_(tried.failed == 1, tried.first_at > tried.due), 1), else_=0)).label("ever"),
    ).group_by(tried.membership_id)


def _tried(chosen: Select[tuple[int]] | None) -> Select[tuple[object, ...]]:
    """One row per enrollment not left and required assessment of its course."""
    passed, one = verdict(), attempts.c.id.is_not(None)
    own = and_(attempts.c.membership_id == enrollments.c.membership_id, attempts.c.assessment_id == assessments.c.id)
    query = (
        select(
            enrollments.c.membership_id,
            enrollments.c.completed,
            assessments.c.deadline,
            func.count(attempts.c.id).label("handed_in"),
            func.max(case((passed, 1), else_=0)).label("passed"),
            func.max(case((not_(passed), 1), else_=0)).label("failed"),
            func.max(case((and_(one, passed.is_(None)), 1), else_=0)).label("pending"),
            func.min(attempts.c.attempted_at).label("first_at"),
            func.max(func.coalesce(attempts.c.deadline, assessments.c.deadline)).label("due"),
        )
        .select_from(
            enrollments.join(assessments, assessments.c.course_id == enrollments.c.course_id).outerjoin(attempts, own)
        )
        .where(not_(enrollments.c.removed), required())
        .group_by(enrollments.c.id, enrollments.c.membership_id, enrollments.c.completed)
        .group_by(assessments.c.id, assessments.c.deadline)
    )
    return query if chosen is None else query.where(enrollments.c.membership_id.in_(chosen))


def larger(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """The larger of two numbers that are known."""
    return case((one > other, one), else_=other)


def latest(one: ColumnElement[Instant | None], other: ColumnElement[Instant | None]) -> ColumnElement[Instant | None]:
    """The later of two moments; null is none."""
    return case((other.is_(None), one), (one > other, one), else_=other)
