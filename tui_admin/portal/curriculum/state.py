"""What stands where in a curriculum: loaded whole, in three queries, as numbers without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ...rules.positions import Ordered
from ...store import curriculum as store_curriculum
from .reading import COURSE, SPECIALIZATION, Entry, entry_of

Words = tuple[str, str | None]
"""What a collection is called, and how it is described."""


@dataclass(slots=True)
class State:
    """The words of the collections and their order; the order of the items in each; of an item its home, the
    collection it is in, and its entry in the catalogue."""

    words: dict[int, Words]
    order: Ordered
    shelves: dict[int, Ordered]
    homes: dict[int, int]
    entries: dict[int, Entry]

    def copy(self) -> "State":
        """The same, to be changed for itself."""
        shelves = {collection: shelf.copy() for collection, shelf in self.shelves.items()}
        return State(dict(self.words), self.order.copy(), shelves, dict(self.homes), dict(self.entries))

    def items(self) -> Iterable[int]:
        """All items, collection by collection, in their order."""
        return (item for collection in self.order.ids for item in self.shelves[collection].ids)

    def new_collection(self, id: int) -> dict[str, Any]:
        """The row of a collection, without its program."""
        name, description = self.words[id]
        return {"id": id, "position": self.order.positions[id], "name": name, "description": description}

    def new_item(self, id: int) -> dict[str, Any]:
        """The row of an item."""
        (kind, entry), home = self.entries[id], self.homes[id]
        columns = {
            "course_id": entry if kind == COURSE else None,
            "specialization_id": entry if kind == SPECIALIZATION else None,
        }
        return {"id": id, "collection_id": home, "position": self.shelves[home].positions[id], **columns}


def load(connection: Connection, program_id: int) -> State:
    """The curriculum of a program."""
    collections = store_curriculum.collection_rows(connection, program_id)
    positions: dict[int, dict[int, int]] = {row.id: {} for row in collections}
    homes, entries = {}, {}
    rows: list[Any] = store_curriculum.item_rows(connection, program_id)
    for id, collection, position, course, specialization in rows:  # by place: by name takes twice as long
        positions[collection][id] = position
        homes[id] = collection
        entries[id] = entry_of(course, specialization)
    order = Ordered({row.id: row.position for row in collections})
    shelves = {collection: Ordered(places) for collection, places in positions.items()}
    return State({row.id: (row.name, row.description) for row in collections}, order, shelves, homes, entries)
