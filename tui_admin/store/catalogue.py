"""SQL of the catalogue: courses with their skills and how much graded work they have."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from .tables import assessments, course_skills, courses, skills


def all_courses(connection: Connection) -> Iterator[Row[Any]]:
    """Every course by name, streamed."""
    query = select(courses).order_by(courses.c.name, courses.c.key)
    yield from connection.execute(query, execution_options={"yield_per": 1_000})


def count(connection: Connection) -> int:
    """How many courses there are."""
    return connection.execute(select(func.count()).select_from(courses)).scalar_one()


def skills_of_courses(connection: Connection) -> dict[int, list[str]]:
    """The names of each course's skills, the most relevant first, by course id."""
    query = (
        select(course_skills.c.course_id, skills.c.name)
        .join(skills, skills.c.id == course_skills.c.skill_id)
        .order_by(course_skills.c.course_id, course_skills.c.relevance.desc(), skills.c.name)
    )
    return {
        course: [name for _, name in rows] for course, rows in groupby(connection.execute(query), lambda row: row[0])
    }


def assessment_counts(connection: Connection) -> dict[int, int]:
    """How many assessments each course has, by course id."""
    query = select(assessments.c.course_id, func.count()).group_by(assessments.c.course_id)
    return {row[0]: row[1] for row in connection.execute(query)}
