"""The journal as a person reads it: entries by pages and words, and what an entry changed, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ..rules.roles import Actor, Right, Role
from ..rules.text import clean
from ..store import fields
from ..store import journal as store_journal
from ..store.engine import Store
from . import journal, rights
from .journal import Entry
from .undo import ACTION, NOT_YOURS, SUBJECTS


@dataclass(frozen=True, slots=True)
class Change:
    """One row of an entry: what people call it, and how it was and is; neither is told of other programs' people."""

    who: str
    before: Any
    after: Any


def page(store: Store, actor: Actor, words: str, offset: int, limit: int) -> list[Entry]:
    """Entries that hold the words (none: all), the newest first; a program admin has only their own."""
    actor.require(Right.READ)
    with store.read() as connection:
        return [journal.as_entry(row) for row in store_journal.holding(connection, _whose(actor), words, offset, limit)]


def count(store: Store, actor: Actor, words: str = "") -> int:
    """How many such entries there are."""
    actor.require(Right.READ)
    with store.read() as connection:
        return store_journal.count(connection, _whose(actor), words)


def changes(store: Store, actor: Actor, entry_id: int, offset: int, limit: int) -> list[Change]:
    """What an entry changed, in the order of its rows. Raises BadInput where the actor has no entry of that number."""
    actor.require(Right.READ)
    with store.read() as connection:
        entry = journal.find(connection, actor, entry_id)
        rows = journal.some_rows(connection, entry.id, offset, limit)
        subject, scope = SUBJECTS.get(_action(connection, actor, entry)), rights.scope(actor)
        ids = [row for row, _, _ in rows]
        names = fields.names_of(connection, subject.value, ids, scope) if subject else {}
    found = []
    for row, before, after in rows:
        if row in names:
            found.append(Change(clean(names[row]), before, after))
        elif subject is None and (scope is None or entry.program_id in scope) and "name" in (after or before):
            found.append(Change(clean((after or before)["name"]), _where(before), _where(after)))
        elif scope is None:
            found.append(Change(f"number {row}", before, after))
        else:
            found.append(Change(NOT_YOURS, None, None))
    return found


def _where(told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Where an item of a curriculum stood: the collection, and its place in it."""
    return told and {key: told[key] for key in ("in", "at")}


def _whose(actor: Actor) -> str | None:
    return None if actor.role is Role.ORGANIZATION else actor.email


def _action(connection: Connection, actor: Actor, entry: Entry) -> str:
    if entry.action != ACTION or entry.undoes is None:
        return entry.action
    return journal.find(connection, actor, entry.undoes).action
