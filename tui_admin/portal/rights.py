"""Who acts: signing in, and the rights as they stand inside a writing transaction."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from ..rules.addresses import canonical
from ..rules.errors import BadInput, NotAllowed, RightsChanged, UsageError
from ..rules.public_keys import short
from ..rules.roles import Actor, Right, Role
from ..rules.times import Instant
from ..store import administrators as store_administrators
from ..store import journal as store_journal
from ..store import keys as store_keys
from ..store.engine import Store
from . import organization


def sign_in(store: Store, email: str | None, key: str | None = None) -> Actor:
    """The administrator of an address, as the store knows them at this moment; over SSH with the fingerprint of their
    key.

    Without one, the owner of an embedded store acts as organization admin. Raises UsageError where a shared store is
    not told who acts, NotAllowed for anybody who is no administrator and for a key that is not theirs.
    """
    if email is None and store.dialect != "sqlite":
        raise UsageError(f"The shared store {store.label} must be told who acts: add --as EMAIL.")
    with store.read(guarded=False) as connection:
        if email is not None:
            return _known(connection, address_of(email), key)
        owner = store_administrators.owner(connection)
        return Actor(owner.email if owner else owner_address(), Role.ORGANIZATION)


def hold_to(store: Store, actor: Actor) -> None:
    """From here on refuse whatever is asked of the store once the rights of this administrator are no longer those of
    `actor`: for a console, whose screens go on asking as whoever signed in. Costs a row, where nobody wrote meanwhile.

    Signing in again works, and another `hold_to` takes this one's place; a store without an organization gets its
    administrators yet. What is asked raises RightsChanged.
    """
    seen = store_journal.EMPTY_HEAD

    def check(connection: Connection) -> None:
        nonlocal seen
        if (head := store_journal.read_head(connection)) == seen:
            return
        try:
            fresh = renewed(connection, actor)
        except NotAllowed as error:
            raise RightsChanged(str(error)) from None
        if fresh != actor:
            raise RightsChanged("Your rights were changed just now.")
        seen = head

    with store.read(guarded=False) as connection:
        store.guard = check if organization.exists(connection) else None


def scope(actor: Actor) -> frozenset[int] | None:
    """The ids of the programs an administrator may see; None means all."""
    return None if actor.role is Role.ORGANIZATION else actor.programs or frozenset()


def admit(connection: Connection, actor: Actor, now: Instant, right: Right, program: int | None = None) -> Actor:
    """The actor with the rights of this moment, inside a writing transaction; call it first in every one.

    A right that was changed since signing in holds from here on. The first write to an embedded store creates the
    organization, with the actor as its owner. Raises NotAllowed.
    """
    if _is_new(connection, actor):
        actor.require(right, program)
        organization.ensure(connection, now, email=actor.email)
        return actor
    fresh = renewed(connection, actor)
    fresh.require(right, program)
    return fresh


@contextmanager
def alone(store: Store, actor: Actor, now: Instant, right: Right) -> Iterator[tuple[Connection, Actor]]:
    """A transaction to change rights or keys, in which nobody else writes until it ends, and the actor as they are
    within it: of two who act at once, the second decides on what the first made. Raises NotAllowed."""
    with store.write() as connection:
        store_journal.lock_head(connection)
        yield connection, admit(connection, actor, now, right)


def renewed(connection: Connection, actor: Actor) -> Actor:
    """The actor with the rights of this moment. Raises NotAllowed for one who was removed, or whose key was."""
    return actor if _is_new(connection, actor) else _known(connection, actor.email, actor.key)


def owner_address() -> str:
    """The owner of an embedded store that has no administrator yet: this computer's user."""
    return f"{getpass.getuser().casefold()}@localhost"


def address_of(text: str) -> str:
    """The address of an administrator as it is compared: `USER@localhost` is none that anybody could write to, but it
    signs its owner in."""
    try:
        return canonical(text)
    except BadInput:
        return text.strip().casefold()


def _is_new(connection: Connection, actor: Actor) -> bool:
    """Whether an embedded store has no organization yet; nobody has a key there."""
    return connection.dialect.name == "sqlite" and actor.key is None and not organization.exists(connection)


def _known(connection: Connection, email: str, key: str | None) -> Actor:
    row = store_administrators.by_email(connection, email)
    if row is None:
        hint = "" if store_administrators.any_present(connection) else "; it has none yet: run tui-admin init"
        raise NotAllowed(f"{email} is no administrator of this store{hint}.")
    if key is not None and not store_keys.signs_in(connection, key, row.id):
        raise NotAllowed(f"The key {short(key)} signs {email} in no more: it was removed. Log in with another.")
    if row.role == store_administrators.ORGANIZATION:
        return Actor(row.email, Role.ORGANIZATION, key=key)
    return Actor(row.email, Role.PROGRAM, store_administrators.programs_of(connection, row.id), key)
