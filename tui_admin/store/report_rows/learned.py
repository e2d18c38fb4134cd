"""Enrollments and specialization enrollments as the usage and the specialization report write them: the facts as they
were said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from ..tables import courses, enrollments, memberships, specialization_enrollments, specializations
from . import blocks
from .blocks import Column, Columns, Named


@dataclass(frozen=True, slots=True)
class _Learned:
    """What is learned, as rows of a table that name a thing: how that is told, by what it is known, and the facts that
    stand before and after the program."""

    table: Table
    item: str
    things: Table
    told: tuple[str, ...]
    key: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def rows(self, connection: Connection, ids: Iterable[list[int]]) -> Iterator[Columns]:
        """The columns of the report for blocks of memberships, those of a membership by what is learned."""
        facts = self.table.c
        names = dict(zip(self.told, blocks.names(connection, self.things, *self.told), strict=True))
        columns: tuple[Column, ...] = (
            *blocks.PERSON,
            *(Named(facts[self.item], names[told]) for told in self.told),
            *(facts[name] for name in self.before),
            *blocks.of_program(connection),
            *(facts[name] for name in self.after),
            blocks.of_contract(connection, facts.contract_id),
            *blocks.PROFILES,
        )
        return blocks.read(
            connection,
            ids,
            columns,
            lambda query: query.join(self.table, facts.membership_id == memberships.c.id),
            (facts[self.item], names[self.key].__getitem__),
        )


USAGE = _Learned(
    enrollments,
    "course_id",
    courses,
    ("name", "key", "slug", "partner"),
    "key",
    ("enrolled_at", "class_start_at", "last_activity_at", "progress", "hours", "completed", "removed"),
    ("source", "completed_at", "grade"),
)

SPECIALIZED = _Learned(
    specialization_enrollments,
    "specialization_id",
    specializations,
    ("name", "slug", "partner"),
    "slug",
    ("enrolled_at", "last_activity_at", "completed", "removed"),
    ("source", "completed_at"),
)
