"""SQL of removing a whole program: what it holds, table by table, and taking it out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Column, Connection, Row, RowMapping, Select, Table, delete, exists, func, select, update

from ..rules.mailing import WAITING, MailState, MessageState
from ..rules.times import Instant
from ..rules.triage import MembershipState
from . import totals
from .selection import among
from .tables import (
    activity,
    administrator_programs,
    administrators,
    assessments,
    attempts,
    collection_items,
    collections,
    contracts,
    course_results,
    courses,
    enrollments,
    feedback,
    journal,
    learners,
    membership_contracts,
    memberships,
    messages,
    outbox,
    program_contracts,
    programs,
    report_schedules,
    specialization_enrollments,
    specializations,
)

_FACTS: tuple[Table, ...] = (
    attempts,
    enrollments,
    specialization_enrollments,
    course_results,
    activity,
    feedback,
    membership_contracts,
)
"""What hangs on memberships."""

_NOT_BEGUN = (*WAITING, MailState.CLAIMED)
_UNFINISHED = (MessageState.DRAFT, MessageState.SCHEDULED, MessageState.SENDING, MessageState.PAUSED)
_MAIL_COLUMNS = ("id", "message_id", "learner_id", "membership_id", "purpose", "address", "state", "final_at")
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Held:
    """What a program holds, counted; `alone` are the learners who are in no other program."""

    members: int
    invited: int
    removed: int
    enrollments: int
    mails: int
    unfinished: int
    administrators: tuple[str, ...]
    alone: int


def held(connection: Connection, program_id: int) -> Held:
    """Count what a program holds."""
    mine, other = memberships, memberships.alias()
    states = select(mine.c.state, func.count()).where(mine.c.program_id == program_id).group_by(mine.c.state)
    by_state: dict[str, int] = dict(connection.execute(states).all())
    elsewhere = exists().where(other.c.learner_id == mine.c.learner_id, other.c.program_id != program_id)
    alone = select(func.count()).select_from(mine).where(mine.c.program_id == program_id, ~elsewhere)
    losing = select(administrators.c.email).join(administrator_programs)
    losing = losing.where(administrator_programs.c.program_id == program_id).order_by(administrators.c.email)
    return Held(
        members=by_state.get(MembershipState.MEMBER, 0),
        invited=by_state.get(MembershipState.INVITED, 0),
        removed=by_state.get(MembershipState.DELETED_MEMBER, 0),
        enrollments=_count(connection, enrollments, enrollments.c.membership_id.in_(_ids(program_id))),
        mails=_count(connection, outbox, _waiting(program_id)),
        unfinished=_count(connection, messages, _unfinished(program_id)),
        administrators=tuple(connection.execute(losing).scalars()),
        alone=connection.execute(alone).scalar_one(),
    )


def joined(connection: Connection, program_id: int) -> BitMap:
    """The memberships of those who joined a program."""
    mine = memberships.c
    query = select(mine.id).where(mine.program_id == program_id, mine.state == MembershipState.MEMBER)
    return BitMap(connection.execute(query).scalars())


def tables(program_id: int) -> Iterator[tuple[str, Select[Any]]]:
    """Every table of what a program holds, by name, as a query of its rows; then what its rows refer to."""
    mine = select(memberships.c.learner_id).where(memberships.c.program_id == program_id)
    yield "programs", select(programs).where(programs.c.id == program_id)
    for table in (program_contracts, report_schedules, collections, administrator_programs):
        yield table.name, select(table).where(table.c.program_id == program_id)
    own = select(collections.c.id).where(collections.c.program_id == program_id)
    yield "collection_items", select(collection_items).where(collection_items.c.collection_id.in_(own))
    yield "memberships", select(*_said(memberships)).where(memberships.c.program_id == program_id)
    for table in _FACTS:
        yield table.name, select(table).where(table.c.membership_id.in_(_ids(program_id)))
    told = [column for column in messages.c if column.name not in ("selection", "frozen")]
    yield "messages", select(*told).where(messages.c.program_id == program_id)
    yield "outbox", select(*(outbox.c[n] for n in _MAIL_COLUMNS)).where(outbox.c.membership_id.in_(_ids(program_id)))
    yield "learners", select(*_said(learners)).where(learners.c.id.in_(mine))
    named = select(administrator_programs.c.administrator_id).where(administrator_programs.c.program_id == program_id)
    people = select(administrators.c.id, administrators.c.email, administrators.c.role)
    yield "administrators", people.where(administrators.c.id.in_(named))
    drawn = select(program_contracts.c.contract_id).where(program_contracts.c.program_id == program_id)
    under = select(memberships.c.contract_id).where(memberships.c.program_id == program_id)
    yield "contracts", select(contracts).where(contracts.c.id.in_(drawn) | contracts.c.id.in_(under))
    for table in (courses, specializations, assessments):
        yield table.name, select(table)


def _said(table: Table) -> list[Column[Any]]:
    """Columns but the one that others are found by, made from name and address."""
    return [column for column in table.c if column.name != "search_key"]


def rows(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a query, streamed."""
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE})


def changes_since(connection: Connection, program_id: int, entry_id: int) -> RowMapping | None:
    """The first entry of the journal after another that may have changed a program: about it, or about no program."""
    column = journal.c
    about = (column.program_id == program_id) | column.program_id.is_(None)
    query = select(column.actor, column.at, column.summary).where(column.id > entry_id, about).order_by(column.id)
    return connection.execute(query.limit(1)).mappings().one_or_none()


def hold(connection: Connection, program_id: int) -> Row[Any] | None:
    """A program with nobody else adding to it until the transaction ends; None where it is gone."""
    return connection.execute(select(programs).where(programs.c.id == program_id).with_for_update()).one_or_none()


def stop_mail(connection: Connection, program_id: int, now: Instant) -> int:
    """Stop a program's drafts and messages, and the mails about it that have not begun to leave; how many mails."""
    stopped = {"state": MessageState.CANCELLED, "changed_at": now, "finished_at": now, "pause_reason": None}
    connection.execute(update(messages).where(_unfinished(program_id)).values(stopped))
    called_back = {"state": MailState.CANCELLED, "final_at": now}
    return connection.execute(update(outbox).where(_waiting(program_id)).values(called_back)).rowcount


def remove(connection: Connection, program_id: int) -> None:
    """Take a program out with all it holds; its people stay."""
    mine = memberships.c
    people = BitMap(connection.execute(select(mine.learner_id).where(mine.program_id == program_id)).scalars())
    for table in _FACTS:
        connection.execute(delete(table).where(table.c.membership_id.in_(_ids(program_id))))
    connection.execute(update(outbox).where(outbox.c.membership_id.in_(_ids(program_id))).values(membership_id=None))
    connection.execute(delete(memberships).where(mine.program_id == program_id))
    connection.execute(delete(programs).where(programs.c.id == program_id))
    totals.derive(connection, select(learners.c.id).where(among(connection, learners.c.id, people)))


def _ids(program_id: int) -> Select[tuple[int]]:
    return select(memberships.c.id).where(memberships.c.program_id == program_id)


def _unfinished(program_id: int) -> Any:
    return (messages.c.program_id == program_id) & messages.c.state.in_(_UNFINISHED)


def _waiting(program_id: int) -> Any:
    """Mails to its people about it, and those of its messages."""
    own = select(messages.c.id).where(messages.c.program_id == program_id)
    about = outbox.c.membership_id.in_(_ids(program_id)) | outbox.c.message_id.in_(own)
    return about & outbox.c.state.in_(_NOT_BEGUN)


def _count(connection: Connection, table: Table, condition: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one())
