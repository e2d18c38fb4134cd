"""SQL of the catalogue: courses with their skills and their graded work, specializations with their courses, and where
a program offers them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from ..rules.text import fold
from . import tables
from .bulk import batched
from .tables import (
    assessments,
    collection_items,
    collections,
    course_skills,
    courses,
    skills,
    specialization_courses,
    specializations,
)


def all_courses(connection: Connection) -> Iterator[Row[Any]]:
    """Every course by name, streamed."""
    query = select(courses).order_by(courses.c.name, courses.c.key)
    yield from connection.execute(query, execution_options={"yield_per": 1_000})


def all_specializations(connection: Connection) -> Iterator[Row[Any]]:
    """Every specialization by name, streamed."""
    query = select(specializations).order_by(specializations.c.name, specializations.c.slug)
    yield from connection.execute(query, execution_options={"yield_per": 1_000})


def count(connection: Connection) -> int:
    """How many courses there are."""
    return connection.execute(select(func.count()).select_from(courses)).scalar_one()


def count_specializations(connection: Connection) -> int:
    """How many specializations there are."""
    return connection.execute(select(func.count()).select_from(specializations)).scalar_one()


def skill_names(connection: Connection) -> dict[int, str]:
    """The name of each skill by its id."""
    return {row.id: row.name for row in connection.execute(select(skills.c.id, skills.c.name))}


def former_skill_names(connection: Connection) -> dict[int, list[str]]:
    """The names that skills had before, or those merged into them, by skill id."""
    former = tables.former_skill_names.c
    return _grouped_firsts(connection, select(former.skill_id, former.name).order_by(former.skill_id, former.name))


def skills_by_name(connection: Connection) -> dict[str, int]:
    """The ids of skills by what they are called, and were, as names are compared."""
    former = connection.execute(select(tables.former_skill_names))
    named = connection.execute(select(skills.c.id, skills.c.name))
    return {row.folded: row.skill_id for row in former} | {fold(row.name): row.id for row in named}


def skills_of_courses(connection: Connection) -> dict[int, list[tuple[int, float]]]:
    """The skills of each course, the most relevant first, by course id: skill id and relevance."""
    link = course_skills.c
    query = (
        select(link.course_id, link.skill_id, link.relevance)
        .join(skills, skills.c.id == link.skill_id)
        .order_by(link.course_id, link.relevance.desc(), skills.c.name)
    )
    return _grouped(connection, query)


def courses_of_specializations(connection: Connection) -> dict[int, list[int]]:
    """The ids of each specialization's courses in their order, by its id."""
    link = specialization_courses.c
    query = select(link.specialization_id, link.course_id).order_by(link.specialization_id, link.position)
    return _grouped_firsts(connection, query)


def assessment_counts(connection: Connection) -> dict[int, int]:
    """How many assessments each course has, by course id."""
    query = select(assessments.c.course_id, func.count()).group_by(assessments.c.course_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def levels(connection: Connection, ids: Iterable[int]) -> Iterator[tuple[int, str | None]]:
    """The levels of courses by their ids."""
    for some in batched(ids):
        for row in connection.execute(select(courses.c.id, courses.c.level).where(courses.c.id.in_(some))):
            yield row.id, row.level


def offered(connection: Connection, program: int) -> list[Row[Any]]:
    """What a program's curriculum holds, in its order: `course_id` or `specialization_id`, and the `collection`'s
    name."""
    item = collection_items.c
    query = (
        select(item.course_id, item.specialization_id, collections.c.name.label("collection"))
        .join(collections, collections.c.id == item.collection_id)
        .where(collections.c.program_id == program)
        .order_by(collections.c.position, collections.c.id, item.position, item.id)
    )
    return list(connection.execute(query))


def offered_within(connection: Connection, program: int) -> list[Row[Any]]:
    """The courses that a program's curriculum holds as parts of specializations: `course_id`, and the names of the
    `specialization` and its `collection`."""
    item, link = collection_items.c, specialization_courses.c
    query = (
        select(link.course_id, specializations.c.name.label("specialization"), collections.c.name.label("collection"))
        .join(collection_items, item.specialization_id == link.specialization_id)
        .join(specializations, specializations.c.id == link.specialization_id)
        .join(collections, collections.c.id == item.collection_id)
        .where(collections.c.program_id == program)
        .order_by(collections.c.position, collections.c.id, item.position, item.id, link.position)
    )
    return list(connection.execute(query))


def _grouped(connection: Connection, query: Select[Any]) -> dict[int, list[Any]]:
    """The rows of a query that is sorted by its first column, by that column: what follows it in each row."""
    rows = connection.execute(query)
    return {key: [tuple(row[1:]) for row in group] for key, group in groupby(rows, lambda row: row[0])}


def _grouped_firsts(connection: Connection, query: Select[Any]) -> dict[int, list[Any]]:
    """The same of a query of two columns: the second."""
    return {key: [row[0] for row in rows] for key, rows in _grouped(connection, query).items()}
