"""SQL of messages: what is to be mailed, and how far its mails got."""

from typing import Any

from sqlalchemy import Connection, delete, insert

from .tables import messages


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Put a message in; its id."""
    made = connection.execute(insert(messages).values(values).returning(messages.c.id))
    return int(made.scalar_one())


def drop(connection: Connection, message_id: int) -> None:
    """Take a message away, with all of its mails."""
    connection.execute(delete(messages).where(messages.c.id == message_id))
