"""What tests of mail put into a store, and what they read back from the outbox."""

from typing import Any

from sqlalchemy import insert, select, update

from tui_admin.rules.times import Instant
from tui_admin.store.engine import Store
from tui_admin.store.tables import messages, organization, outbox, suppressions

SENDER = "learning@northwind.example"


def set_up(store: Store, **settings: object) -> None:
    """Give the organization a sender address, and other settings."""
    with store.write() as connection:
        connection.execute(update(organization).values(**{"sender_address": SENDER, "signing_key": "key", **settings}))


def suppress(store: Store, email: str, reason: str = "added") -> None:
    """Put an address on the suppression list."""
    with store.write() as connection:
        values = {"email": email, "reason": reason, "added_at": 0, "added_by": "ana@northwind.example"}
        connection.execute(insert(suppressions).values(values))


def mails(store: Store, **only: object) -> list[dict[str, Any]]:
    """All mails in the order they were queued."""
    query = select(outbox).order_by(outbox.c.id)
    for name, value in only.items():
        query = query.where(outbox.c[name] == value)
    with store.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def settle(store: Store, state: str, at: Instant, **only: object) -> None:
    """Let mails have got so far."""
    settled = update(outbox).values(state=state, final_at=at)
    for name, value in only.items():
        settled = settled.where(outbox.c[name] == value)
    with store.write() as connection:
        connection.execute(settled)


def the_message(store: Store, message_id: int | None) -> dict[str, Any]:
    """A message as it is stored."""
    with store.read() as connection:
        return dict(connection.execute(select(messages).where(messages.c.id == message_id)).mappings().one())
