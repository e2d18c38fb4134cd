"""SQL of putting mails into the outbox, many at a time."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, select, text

from ...rules.mailing import PENDING
from ...rules.times import Instant
from .. import health
from ..bulk import insert_rows
from ..tables import outbox
from . import delivery, places

_LOCK = 0x7475695F6D61696C
"""The advisory lock's number on PostgreSQL; SQLite has one writer at a time anyway."""


class Mail(NamedTuple):
    """A mail as it waits in the outbox."""

    message_id: int
    learner_id: int | None
    membership_id: int | None
    purpose: str
    dedupe_key: str
    address: str
    fields: str
    attachment: bytes | None
    attachment_name: str | None
    header_id: str
    header_date: Instant
    state: str
    attempts: int
    next_at: Instant
    expires_at: Instant


def wait_for_others(connection: Connection) -> None:
    """Keep others who queue mail out until the transaction ends: what one may still get, another must see queued."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _settle_in(connection: Connection) -> None:
    """Where a store was moved or copied with nothing waiting, this is its place from now on: no sender of the place it
    was at before can have sent what is queued here."""
    before = delivery.standing(connection).machine
    if before is None or before == (here := places.place(connection, places.machine_id())):
        return
    if not health.unsettled_mails(connection).keys() & PENDING:
        delivery.change(connection, machine=here)


def marked(mark: str, membership_ids: Iterable[int]) -> list[str]:
    """The keys of mails that tell memberships of an occasion by its mark: with it no two of them can be queued."""
    return [f"{mark}.m{id:09}" for id in membership_ids]


def told(connection: Connection, mark: str) -> BitMap:
    """The memberships that mails were ever queued for by a mark, found along the index of the keys alone."""
    start, end = f"{mark}.m", f"{mark}.n"
    keys = connection.scalars(select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.between(start, end)))
    # Where a database orders words without their dots, others lie in between.
    return BitMap(int(key.removeprefix(start)) for key in keys if key.startswith(start))


def put(connection: Connection, mails: Iterable[tuple[Any, ...]]) -> int:
    """Put mails into the outbox, as `Mail` has them; how many."""
    _settle_in(connection)
    return insert_rows(connection, outbox, Mail._fields, mails)
