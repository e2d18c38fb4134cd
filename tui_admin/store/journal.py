"""SQL of the journal: its head, its entries, and the blocks of rows beside them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from .matching import matches
from .tables import administrator_keys, journal, journal_head, journal_rows

_LOCK = 0x7475695F61646D6E
"""The advisory lock's number on PostgreSQL; SQLite has one writer at a time anyway."""

_BLOCKS_AT_ONCE = 8

EMPTY_HEAD = (0, "")
"""What the first entry follows: no entry, no hash."""

_WITH_KEY = select(journal, administrator_keys.c.comment.label("key_comment")).outerjoin(
    administrator_keys, administrator_keys.c.fingerprint == journal.c.key_fingerprint
)
"""Entries, and what the owner of the key that did it calls the key, while it is registered."""


def lock_head(connection: Connection) -> tuple[int, str]:
    """Keep other writers out until the transaction ends; the newest entry's id and hash, `EMPTY_HEAD` without one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    return read_head(connection)


def read_head(connection: Connection) -> tuple[int, str]:
    """The newest entry's id and hash as the last writer noted them, `EMPTY_HEAD` without one."""
    row = connection.execute(select(journal_head.c.entry_id, journal_head.c.hash)).one_or_none()
    return (row.entry_id, row.hash) if row else EMPTY_HEAD


def add_entry(connection: Connection, values: dict[str, Any]) -> None:
    """Put an entry in; `seal` completes it once its rows are written."""
    connection.execute(insert(journal).values(row_count=0, rows_digest="", hash="", **values))


def add_block(connection: Connection, entry_id: int, block: int, content: bytes) -> None:
    """Put the next block of an entry's rows in."""
    connection.execute(insert(journal_rows).values(entry_id=entry_id, block=block, content=content))


def seal(connection: Connection, entry_id: int, row_count: int, rows_digest: str, entry_hash: str) -> None:
    """Complete an entry with its rows' count and digest and its hash, and make it the head."""
    completed = {"row_count": row_count, "rows_digest": rows_digest, "hash": entry_hash}
    connection.execute(update(journal).where(journal.c.id == entry_id).values(completed))
    connection.execute(delete(journal_head))
    connection.execute(insert(journal_head).values(id=1, entry_id=entry_id, hash=entry_hash))


def change_block(connection: Connection, entry_id: int, block: int, content: bytes) -> None:
    """Put another content into a block of an entry's rows."""
    of_entry = update(journal_rows).where(journal_rows.c.entry_id == entry_id, journal_rows.c.block == block)
    connection.execute(of_entry.values(content=content))


def change_words(connection: Connection, entry_id: int, values: dict[str, Any]) -> None:
    """Give an entry another sentence, other details, another digest of its rows; its hash stays."""
    connection.execute(update(journal).where(journal.c.id == entry_id).values(values))


def of_action(connection: Connection, action: str) -> list[int]:
    """The entries of an action, oldest first."""
    return list(connection.scalars(select(journal.c.id).where(journal.c.action == action).order_by(journal.c.id)))


def hold(connection: Connection, entry_id: int) -> None:
    """Keep an entry until the transaction ends: of two who undo it at once, the second finds that it was undone."""
    connection.execute(select(journal.c.id).where(journal.c.id == entry_id).with_for_update())


def mark_undone(connection: Connection, entry_id: int, undone_by: int) -> None:
    """Note which entry took this one back."""
    connection.execute(update(journal).where(journal.c.id == entry_id).values(undone_by=undone_by))


def page(connection: Connection, actor: str | None, limit: int, before: int | None) -> list[RowMapping]:
    """The newest entries first, at most `limit`, older than entry `before`, of one actor or of all."""
    query = _WITH_KEY.order_by(journal.c.id.desc()).limit(limit)
    if actor is not None:
        query = query.where(journal.c.actor == actor)
    if before is not None:
        query = query.where(journal.c.id < before)
    return list(connection.execute(query).mappings())


def newest_of(connection: Connection, actions: tuple[str, ...], program_id: int | None) -> Iterator[RowMapping]:
    """Entries of these actions, the newest first, of one program or of none, streamed."""
    query = _WITH_KEY.where(journal.c.action.in_(actions), journal.c.program_id == program_id)
    query = query.order_by(journal.c.id.desc())
    yield from connection.execute(query, execution_options={"yield_per": 50}).mappings()


def holding(connection: Connection, actor: str | None, words: str, offset: int, limit: int) -> list[RowMapping]:
    """Entries of one actor or of all whose sentence, action or actor holds the words, the newest first."""
    query = _WITH_KEY.where(_holds(actor, words)).order_by(journal.c.id.desc()).offset(offset).limit(limit)
    return list(connection.execute(query).mappings())


def count(connection: Connection, actor: str | None, words: str) -> int:
    """How many such entries there are."""
    return connection.execute(select(func.count()).select_from(journal).where(_holds(actor, words))).scalar_one()


def _holds(actor: str | None, words: str) -> ColumnElement[bool]:
    own = true() if actor is None else journal.c.actor == actor
    if not words.strip():
        return own
    told = (journal.c.summary, journal.c.action, journal.c.actor)
    return and_(own, or_(*(matches(column, words, exact=False) for column in told)))


def get(connection: Connection, entry_id: int) -> RowMapping | None:
    """One entry."""
    return connection.execute(_WITH_KEY.where(journal.c.id == entry_id)).mappings().one_or_none()


def all_entries(connection: Connection, after: int = 0) -> Iterator[RowMapping]:
    """Every entry after one, oldest first, streamed."""
    query = select(journal).where(journal.c.id > after).order_by(journal.c.id)
    yield from connection.execute(query, execution_options={"yield_per": 500}).mappings()


def block(connection: Connection, entry_id: int, number: int) -> bytes | None:
    """One block of an entry's rows."""
    query = select(journal_rows.c.content).where(journal_rows.c.entry_id == entry_id, journal_rows.c.block == number)
    return connection.execute(query).scalar_one_or_none()


def blocks(connection: Connection, entry_id: int) -> Iterator[tuple[int, bytes]]:
    """The blocks of an entry's rows, oldest first, a few in memory at a time."""
    query = (
        select(journal_rows.c.block, journal_rows.c.content)
        .where(journal_rows.c.entry_id == entry_id)
        .order_by(journal_rows.c.block)
    )
    for row in connection.execute(query, execution_options={"yield_per": _BLOCKS_AT_ONCE}):
        yield row.block, row.content
