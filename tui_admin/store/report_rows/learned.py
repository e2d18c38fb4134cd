"""Enrollments and specialization enrollments as the usage and the specialization report write them: the facts as they
were said."""

from collections.abc import Iterator

from sqlalchemy import Connection

from ..tables import courses, enrollments, memberships, specialization_enrollments, specializations
from . import blocks
from .blocks import Column, Columns, Named


def usage(connection: Connection, ids: Iterator[list[int]]) -> Iterator[Columns]:
    """The columns of the usage report for blocks of memberships: enrollments, those of a membership by course id."""
    done, course = enrollments.c, enrollments.c.course_id
    called, keys, slugs, partners = blocks.names(connection, courses, "name", "key", "slug", "partner")
    columns: tuple[Column, ...] = (
        *blocks.PERSON,
        *(Named(course, names) for names in (called, keys, slugs, partners)),
        *(done[name] for name in ("enrolled_at", "class_start_at", "last_activity_at", "progress", "hours")),
        *(done.completed, done.removed),
        *blocks.of_program(connection),
        *(done.source, done.completed_at, done.grade),
        blocks.of_contract(connection, done.contract_id),
        *blocks.PROFILES,
    )
    return blocks.read(
        connection,
        ids,
        columns,
        lambda query: query.join(enrollments, done.membership_id == memberships.c.id),
        (course, keys.__getitem__),
    )


def specialized(connection: Connection, ids: Iterator[list[int]]) -> Iterator[Columns]:
    """The same of the specialization report, those of a membership by slug."""
    done, item = specialization_enrollments.c, specialization_enrollments.c.specialization_id
    called, slugs, partners = blocks.names(connection, specializations, "name", "slug", "partner")
    columns: tuple[Column, ...] = (
        *blocks.PERSON,
        *(Named(item, names) for names in (called, slugs, partners)),
        *(done.enrolled_at, done.last_activity_at, done.completed, done.removed),
        *blocks.of_program(connection),
        *(done.source, done.completed_at),
        blocks.of_contract(connection, done.contract_id),
        *blocks.PROFILES,
    )
    return blocks.read(
        connection,
        ids,
        columns,
        lambda query: query.join(specialization_enrollments, done.membership_id == memberships.c.id),
        (item, slugs.__getitem__),
    )
