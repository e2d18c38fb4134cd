"""SQL of one learner's page: their memberships, enrollments, attempts and mails. A handful of rows each."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from ..rules.triage import MembershipState
from .selection import Scope, within
from .tables import (
    assessments,
    attempts,
    course_results,
    courses,
    enrollments,
    feedback,
    memberships,
    messages,
    outbox,
    programs,
    specialization_enrollments,
    specializations,
)

Row = dict[str, Any]


def memberships_of(connection: Connection, learner_id: int, scope: Scope) -> list[int]:
    """The ids of a learner's memberships within the scope: joined ones first, then invited, then removed."""
    order = {MembershipState.MEMBER: 0, MembershipState.INVITED: 1}
    query = (
        select(memberships.c.id)
        .join(programs, programs.c.id == memberships.c.program_id)
        .where(memberships.c.learner_id == learner_id, within(memberships.c.program_id, scope))
        .order_by(case(order, value=memberships.c.state, else_=2), programs.c.position, programs.c.name)
    )
    return list(connection.execute(query).scalars())


def learner_of(connection: Connection, membership_id: int, scope: Scope) -> int | None:
    """Whose membership it is; None where there is none within the scope."""
    query = select(memberships.c.learner_id).where(memberships.c.id == membership_id)
    return connection.execute(query.where(within(memberships.c.program_id, scope))).scalar_one_or_none()


def enrollments_of(connection: Connection, membership_id: int) -> list[Row]:
    """The courses of a membership, the last active first. The grade is the enrollment's, else the gradebook's."""
    column = enrollments.c
    grade = func.coalesce(column.grade, course_results.c.grade).label("grade")
    query = (
        select(
            column.course_id,
            courses.c.name,
            column.progress,
            column.hours,
            grade,
            column.completed,
            column.completed_at,
            column.removed,
            column.enrolled_at,
            column.last_activity_at,
        )
        .join(courses, courses.c.id == column.course_id)
        .outerjoin(
            course_results,
            and_(
                course_results.c.membership_id == column.membership_id, course_results.c.course_id == column.course_id
            ),
        )
        .where(column.membership_id == membership_id)
        .order_by(func.coalesce(column.last_activity_at, column.enrolled_at, 0).desc(), courses.c.name)
    )
    return _rows(connection, query)


def specializations_of(connection: Connection, membership_id: int) -> list[Row]:
    """The specializations of a membership, by name."""
    table = specialization_enrollments
    query = (
        select(
            specializations.c.name,
            table.c.completed,
            table.c.completed_at,
            table.c.completed_courses,
            table.c.total_courses,
            table.c.removed,
            table.c.last_activity_at,
        )
        .join(specializations, specializations.c.id == table.c.specialization_id)
        .where(table.c.membership_id == membership_id)
        .order_by(specializations.c.name)
    )
    return _rows(connection, query)


def assessments_of(connection: Connection, membership_id: int) -> list[Row]:
    """The assessments of all courses a membership is enrolled in, in their order."""
    query = (
        select(assessments)
        .join(enrollments, enrollments.c.course_id == assessments.c.course_id)
        .where(enrollments.c.membership_id == membership_id)
        .order_by(assessments.c.course_id, assessments.c.position, assessments.c.deadline, assessments.c.id)
    )
    return _rows(connection, query)


def attempts_of(connection: Connection, membership_id: int) -> list[Row]:
    """Every attempt of a membership with its assessment, the oldest first; what the file named for the attempt leads
    over what the assessment says."""
    column = attempts.c
    query = (
        select(
            column.assessment_id,
            assessments.c.course_id,
            assessments.c.name,
            column.attempted_at,
            column.score,
            column.passed,
            func.coalesce(column.max_score, assessments.c.max_score).label("max_score"),
            func.coalesce(column.passing_score, assessments.c.passing_score).label("passing_score"),
            func.coalesce(column.weight, assessments.c.weight).label("weight"),
            func.coalesce(column.deadline, assessments.c.deadline).label("deadline"),
        )
        .join(assessments, assessments.c.id == column.assessment_id)
        .where(column.membership_id == membership_id)
        .order_by(func.coalesce(column.attempted_at, 0), column.id)
    )
    return _rows(connection, query)


def feedback_of(connection: Connection, membership_id: int, limit: int) -> list[Row]:
    """What a member said of their courses, and without a course of the program: the newest first, at most `limit`."""
    column = feedback.c
    query = (
        select(courses.c.name.label("course"), column.stars, column.recommend, column.comment, column.given_at)
        .outerjoin_from(feedback, courses, courses.c.id == column.course_id)
        .where(column.membership_id == membership_id)
        .order_by(column.given_at.desc(), column.course_id, column.id)
        .limit(limit)
    )
    return _rows(connection, query)


def mails_of(connection: Connection, learner_id: int, among_ids: Collection[int] | None, limit: int) -> list[Row]:
    """The newest mails to a learner, at most `limit`: those about some of their memberships, or all (None). `at` is
    when a mail was settled, else when it is due."""
    column = outbox.c
    at = func.coalesce(column.final_at, column.next_at, column.header_date).label("at")
    told = (column.last_code, column.last_enhanced, column.last_text)
    query = select(column.purpose, messages.c.subject, at, column.state, *told)
    query = query.join(messages, messages.c.id == column.message_id).where(column.learner_id == learner_id)
    if among_ids is not None:
        query = query.where(column.membership_id.in_(among_ids))
    return _rows(connection, query.order_by(at.desc(), column.id.desc()).limit(limit))


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
