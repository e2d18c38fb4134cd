"""SQL of the feedback that members give."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ..rules.times import Instant
from .tables import courses, enrollments, feedback, learners, memberships, programs


class Giver(NamedTuple):
    """A membership whose learner may give feedback, with its program."""

    id: int
    state: str
    program_id: int
    program: str


class Answer(NamedTuple):
    """What a member said of a course, or of the program (`course_id` is None)."""

    course_id: int | None
    stars: int | None = None
    recommend: int | None = None
    comment: str | None = None


def giver(connection: Connection, membership: int, *, hold: bool = False) -> Giver | None:
    """A membership of somebody who was not erased; `hold` keeps it until the transaction ends, so that of two answers
    at once the second finds the first."""
    query = (
        select(memberships.c.id, memberships.c.state, programs.c.id, programs.c.name)
        .join(programs, programs.c.id == memberships.c.program_id)
        .join(learners, learners.c.id == memberships.c.learner_id)
        .where(memberships.c.id == membership, learners.c.erased_at.is_(None))
    )
    row = connection.execute(query.with_for_update(of=memberships) if hold else query).one_or_none()
    return None if row is None else Giver._make(row)


def courses_of(connection: Connection, membership: int) -> list[tuple[int, str]]:
    """Id and name of the courses of a membership that were not left, by name."""
    query = (
        select(courses.c.id, courses.c.name)
        .join(enrollments, enrollments.c.course_id == courses.c.id)
        .where(enrollments.c.membership_id == membership, enrollments.c.removed.is_(False))
        .order_by(courses.c.name, courses.c.id)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def given(connection: Connection, membership: int, since: Instant) -> dict[int | None, tuple[int, Answer]]:
    """What a member said since a moment, by course, each with the number of its row: the newest of each."""
    column = feedback.c
    query = (
        select(column.id, column.course_id, column.stars, column.recommend, column.comment)
        .where(column.membership_id == membership, column.given_at >= since)
        .order_by(column.given_at, column.id)
    )
    return {row[1]: (row[0], Answer._make(row[1:])) for row in connection.execute(query)}


def add(connection: Connection, membership: int, answer: Answer, now: Instant) -> None:
    """Keep an answer."""
    connection.execute(insert(feedback).values(membership_id=membership, given_at=now, **answer._asdict()))


def change(connection: Connection, row: int, answer: Answer, now: Instant) -> None:
    """Put another answer in the place of one."""
    connection.execute(update(feedback).where(feedback.c.id == row).values(given_at=now, **answer._asdict()))


def drop(connection: Connection, row: int) -> None:
    """Take an answer away."""
    connection.execute(delete(feedback).where(feedback.c.id == row))
