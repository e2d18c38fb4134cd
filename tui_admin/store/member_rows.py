"""Memberships as people see them: whole rows by id, with their statuses and the reason of those at risk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from ..rules.profile import PROFILE
from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import Facts, MembershipState, Status, statuses
from . import risk
from .selection import chosen
from .tables import contracts, learners, memberships, programs
from .tables.people import known_as

BLOCK = 500
"""Rows read by one query when many are asked for."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a row is about: text is made harmless and never None; `email` as it was typed."""

    learner_id: int
    name: str
    email: str
    external_id: str
    opted_out: bool
    manager_name: str
    manager_email: str
    job_title: str
    job_type: str
    business_unit: str
    business_unit_2: str
    city: str
    country: str
    region: str


@dataclass(frozen=True, slots=True)
class MemberRow(Person):
    """A membership. Moments are Instants or None; `hours` None where no report said any."""

    id: int
    program_id: int
    program: str
    program_name: str
    state: str
    statuses: tuple[str, ...]
    reason: str
    enrolled: int
    completed: int
    failed: int
    hours: float | None
    contract: str
    invited_at: Instant | None
    joined_at: Instant | None
    last_activity_at: Instant | None
    removed_at: Instant | None


PERSON_COLUMNS = (
    learners.c.id.label("learner_id"),
    known_as.label("name"),
    learners.c.email,
    learners.c.email_shown,
    learners.c.external_id,
    learners.c.opted_out,
    *(learners.c[name] for name in PROFILE),
)

_MEMBER_COLUMNS = (
    memberships.c.id,
    memberships.c.program_id,
    programs.c.slug.label("program"),
    programs.c.name.label("program_name"),
    memberships.c.state,
    contracts.c.name.label("contract"),
    *(
        memberships.c[name]
        for name in (
            "enrolled",
            "completed",
            "failed",
            "next_deadline",
            "missed_deadline",
            "at_risk_ever",
            "hours",
            "invited_at",
            "joined_at",
            "last_activity_at",
            "removed_at",
        )
    ),
)


def read_rows(connection: Connection, ids: Iterable[int], now: Instant) -> Iterator[MemberRow]:
    """The memberships of these ids that exist, in their order, read block by block."""
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        yield from _read_block(connection, block, now)


def _read_block(connection: Connection, ids: Sequence[int], now: Instant) -> list[MemberRow]:
    query = (
        select(*PERSON_COLUMNS, *_MEMBER_COLUMNS)
        .select_from(memberships)
        .join(learners, learners.c.id == memberships.c.learner_id)
        .join(programs, programs.c.id == memberships.c.program_id)
        .outerjoin(contracts, contracts.c.id == memberships.c.contract_id)
        .where(memberships.c.id.in_(chosen(connection, ids)))
    )
    found = {row["id"]: (row, _statuses(row, now)) for row in connection.execute(query).mappings()}
    at_risk = [id for id, (_, held) in found.items() if Status.AT_RISK in held]
    reasons = risk.reasons(connection, at_risk, now) if at_risk else {}
    return [_member(*found[id], reasons.get(id, "")) for id in ids if id in found]


def _statuses(row: Any, now: Instant) -> tuple[Status, ...]:
    return statuses(
        Facts(
            state=MembershipState(row["state"]),
            joined_at=row["joined_at"],
            last_activity_at=row["last_activity_at"],
            enrolled=row["enrolled"],
            completed=row["completed"],
            failed=row["failed"],
            next_deadline=row["next_deadline"],
            missed_deadline=row["missed_deadline"],
            risk_ever=row["at_risk_ever"],
        ),
        now,
    )


def person_values(row: Any) -> dict[str, Any]:
    """The fields of `Person` in a row that holds `PERSON_COLUMNS`."""
    values = {name: clean(row[name] or "") for name in ("name", "external_id", *PROFILE)}
    email = clean(row["email_shown"] or row["email"] or "")
    return values | {"learner_id": row["learner_id"], "email": email, "opted_out": row["opted_out"]}


def _member(row: Any, held: tuple[Status, ...], reason: str) -> MemberRow:
    return MemberRow(
        **person_values(row),
        id=row["id"],
        program_id=row["program_id"],
        program=row["program"],
        program_name=clean(row["program_name"]),
        state=row["state"],
        statuses=tuple(str(status) for status in held),
        reason=reason,
        enrolled=row["enrolled"],
        completed=row["completed"],
        failed=row["failed"],
        hours=row["hours"],
        contract=clean(row["contract"] or ""),
        invited_at=row["invited_at"],
        joined_at=row["joined_at"],
        last_activity_at=row["last_activity_at"],
        removed_at=row["removed_at"],
    )
