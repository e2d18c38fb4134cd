"""Administrators: who there is, adding and removing them. Adding takes no license.

There is always an organization admin, and nobody changes their own rights.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from ..rules.addresses import canonical
from ..rules.errors import Conflict, NotAllowed, UsageError
from ..rules.roles import Actor, Right, Role
from ..rules.text import clean
from ..rules.times import Instant
from ..store import administrators as store_administrators
from ..store import keys as store_keys
from ..store import programs as store_programs
from ..store.engine import Store
from . import journal, lookup, rights


@dataclass(frozen=True, slots=True)
class Administrator:
    """A person who signs in: the address as typed, and the slugs of a program admin's programs."""

    email: str
    email_shown: str
    role: Role
    programs: tuple[str, ...]
    added_at: Instant
    added_by: str


def listing(store: Store, actor: Actor) -> list[Administrator]:
    """Every administrator, organization admins first, then by address."""
    actor.require(Right.PERMISSIONS)
    with store.read() as connection:
        slugs, programs = _slugs(connection), store_administrators.all_programs(connection)
        return [
            Administrator(
                row.email,
                clean(row.email_shown),
                Role(row.role),
                tuple(sorted(slugs[program] for program in programs.get(row.id, ()))),
                row.added_at,
                row.added_by,
            )
            for row in store_administrators.all_present(connection)
        ]


def add(store: Store, actor: Actor, email: str, now: Instant, *, programs: tuple[str, ...] = ()) -> str:
    """Let a person act within programs (by slug), or in the whole organization without any; says what they may.

    A program admin keeps the programs they have. The sentence shows the address as it is compared, to be read back.
    Raises BadInput for an address or slug that cannot be, UsageError where nothing would change, NotAllowed for one's
    own rights.
    """
    actor.require(Right.PERMISSIONS)
    address = canonical(email)
    with rights.alone(store, actor, now, Right.PERMISSIONS) as (connection, actor):
        _not_oneself(actor, address)
        ids = {lookup.program(connection, actor, Right.PERMISSIONS, slug).id for slug in programs}
        known = store_administrators.by_email(connection, address)
        before = _held(connection, address)
        if known is not None and known.role == store_administrators.ORGANIZATION:
            what = "; remove them first to give them single programs" if ids else ""
            raise UsageError(f"{address} is an organization admin already{what}.")
        role = store_administrators.PROGRAM if ids else store_administrators.ORGANIZATION
        row = store_administrators.put(connection, address, email.strip(), role, now, actor.email)
        had = store_administrators.programs_of(connection, row) if known is not None and ids else frozenset()
        store_administrators.set_programs(connection, row, had | ids)
        return _made(connection, actor, now, "add administrator", address, before)


def assign(
    store: Store,
    actor: Actor,
    email: str,
    programs: tuple[str, ...],
    now: Instant,
    *,
    seen: tuple[str, ...] | None = None,
) -> str:
    """Make exactly these (by slug) the programs of a program admin, of whom one had `seen` those; says which they are.

    Raises Conflict where they are others by now, UsageError for none at all, for no program admin and where nothing
    would change, NotAllowed for one's own rights.
    """
    actor.require(Right.PERMISSIONS)
    address = rights.address_of(email)
    if not programs:
        raise UsageError(f"Without programs {address} may do nothing: remove them, or leave them one.")
    with rights.alone(store, actor, now, Right.PERMISSIONS) as (connection, actor):
        _not_oneself(actor, address)
        ids = {lookup.program(connection, actor, Right.PERMISSIONS, slug).id for slug in programs}
        known, before = store_administrators.by_email(connection, address), _held(connection, address)
        if seen is not None and before != sorted(seen):
            is_now = "no administrator any more" if before is None else _told(before)
            raise Conflict(f"{address} is {is_now} by now; nothing was changed. Look at it, then decide.")
        if known is None or not before:
            raise UsageError(f"{address} is no program admin.")
        store_administrators.set_programs(connection, known.id, frozenset(ids))
        return _made(connection, actor, now, "change administrator", address, before)


def remove(store: Store, actor: Actor, email: str, now: Instant, *, programs: tuple[str, ...] = ()) -> str:
    """Take programs (by slug) from a program admin, or all rights from anybody, and then their keys; says what is left.

    Raises UsageError for the last organization admin and where there is nothing to take, NotAllowed for oneself.
    """
    actor.require(Right.PERMISSIONS)
    address = rights.address_of(email)
    with rights.alone(store, actor, now, Right.PERMISSIONS) as (connection, actor):
        known = store_administrators.by_email(connection, address)
        if known is None:
            raise UsageError(f"{address} is no administrator of this store.")
        if store_administrators.organization_admins(connection) == {known.id}:
            raise UsageError(f"{address} is the last organization admin and stays: add another first.")
        _not_oneself(actor, address)
        before = _held(connection, address)
        _take(connection, actor, known.id, known.role, programs, now)
        after = _held(connection, address)
        summary = f"Made {address} {_told(after)}" if after else f"Removed administrator {address}"
        details: dict[str, object] = {"email": address, "before": before, "after": after}
        if after is None and (keys := store_keys.remove_all(connection, known.id)):
            details["keys"] = keys
        journal.append(connection, actor, now, action="remove administrator", summary=summary, details=details)
    return summary


def _made(
    connection: Connection, actor: Actor, now: Instant, action: str, address: str, before: list[str] | None
) -> str:
    """Journal what somebody may do now, and say it. Raises UsageError where that is what they might `before`."""
    after = _held(connection, address)
    if before == after:
        raise UsageError(f"{address} is an administrator of {', '.join(after or [])} already.")
    summary = f"Made {address} {_told(after)}"
    details = {"email": address, "before": before, "after": after}
    journal.append(connection, actor, now, action=action, summary=summary, details=details)
    return summary


def _take(connection: Connection, actor: Actor, row: int, role: str, programs: tuple[str, ...], now: Instant) -> None:
    if not programs:
        store_administrators.remove(connection, row, now)
        return
    if role == store_administrators.ORGANIZATION:
        raise UsageError("An organization admin has no single programs to take; remove them whole.")
    ids = {lookup.program(connection, actor, Right.PERMISSIONS, slug).id for slug in programs}
    had = store_administrators.programs_of(connection, row)
    if not ids & had:
        raise UsageError(f"They do not administer {', '.join(programs)}.")
    if had - ids:
        store_administrators.set_programs(connection, row, had - ids)
    else:
        store_administrators.remove(connection, row, now)


def _held(connection: Connection, address: str) -> list[str] | None:
    """The slugs of somebody's programs; empty for an organization admin, None for nobody."""
    row = store_administrators.by_email(connection, address)
    if row is None:
        return None
    slugs = _slugs(connection)
    return sorted(slugs[program] for program in store_administrators.programs_of(connection, row.id))


def _slugs(connection: Connection) -> dict[int, str]:
    return {row.id: row.slug for row in store_programs.listed(connection, None)}


def _not_oneself(actor: Actor, address: str) -> None:
    if address == actor.email:
        raise NotAllowed("Nobody changes their own rights: ask another organization admin.")


def _told(programs: list[str] | None) -> str:
    return f"program admin of {', '.join(programs)}" if programs else "organization admin"
