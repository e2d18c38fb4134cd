"""SQL of a program's Main page and of the list of contracts."""

from typing import Any

from sqlalchemy import Connection, case, func, select

from ..rules.triage import MembershipState
from .tables import contracts, courses, enrollments, memberships, program_contracts

Row = dict[str, Any]


def contract_rows(connection: Connection, contract_ids: set[int] | None) -> list[Row]:
    """Contracts (None: all) with their days, the earliest first, those without a first day last."""
    column = contracts.c
    query = select(column.id, column.name, column.starts_on, column.ends_on)
    if contract_ids is not None:
        query = query.where(column.id.in_(sorted(contract_ids)))
    query = query.order_by(column.starts_on.is_(None), column.starts_on, column.name)
    return [dict(row) for row in connection.execute(query).mappings()]


def programs_of_contracts(connection: Connection) -> dict[int, list[int]]:
    """The ids of the programs that draw on each contract."""
    found: dict[int, list[int]] = {}
    for program, contract in connection.execute(
        select(program_contracts.c.program_id, program_contracts.c.contract_id)
    ):
        found.setdefault(contract, []).append(program)
    return found


def course_counts(connection: Connection, program_id: int) -> list[Row]:
    """The courses that joined members of a program are enrolled in, those with the most enrollments first: how many,
    and how many of them completed it."""
    joined = (memberships.c.program_id == program_id, memberships.c.state == MembershipState.MEMBER)
    counted = (
        select(
            enrollments.c.course_id,
            func.count().label("enrollments"),
            func.count(case((enrollments.c.completed, 1))).label("completions"),
        )
        .join(memberships, memberships.c.id == enrollments.c.membership_id)
        .where(*joined)
        .group_by(enrollments.c.course_id)
        .subquery()
    )
    query = (
        select(courses.c.name, courses.c.slug, counted.c.enrollments, counted.c.completions)
        .join(counted, counted.c.course_id == courses.c.id)
        .order_by(counted.c.enrollments.desc(), courses.c.name)
    )
    return [dict(row) for row in connection.execute(query).mappings()]
