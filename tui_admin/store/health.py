"""What a database says of its own state."""

from sqlalchemy import Connection, func, select, text

from ..rules.mailing import PENDING, MailState
from .tables import outbox


def faults(connection: Connection) -> list[str]:
    """What the database finds wrong with itself, at most a few; PostgreSQL checks its pages as it reads them."""
    if connection.dialect.name != "sqlite":
        return []
    found = [str(line) for line in connection.execute(text("PRAGMA quick_check(3)")).scalars() if line != "ok"]
    broken = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    return found + [f"rows of {table} point to nothing" for table in sorted(broken)]


def unsettled_mails(connection: Connection) -> dict[MailState, int]:
    """How many mails are neither sent nor given up, by how far they got; those in doubt are among them."""
    states = sorted((*PENDING, MailState.UNKNOWN))
    query = select(outbox.c.state, func.count()).where(outbox.c.state.in_(states)).group_by(outbox.c.state)
    return {MailState(state): int(count) for state, count in connection.execute(query)}
