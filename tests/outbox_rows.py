"""Messages and their mails put straight into a store, for tests of what delivers them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from tui_admin.rules.mailing import EXPIRES_AFTER, MailState, Purpose
from tui_admin.rules.times import DAY, parse_iso
from tui_admin.store.bulk import insert_rows
from tui_admin.store.engine import Store
from tui_admin.store.tables import delivery_attempts, messages, outbox

NOW = parse_iso("2026-05-01T12:00:00Z")
FROZEN = '{"organization": "Northwind Learning", "sender_address": "learning@northwind.example"}'

_COLUMNS = (
    "message_id",
    "learner_id",
    "membership_id",
    "purpose",
    "dedupe_key",
    "address",
    "fields",
    "attachment",
    "attachment_name",
    "header_id",
    "header_date",
    "state",
    "attempts",
    "next_at",
    "expires_at",
    "final_at",
    "last_code",
    "last_enhanced",
    "last_text",
)


def address(number: int) -> str:
    """The address of the recipient of a number."""
    return f"person{number}@example.com"


def enqueue(
    store: Store,
    count: int,
    *,
    at: int = NOW,
    purpose: Purpose = Purpose.REPORT,
    to: Callable[[int], str] = address,
    first: int = 0,
    message: Mapping[str, Any] = {},
    **mail: Any,
) -> int:
    """Put a message in, with `count` mails to `to(first)` and on; its id. To administrators, unless told otherwise."""
    values = {
        "kind": purpose,
        "state": "sending",
        "created_by": "ana@northwind.example",
        "created_at": at,
        "changed_at": at,
        "subject": "Your courses",
        "body": "Hello,\n\nhow are you getting on?",
        "frozen": FROZEN,
        **message,
    }
    usual = {
        "learner_id": None,
        "membership_id": None,
        "purpose": str(purpose),
        "fields": "{}",
        "attachment": None,
        "attachment_name": None,
        "header_date": at,
        "state": str(MailState.QUEUED),
        "attempts": 0,
        "next_at": at,
        "expires_at": at + EXPIRES_AFTER.get(purpose, DAY),
        **dict.fromkeys(("final_at", "last_code", "last_enhanced", "last_text")),
        **mail,
    }
    with store.write() as connection:
        number: int = connection.execute(insert(messages).values(values).returning(messages.c.id)).scalar_one()

        def rows() -> Iterator[tuple[Any, ...]]:
            for n in range(first, first + count):
                own = {
                    "message_id": number,
                    "dedupe_key": f"{number}.{n}",
                    "address": to(n),
                    "header_id": f"<{number}.{n}@northwind.example>",
                }
                yield tuple(own[name] if name in own else usual[name] for name in _COLUMNS)

        insert_rows(connection, outbox, _COLUMNS, rows())
    return number


def states(store: Store, message_id: int | None = None) -> dict[str, int]:
    """How many mails are in each state, of one message or of all."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    if message_id is not None:
        query = query.where(outbox.c.message_id == message_id)
    with store.read() as connection:
        return {str(state): int(number) for state, number in connection.execute(query)}


def mails(store: Store) -> list[Any]:
    """All rows of the outbox, in the order they were put in."""
    with store.read() as connection:
        return list(connection.execute(select(outbox).order_by(outbox.c.id)))


def fates(store: Store) -> list[tuple[str, str]]:
    """State and Message-ID of every mail."""
    with store.read() as connection:
        return [(state, name) for state, name in connection.execute(select(outbox.c.state, outbox.c.header_id))]


def message(store: Store, message_id: int) -> Any:
    """The row of a message."""
    with store.read() as connection:
        return connection.execute(select(messages).where(messages.c.id == message_id)).one()


def set_state(store: Store, message_id: int, state: str) -> None:
    """Pause, resume or cancel a message."""
    with store.write() as connection:
        connection.execute(update(messages).where(messages.c.id == message_id).values(state=state))


def tries(store: Store) -> Counter[int]:
    """How often each mail was tried, by its id."""
    with store.read() as connection:
        return Counter(connection.scalars(select(delivery_attempts.c.outbox_id)))
