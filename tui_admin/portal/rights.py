"""Who acts: signing in, and the rights as they stand inside a writing transaction."""

import getpass
from dataclasses import replace

from sqlalchemy import Connection

from ..rules.addresses import canonical
from ..rules.errors import BadInput, NotAllowed, UsageError
from ..rules.roles import Actor, Right, Role
from ..rules.times import Instant
from ..store import administrators as store_administrators
from ..store.engine import Store
from . import organization


def sign_in(store: Store, email: str | None) -> Actor:
    """The administrator of an address, as the store knows them at this moment.

    Without one, the owner of an embedded store acts as organization admin. Raises UsageError where a shared store is
    not told who acts, NotAllowed for anybody who is no administrator.
    """
    if email is None and store.dialect != "sqlite":
        raise UsageError(f"The shared store {store.label} must be told who acts: add --as EMAIL.")
    with store.read() as connection:
        if email is not None:
            return _known(connection, _address(email))
        owner = store_administrators.owner(connection)
        return Actor(owner.email if owner else owner_address(), Role.ORGANIZATION)


def scope(actor: Actor) -> frozenset[int] | None:
    """The ids of the programs an administrator may see; None means all."""
    return None if actor.role is Role.ORGANIZATION else actor.programs or frozenset()


def admit(connection: Connection, actor: Actor, now: Instant, right: Right, program: int | None = None) -> Actor:
    """The actor with the rights of this moment, inside a writing transaction; call it first in every one.

    A right that was changed since signing in holds from here on. The first write to an embedded store creates the
    organization, with the actor as its owner. Raises NotAllowed.
    """
    if connection.dialect.name == "sqlite" and not organization.exists(connection):
        actor.require(right, program)
        organization.ensure(connection, now, email=actor.email)
        return actor
    fresh = renewed(connection, actor)
    fresh.require(right, program)
    return fresh


def renewed(connection: Connection, actor: Actor) -> Actor:
    """The actor with the rights of this moment. Raises NotAllowed for one who was removed."""
    if connection.dialect.name == "sqlite" and not organization.exists(connection):
        return actor
    return replace(_known(connection, actor.email), key=actor.key)


def owner_address() -> str:
    """The owner of an embedded store that has no administrator yet: this computer's user."""
    return f"{getpass.getuser().casefold()}@localhost"


def _known(connection: Connection, email: str) -> Actor:
    row = store_administrators.by_email(connection, email)
    if row is None:
        hint = "" if store_administrators.any_present(connection) else "; it has none yet: run tui-admin init"
        raise NotAllowed(f"{email} is no administrator of this store{hint}.")
    if row.role == store_administrators.ORGANIZATION:
        return Actor(row.email, Role.ORGANIZATION)
    return Actor(row.email, Role.PROGRAM, store_administrators.programs_of(connection, row.id))


def _address(text: str) -> str:
    """`USER@localhost` is no address anybody could write to, but it signs its owner in."""
    try:
        return canonical(text)
    except BadInput:
        return text.strip().casefold()
