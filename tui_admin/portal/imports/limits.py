"""The limits that an import may pass: it refuses nobody for them, but says so."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from ...store import licenses
from ...store.selection import Scope, within
from ...store.tables import contracts, memberships, programs


def limits_passed(connection: Connection, scope: Scope) -> Iterator[str]:
    """A sentence for each contract with more learners than licenses, and each program with learners past its
    enrollment limit; of the learners of the programs in scope (None: all)."""
    capped = select(contracts.c.id, contracts.c.name).where(contracts.c.licenses.is_not(None))
    names: dict[int, str] = dict(connection.execute(capped).all())
    if names:
        for contract, held in sorted(licenses.count(connection, names, scope).items()):
            if held.over_by:
                yield f"{names[contract]} has more learners than licenses: {held}"
    over = (
        select(programs.c.name, programs.c.enrollment_limit, func.count())
        .join(memberships, memberships.c.program_id == programs.c.id)
        .where(memberships.c.enrolled > programs.c.enrollment_limit, within(programs.c.id, scope))
        .group_by(programs.c.id, programs.c.name, programs.c.enrollment_limit)
        .order_by(programs.c.name)
    )
    for program, limit, learners in connection.execute(over):
        plural = "learner" if learners == 1 else "learners"
        yield f"{learners:,} {plural} of {program} with more than the {limit:,} courses they may take"
