"""What the journal says of a curriculum: who changed a thing since, and who took it away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection

from ...rules.text import clean
from ...store import journal as store_journal
from .. import journal
from ..journal import Entry

COLLECTIONS = "collections"
"""Where the details of an entry hold what became of collections; its rows hold what became of items."""

WORDS = frozenset({"name", "description"})


class Action(StrEnum):
    """What is done to a curriculum, in the journal's words."""

    CREATE = "create collection"
    CHANGE = "change collection"
    DELETE = "delete collection"
    ARRANGE = "arrange collections"
    ADD = "add to curriculum"
    REMOVE = "remove from curriculum"
    MOVE = "move in curriculum"
    COPY = "copy in curriculum"
    IMPORT = "import curriculum"


@dataclass(slots=True)
class Since:
    """Who changed what after an entry and was not undone: by id the newest entry that touched the item, that worded
    the collection, and that placed, made or deleted it."""

    items: dict[int, Entry] = field(default_factory=dict)
    worded: dict[int, Entry] = field(default_factory=dict)
    placed: dict[int, Entry] = field(default_factory=dict)


def changed_since(connection: Connection, program_id: int, since: int) -> Since:
    """All that entries newer than `since` changed in a program's curriculum."""
    found = Since()
    for entry in _standing(connection, program_id, since):
        for id, before, after in entry.details.get(COLLECTIONS, ()):
            keys = (before or {}).keys() | (after or {}).keys()
            if before is None or after is None or keys & WORDS:
                found.worded.setdefault(id, entry)
            if before is None or after is None or keys - WORDS:
                found.placed.setdefault(id, entry)
        for id, _, _ in journal.rows(connection, entry.id):
            found.items.setdefault(id, entry)
    return found


def who_deleted(connection: Connection, program_id: int, collection: int) -> str:
    """` teo@… did “Deleted collection Basics”`, as the newest entry has it; empty where the journal does not tell."""
    for entry in _standing(connection, program_id, 0):
        for id, _, after in entry.details.get(COLLECTIONS, ()):
            if id == collection and after is None:
                return told(entry)
    return ""


def who_removed(connection: Connection, program_id: int, item: int) -> str:
    """The same of an item."""
    for entry in _standing(connection, program_id, 0):
        for id, _, after in journal.rows(connection, entry.id):
            if id == item and after is None:
                return told(entry)
    return ""


def newest(connection: Connection, program_id: int) -> str:
    """Who changed the curriculum last, and how; empty where nobody did."""
    return next((told(entry) for entry in _standing(connection, program_id, 0)), "")


def told(entry: Entry) -> str:
    """Who did it and what it was, to stand within a sentence."""
    return f"{clean(entry.actor)}, {clean(entry.summary)!r}"


def _standing(connection: Connection, program_id: int, since: int) -> Iterator[Entry]:
    for row in store_journal.newest_of(connection, tuple(Action), program_id):
        if row["id"] <= since:
            return
        if row["undone_by"] is None:
            yield journal.as_entry(row)
