"""SQL of the public keys that sign administrators in over SSH."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from .tables import administrator_keys as keys
from .tables import administrators

_KEYS = select(keys, administrators.c.email, administrators.c.email_shown).join_from(keys, administrators)


def listed(connection: Connection, administrator_id: int | None) -> Sequence[Row[Any]]:
    """The keys of one administrator, or of all (None), with whose they are: by address, then the oldest first."""
    query = _KEYS.order_by(administrators.c.email, keys.c.added_at, keys.c.id)
    if administrator_id is not None:
        query = query.where(keys.c.administrator_id == administrator_id)
    return connection.execute(query).all()


def by_fingerprint(connection: Connection, fingerprint: str) -> Row[Any] | None:
    """The key of a whole fingerprint, with whose it is."""
    return connection.execute(_KEYS.where(keys.c.fingerprint == fingerprint)).one_or_none()


def beginning_with(connection: Connection, fingerprint: str, administrator_id: int | None) -> Sequence[Row[Any]]:
    """The keys whose fingerprint begins so, of one administrator or of all (None); two are enough to know it is not
    told whose is meant."""
    column = keys.c.fingerprint
    query = _KEYS.where(func.substr(column, 1, len(fingerprint)) == fingerprint).order_by(column).limit(2)
    if administrator_id is not None:
        query = query.where(keys.c.administrator_id == administrator_id)
    return connection.execute(query).all()


def signs_in(connection: Connection, fingerprint: str, administrator_id: int) -> bool:
    """Whether a key is this administrator's."""
    query = select(keys.c.administrator_id).where(
        keys.c.fingerprint == fingerprint, keys.c.administrator_id == administrator_id
    )
    return connection.execute(query).one_or_none() is not None


def add(connection: Connection, administrator_id: int, values: dict[str, Any]) -> None:
    """Register a key."""
    connection.execute(insert(keys).values(administrator_id=administrator_id, **values))


def remove(connection: Connection, fingerprint: str) -> None:
    """Let a key sign nobody in any more."""
    connection.execute(delete(keys).where(keys.c.fingerprint == fingerprint))


def remove_all(connection: Connection, administrator_id: int) -> list[str]:
    """Let no key of an administrator sign them in any more; their fingerprints."""
    removed = delete(keys).where(keys.c.administrator_id == administrator_id).returning(keys.c.fingerprint)
    return sorted(connection.execute(removed).scalars())


def used(connection: Connection, fingerprint: str, at: int) -> None:
    """Note when a key signed in last."""
    of = keys.c.fingerprint == fingerprint
    connection.execute(update(keys).where(of).values(last_used_at=at))
