"""Public keys: what signs an administrator in over SSH. Everybody sees, adds and removes their own; an organization
admin those of anybody."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import SQLAlchemyError

from ..rules.errors import ConsoleError, UsageError
from ..rules.public_keys import parse_key, short
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store import administrators as store_administrators
from ..store import keys as store_keys
from ..store.engine import Store
from . import journal, rights

ADD, REMOVE = "add key", "remove key"

_PATIENCE = 0.25
"""Seconds that noting a login may wait for others who write."""

_PREFIX = "SHA256:"


@dataclass(frozen=True, slots=True)
class Key:
    """A registered key: whose, its type, fingerprint and comment, when it was added and when it signed in last."""

    email: str
    type: str
    fingerprint: str
    comment: str
    added_at: Instant
    last_used_at: Instant | None

    @property
    def label(self) -> str:
        """How a person tells it from others: its comment, else where its fingerprint begins."""
        return self.comment or short(self.fingerprint)


def listing(store: Store, actor: Actor, email: str | None = None) -> list[Key]:
    """The keys of an administrator; without an address all that the actor may see.

    Raises NotAllowed for somebody else's, UsageError for nobody's.
    """
    actor.require(Right.READ)
    if email is None and not actor.may(Right.PERMISSIONS):
        email = actor.email
    with store.read() as connection:
        whose = None if email is None else _whose(connection, actor, email).id
        return [_key(row) for row in store_keys.listed(connection, whose)]


def add(store: Store, actor: Actor, email: str, content: str, now: Instant) -> str:
    """Register the public key that a line or file holds for an administrator; says which.

    Raises BadInput for what is no key that signs in, UsageError where it is registered already, NotAllowed for
    somebody else's.
    """
    actor.require(Right.READ)
    key = parse_key(content)
    with rights.alone(store, actor, now, Right.READ) as (connection, actor):
        whose = _whose(connection, actor, email)
        known = store_keys.by_fingerprint(connection, key.fingerprint)
        if known is not None:
            raise UsageError(_taken(known, whose, actor))
        values = {"fingerprint": key.fingerprint, "key_type": key.type, "key": key.key, "comment": key.comment}
        store_keys.add(connection, whose.id, {**values, "added_at": now})
        summary = f"Added the {key.type} key {key.comment or short(key.fingerprint)} of {whose.email}"
        journal.append(connection, actor, now, action=ADD, summary=summary, details=_details(whose.email, key))
    return summary


def remove(store: Store, actor: Actor, fingerprint: str, now: Instant) -> str:
    """Let a key sign in nobody any more, by its fingerprint or where that begins; says whose it was. Consoles it
    opened are closed at their next action.

    Raises UsageError where no key or more than one begins so, NotAllowed for somebody else's.
    """
    actor.require(Right.READ)
    with rights.alone(store, actor, now, Right.READ) as (connection, actor):
        row = _named(connection, actor, fingerprint)
        store_keys.remove(connection, row.fingerprint)
        key = _key(row)
        summary = f"Removed the {key.type} key {key.label} of {key.email}"
        journal.append(connection, actor, now, action=REMOVE, summary=summary, details=_details(key.email, key))
    return summary


def registered(store: Store) -> int:
    """How many keys sign somebody in."""
    with store.read() as connection:
        return len(store_keys.listed(connection, None))


def note_login(store: Store, fingerprint: str, now: Instant) -> None:
    """Note that a key signed in. A store that cannot be written just now, or at all, hinders nobody."""
    with suppress(ConsoleError, SQLAlchemyError), store.write(patience=_PATIENCE) as connection:
        store_keys.used(connection, fingerprint, now)


def _whose(connection: Connection, actor: Actor, email: str) -> Row[Any]:
    address = rights.address_of(email)
    if address != actor.email:
        actor.require(Right.PERMISSIONS)
    row = store_administrators.by_email(connection, address)
    if row is None:
        raise UsageError(f"{address} is no administrator of this store; tui-admin admins add makes them one.")
    return row


def _named(connection: Connection, actor: Actor, fingerprint: str) -> Row[Any]:
    text = fingerprint.strip()
    beginning = text if text.startswith(_PREFIX) else _PREFIX + text
    if beginning == _PREFIX:
        raise UsageError("Say which key, by its fingerprint: tui-admin admins keys list shows them.")
    own = None if actor.may(Right.PERMISSIONS) else store_administrators.by_email(connection, actor.email)
    found = store_keys.beginning_with(connection, beginning, None if own is None else own.id)
    if not found:
        raise UsageError(f"No key of yours to remove begins with {text}: tui-admin admins keys list shows them.")
    if len(found) > 1:
        raise UsageError(f"More than one key begins with {text}: write more of its fingerprint.")
    return found[0]


def _taken(known: Row[Any], whose: Row[Any], actor: Actor) -> str:
    if known.administrator_id == whose.id:
        return f"That key signs {whose.email} in already."
    owner = known.email if actor.may(Right.PERMISSIONS) else "another administrator"
    return f"That key signs {owner} in; a key belongs to one person. Make another: ssh-keygen -t ed25519"


def _details(email: str, key: Any) -> dict[str, object]:
    return {"email": email, "fingerprint": key.fingerprint, "type": key.type, "comment": key.comment}


def _key(row: Row[Any]) -> Key:
    return Key(row.email, row.key_type, row.fingerprint, clean(row.comment), row.added_at, row.last_used_at)
