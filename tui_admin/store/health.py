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


def waiting_mail(connection: Connection) -> int:
    """How many mails are not sent, refused or given up yet."""
    query = select(func.count()).select_from(outbox).where(outbox.c.state.in_(sorted((*PENDING, MailState.UNKNOWN))))
    return int(connection.execute(query).scalar_one())
