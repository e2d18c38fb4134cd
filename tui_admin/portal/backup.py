"""Backing up a store into one file, and restoring it. The file is a SQLite store whatever database it came from, so a
backup of one restores into the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import durable
from ..rules.errors import BadInput, StoreError, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store import copying
from ..store.engine import Store
from ..store.mail import delivery, senders
from . import journal, rights


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store or backup holds."""

    organization: str
    learners: int
    memberships: int

    def __str__(self) -> str:
        """`Northwind Learning: 28,785 learners, 31,512 memberships`, or `nothing`."""
        if not self.organization and not self.learners:
            return "nothing"
        return f"{self.organization}: {self.learners:,} learners, {self.memberships:,} memberships"


def backup(store: Store, actor: Actor, out: Path) -> Contents:
    """Write the whole store as it is at this moment into a new file; what it holds.

    The file appears under its name only when it is whole. Raises UsageError where the name is taken, BadInput
    where its folder is not there, StoreError where
    it cannot be written.
    """
    actor.require(Right.BACKUP)
    if out.exists():
        raise UsageError(f"There is a file {out} already: name another, or move that away.")
    if not out.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {out.absolute().parent}.")
    if not store.exists:
        raise UsageError(f"The store {store.label} is not there yet: there is nothing to back up.")
    with store.read() as connection:
        rights.renewed(connection, actor).require(Right.BACKUP)
    draft = out.with_name(out.name + ".part")
    with _drafting(draft):
        if store.path:
            copying.copy_file(store.path, draft)
        else:
            _copy_shared(store, draft)
        found = inspect(draft)
        durable.sync_file(draft)
        draft.replace(out)
        durable.sync_folder(out.absolute().parent)
    return found


def inspect(path: Path) -> Contents:
    """What a backup holds. Raises BadInput for a file that is none, StoreError for one of a newer program."""
    _check_file(path)
    store = Store(f"sqlite:///{path}", read_only=True)
    try:
        return _held(store)
    finally:
        store.close()


def contents(store: Store, actor: Actor) -> Contents:
    """What a store holds: to be shown before it is replaced."""
    actor.require(Right.BACKUP)
    return _held(store)


def restore(store: Store, email: str | None, path: Path, now: Instant, *, replace: bool = False) -> Contents:
    """Put a backup into an empty store, or with `replace` in the place of an embedded one; what it holds now.

    Who restores over something must be an organization admin there; into an empty shared store, one of the backup's.
    All or nothing: a crash leaves the store as it was or restored. Consoles open on a replaced store must be opened
    anew. Mail that waits in the backup may have been sent since, so that a worker asks before it sends it. Raises
    UsageError for a store that is not empty or that mail is being sent from, BadInput for a file that is no backup.
    """
    _check_file(path)
    empty = _is_empty(store)
    if not empty:
        rights.sign_in(store, email).require(Right.BACKUP)
    if not empty and not (replace and store.path):
        way_out = "confirm to replace it" if store.path else "restore into an empty database"
        raise UsageError(f"The store {store.label} holds {_held(store)}: {way_out}.")
    if store.read_only:
        raise StoreError(f"The store {store.label} was opened to read only; nothing was changed.")
    draft = _draft_beside(store, path)
    with _drafting(draft):
        copying.copy_file(path, draft)
        copied = Store(f"sqlite:///{draft}")
        copied.create()
        actor = _restorer(store, copied, email, empty)
        actor.require(Right.BACKUP)
        found = _held(copied)
        _journal(copied, actor, now, path)
        copied.close()
        if store.path:
            with senders.alone(store) as free:
                if not free:
                    raise UsageError(f"A worker sends mail from {store.label}: stop it, then restore.")
                _put_in_place(store, draft)
        else:
            _copy_into_shared(copied, store)
    return found


def _restorer(store: Store, copied: Store, email: str | None, empty: bool) -> Actor:
    if not empty:
        return rights.sign_in(store, email)
    if email is None and not store.path:
        raise UsageError(f"The shared store {store.label} must be told who acts: add --as EMAIL.")
    return rights.sign_in(copied, email)


def _journal(copied: Store, actor: Actor, now: Instant, path: Path) -> None:
    with copied.write() as connection:
        summary = f"Restored the backup {clean(path.name)}"
        delivery.came_from_backup(connection)
        journal.append(connection, actor, now, action="restore", summary=summary)


def _put_in_place(store: Store, draft: Path) -> None:
    assert store.path is not None
    copying.stand_alone(draft)
    durable.sync_file(draft)
    store.close()
    if store.path.exists():
        copying.replace_file(draft, store.path)
    else:
        draft.replace(store.path)
        durable.sync_folder(store.path.absolute().parent)


def _copy_shared(store: Store, draft: Path) -> None:
    target = Store(f"sqlite:///{draft}")
    target.create()
    with store.read() as source, target.write() as into:
        copying.copy_tables(source, into)
    target.close()
    copying.stand_alone(draft)


def _copy_into_shared(copied: Store, store: Store) -> None:
    store.create()
    with copied.read() as source, store.write() as into:
        if not copying.is_empty(into):
            raise UsageError(f"The store {store.label} was filled by somebody else meanwhile; nothing was changed.")
        copying.copy_tables(source, into)
    copied.close()


def _draft_beside(store: Store, path: Path) -> Path:
    beside = store.path or path
    beside.parent.mkdir(parents=True, exist_ok=True)
    return beside.with_name(beside.name + ".restoring")


@contextmanager
def _drafting(draft: Path) -> Iterator[None]:
    """Whatever goes wrong, no draft stays; what SQLite and the system say becomes a sentence."""
    try:
        _discard(draft)
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{draft.parent}: {error}. Nothing was changed.") from error
    except OSError as error:
        raise StoreError(
            f"{error.filename or draft} cannot be written: {error.strerror}. Nothing was changed."
        ) from error
    finally:
        _discard(draft)


def _discard(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"There is no backup {path}.")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise BadInput(f"{path} is no backup: it is no store written by tui-admin backup.")


def _held(store: Store) -> Contents:
    with store.read() as connection:
        name, people, members = copying.contents(connection)
    return Contents(clean(name), people, members)


def _is_empty(store: Store) -> bool:
    with store.read() as connection:
        return copying.is_empty(connection)
