"""A course's attempts, grades and best scores as the gradebook's tables write them: the facts as they were said."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, Select, and_, func, select, union

from ..selection import among, chosen
from ..tables import assessments, attempts, course_results, enrollments, memberships
from ..triage import required
from . import blocks
from .blocks import Column, Columns

Blocks = Callable[[], Iterable[list[int]]]
"""Gives blocks of memberships, from the first on whenever it is asked."""


def assessed(connection: Connection, course_id: int, *, graded: bool = False) -> list[Row[Any]]:
    """The assessments of a course in its order (`id`, `key`, `name`); only those that count for its grade if
    `graded`."""
    query = select(assessments.c.id, assessments.c.key, assessments.c.name).where(assessments.c.course_id == course_id)
    if graded:
        query = query.where(required())
    return list(connection.execute(query.order_by(assessments.c.position, assessments.c.id)))


def taking(connection: Connection, course_id: int) -> BitMap:
    """The memberships that take a course: enrolled in it, with a grade or an attempt of it."""
    inside = select(assessments.c.id).where(assessments.c.course_id == course_id)
    found = union(
        select(enrollments.c.membership_id).where(enrollments.c.course_id == course_id),
        select(course_results.c.membership_id).where(course_results.c.course_id == course_id),
        select(attempts.c.membership_id).where(attempts.c.assessment_id.in_(inside)),
    )
    return BitMap(connection.execute(found).scalars())


def attempted(connection: Connection, course: Row[Any], ids: Blocks) -> Iterator[Columns]:
    """The columns of the attempts, assessment by assessment in the course's order, each by its memberships and time."""
    slug, _ = blocks.of_program(connection)
    own, said = attempts.c, assessments.c
    columns: tuple[Column, ...] = (
        *(*blocks.PERSON, slug),
        *(said.key, said.name, said.assessment_type),
        *(func.coalesce(own[name], said[name]) for name in ("weight", "deadline")),
        *(own.attempted_at, own.score),
        *(func.coalesce(own[name], said[name]) for name in ("max_score", "passing_score")),
        own.passed,
    )
    for assessment in assessed(connection, course.id):

        def joined(query: Select[Any], id: int = assessment.id) -> Select[Any]:
            query = query.join(attempts, and_(own.membership_id == memberships.c.id, own.assessment_id == id))
            return query.join(assessments, said.id == own.assessment_id)

        for rows in blocks.read(connection, ids(), columns, joined, (own.attempted_at, lambda at: at or 0)):
            yield _of_course(rows, course)


def graded(
    connection: Connection, course: Row[Any], counted: Sequence[Row[Any]], ids: Iterable[list[int]]
) -> Iterator[Columns]:
    """The columns of the gradebook, with the best score in percent in each of the assessments `counted`."""
    slug, _ = blocks.of_program(connection)
    done, result = enrollments.c, course_results.c
    grade = func.coalesce(result.grade, done.grade)
    columns: tuple[Column, ...] = (memberships.c.id, *blocks.PERSON, slug, grade, result.passed)

    def joined(query: Select[Any]) -> Select[Any]:
        own = and_(done.membership_id == memberships.c.id, done.course_id == course.id)
        query = query.outerjoin(enrollments, own)
        told = and_(result.membership_id == memberships.c.id, result.course_id == course.id)
        return query.outerjoin(course_results, told)

    for found, *rows in blocks.read(connection, ids, columns, joined):
        best = _best(connection, found, [assessment.id for assessment in counted])
        scores = ([best.get((id, assessment.id)) for id in found] for assessment in counted)
        yield [*_of_course(rows, course), *scores]


def _of_course(rows: Columns, course: Row[Any]) -> Columns:
    """The columns with the course's id after the person and the program."""
    place = len(blocks.PERSON) + 1
    return [*rows[:place], [course.key] * len(rows[0]), *rows[place:]]


def _best(connection: Connection, ids: Sequence[int], counted: Sequence[int]) -> Mapping[tuple[int, int], float]:
    own = attempts.c
    most = func.coalesce(own.max_score, assessments.c.max_score, 100)
    percent = func.max(own.score * 100 / func.nullif(most, 0))
    query = (
        select(own.membership_id, own.assessment_id, percent)
        .select_from(attempts.join(assessments, assessments.c.id == own.assessment_id))
        .where(own.membership_id.in_(chosen(connection, ids)), among(connection, own.assessment_id, counted))
        .group_by(own.membership_id, own.assessment_id)
    )
    return {(membership, assessment): best for membership, assessment, best in connection.execute(query)}
