"""SQL of all that is held of one person: which tables hold it, and which of their rows are theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from ..ratings.current import current_replay
from ..tables import (
    activity,
    attempts,
    course_results,
    delivery_attempts,
    enrollments,
    feedback,
    learner_addresses,
    learner_ratings,
    learners,
    membership_contracts,
    memberships,
    outbox,
    programs,
    skill_history,
    skill_ratings,
    specialization_enrollments,
    suppressions,
)
from ..tables.people import caseless


@dataclass(frozen=True, slots=True)
class Who:
    """A person: their learner and the records merged into it, and every canonical address they have or had."""

    learners: tuple[int, ...]
    addresses: tuple[str, ...]

    @property
    def id(self) -> int:
        """The learner that stands for them."""
        return self.learners[0]


def who(connection: Connection, learner_id: int) -> Who:
    """The person that a learner is."""
    merged = select(learners.c.id).where(learners.c.merged_into == learner_id, learners.c.merged_into.is_not(None))
    ids = (learner_id, *connection.scalars(merged.order_by(learners.c.id)))
    present = select(learners.c.email).where(learners.c.id.in_(ids), learners.c.email.is_not(None))
    former = select(learner_addresses.c.email).where(learner_addresses.c.learner_id.in_(ids)).order_by("email")
    return Who(ids, tuple(dict.fromkeys((*connection.scalars(present), *connection.scalars(former)))))


Theirs = Callable[[Who], ColumnElement[bool]]
"""The condition that a row of a table is a person's."""


def _own(table: Table, column: str = "learner_id") -> Theirs:
    return lambda who: table.c[column].in_(who.learners)


def membership_ids(who: Who) -> Select[int]:
    """`SELECT id` over their memberships."""
    return select(memberships.c.id).where(memberships.c.learner_id.in_(who.learners))


def mail_ids(who: Who) -> Select[int]:
    """`SELECT id` over the mails to them or about their memberships."""
    return select(outbox.c.id).where(_of_mail(who))


def _of_mail(who: Who) -> ColumnElement[bool]:
    return or_(outbox.c.learner_id.in_(who.learners), outbox.c.membership_id.in_(membership_ids(who)))


def _in_memberships(table: Table) -> Theirs:
    return lambda who: table.c.membership_id.in_(membership_ids(who))


def _rated(table: Table) -> Theirs:
    return lambda who: and_(table.c.replay_id == current_replay(), table.c.learner_id.in_(who.learners))


RATINGS = (learner_ratings, skill_ratings, skill_history)
"""What is made anew from attempts: of it that counts which is read."""

HELD: Mapping[Table, Theirs] = {
    learners: _own(learners, "id"),
    learner_addresses: _own(learner_addresses),
    memberships: _own(memberships),
    **{
        table: _in_memberships(table)
        for table in (
            membership_contracts,
            enrollments,
            specialization_enrollments,
            attempts,
            course_results,
            activity,
            feedback,
        )
    },
    **{table: _rated(table) for table in RATINGS},
    outbox: _of_mail,
    delivery_attempts: lambda who: delivery_attempts.c.outbox_id.in_(mail_ids(who)),
    suppressions: lambda who: suppressions.c.email.in_(who.addresses),
}
"""The tables that hold something of a person; what their memberships add up to (`learner_totals`) follows from them."""


def count(connection: Connection, table: Table, who: Who) -> int:
    """How many rows of a table are theirs."""
    query = select(func.count()).select_from(table).where(HELD[table](who))
    return int(connection.execute(query).scalar_one())


def managed(who: Who) -> ColumnElement[bool]:
    """Whether a learner has them as manager."""
    return caseless(learners.c.manager_email).in_(who.addresses)


# --- read by people

_NAMES = {
    "programs": "slug",
    "courses": "name",
    "contracts": "name",
    "skills": "name",
    "assessments": "name",
    "specializations": "name",
}
"""What things are called in whose place a row holds a number."""

_INTERNAL = frozenset({"search_key", "lease", "worker_id", "dedupe_key", "attachment", "learner_id", "replay_id"})
"""Columns that say nothing of a person: how rows are found, and who holds them."""


def read(connection: Connection, table: Table, who: Who) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Their rows of a table with the names of the columns; things are named rather than numbered."""
    source: Any = table
    columns: list[ColumnElement[Any]] = []
    for column in table.c:
        target = next((key.column.table for key in column.foreign_keys), column.info.get("named in"))
        if column.name in _INTERNAL:
            continue
        if target is memberships:
            source = source.join(memberships, memberships.c.id == column, isouter=True)
            source = source.join(programs, programs.c.id == memberships.c.program_id, isouter=True)
            columns.append(programs.c.slug.label("program"))
        elif target is not None and target.name in _NAMES:
            named = target.alias()
            source = source.join(named, named.c.id == column, isouter=True)
            columns.append(named.c[_NAMES[target.name]].label(column.name.removesuffix("_id")))
        else:
            columns.append(column)
    query = select(*columns).select_from(source).where(HELD[table](who)).order_by(*table.primary_key.columns)
    return [column.key or "" for column in columns], [tuple(row) for row in connection.execute(query)]


def written(connection: Connection, who: Who) -> list[Any]:
    """Their mails with what is needed to fill them anew: number, message, fields and attachment."""
    columns = ("id", "message_id", "fields", "attachment_name", "attachment")
    query = select(*(outbox.c[name] for name in columns)).where(_of_mail(who)).order_by(outbox.c.id)
    return list(connection.execute(query))
