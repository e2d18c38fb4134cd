"""What was done to one person through the console or an import, read back from the journal."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..store import journal as store_journal
from ..store.engine import Store
from . import journal, undo
from .receipts import Subject

_Values = Mapping[str, object] | None

ENTRIES_SEARCHED = 200
"""How far back the journal is searched: its blocks of rows have no index by person."""


@dataclass(frozen=True, slots=True)
class Event:
    """A journal entry that changed this person; `before` and `after` are what it changed of them."""

    entry_id: int
    at: Instant
    actor: str
    action: str
    summary: str
    before: _Values
    after: _Values
    undone: bool


def events(store: Store, actor: Actor, membership_id: int, learner_id: int) -> tuple[Event, ...]:
    """What changed a membership or its learner, the newest first, among the newest `ENTRIES_SEARCHED` journal entries.

    An organization admin sees everybody's entries, a program admin their own, as in the journal.
    """
    actor.require(Right.READ)
    found = []
    ids = {Subject.MEMBERSHIP: membership_id, Subject.LEARNER: learner_id}
    entries = journal.entries(store, actor, limit=ENTRIES_SEARCHED)
    with store.read() as connection:
        for entry in entries:
            subject = _subject(connection, actor, entry)
            if subject not in ids or not entry.row_count:
                continue
            change = _change(connection, entry.id, ids[subject])
            if change is not None:
                before, after = change
                undone = entry.undone_by is not None
                found.append(Event(entry.id, entry.at, entry.actor, entry.action, entry.summary, before, after, undone))
    return tuple(found)


def _subject(connection: Connection, actor: Actor, entry: journal.Entry) -> Subject | None:
    """What an entry's rows number: those of an undo are those of the entry it took back."""
    if entry.undoes is not None:
        return undo.SUBJECTS.get(journal.find(connection, actor, entry.undoes).action)
    return undo.SUBJECTS.get(entry.action)


def _change(connection: Connection, entry_id: int, wanted: int) -> tuple[_Values, _Values] | None:
    """Before and after of one row of an entry; blocks that cannot hold it are not parsed."""
    start = f"[{wanted},".encode()
    for _, content in store_journal.blocks(connection, entry_id):
        block = zlib.decompress(content)
        at = 0 if block.startswith(start) else block.find(b"\n" + start) + 1
        if at or block.startswith(start):
            end = block.find(b"\n", at)
            _, before, after = json.loads(block[at : end if end >= 0 else None])
            return before, after
    return None
