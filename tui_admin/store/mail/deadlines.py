"""Deadlines that lie ahead, and the members who have not handed in yet what is due.

They are found from the assessments on: there are few of them beside memberships, and of a membership only its earliest
deadline is kept, which may have passed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import Connection, func, not_, select

from ...rules.times import Instant
from ...rules.triage import MembershipState
from ..tables import assessments, attempts, courses, enrollments, memberships
from ..triage import required
from . import enqueue


@dataclass(frozen=True, slots=True)
class Deadline:
    """An assessment that is due at a moment, by id, with its name and its course."""

    assessment_id: int
    course_id: int
    assessment: str
    course: str
    at: Instant

    @property
    def mark(self) -> str:
        """What mails about it are marked with; another once the deadline is moved."""
        return f"deadline.{self.assessment_id}.{self.at}"


def untold(connection: Connection, after: Instant, until: Instant) -> Iterator[tuple[Deadline, BitMap]]:
    """What is due after a moment and until another, the earliest first, with the joined memberships that neither
    handed it in nor were told of it; only what there are such of."""
    open_in: dict[int, BitMap] = {}
    for due in _ahead(connection, after, until):
        if due.course_id not in open_in:
            open_in[due.course_id] = _learning(connection, due.course_id)
        handed_in = select(attempts.c.membership_id).where(attempts.c.assessment_id == due.assessment_id)
        ids = open_in[due.course_id] - BitMap(connection.scalars(handed_in)) - enqueue.told(connection, due.mark)
        if ids:
            yield due, ids


def _ahead(connection: Connection, after: Instant, until: Instant) -> list[Deadline]:
    column = assessments.c
    name, course = (func.coalesce(func.nullif(table.c.name, ""), table.c.key) for table in (assessments, courses))
    query = select(column.id, column.course_id, name, course, column.deadline).join(courses)
    query = query.where(column.deadline > after, column.deadline <= until, required())
    return [Deadline(*row) for row in connection.execute(query.order_by(column.deadline, column.id))]


def _learning(connection: Connection, course_id: int) -> BitMap:
    """The joined memberships with an open enrollment in a course."""
    query = select(memberships.c.id).join(enrollments, enrollments.c.membership_id == memberships.c.id)
    query = query.where(
        enrollments.c.course_id == course_id, not_(enrollments.c.completed), not_(enrollments.c.removed)
    )
    return BitMap(connection.scalars(query.where(memberships.c.state == MembershipState.MEMBER)))
