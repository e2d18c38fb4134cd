"""A curriculum as an act holds it: changed in memory, then the differences written.

Every act loads the order of the whole curriculum, a few thousand numbers, under the program's lock; so whatever it
does costs the same few statements, and what it did can be told, and taken back, by neighbours rather than by numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from ...rules.positions import Ordered, Spot
from ...store import curriculum as store_curriculum
from .reading import Entry
from .state import State, Words, load


class Bench:
    """The curriculum of a program on which one act works: how it was `before`, how it is `now`, and which collections
    and items the act touched."""

    def __init__(self, connection: Connection, program: Row[Any]) -> None:
        self.connection = connection
        self.program = program
        self.before = load(connection, program.id)
        self.now: State = self.before.copy()
        self.touched: set[int] = set()
        self.touched_collections: set[int] = set()

    def shelf(self, collection: int) -> Ordered:
        """The order of a collection's items; what stands below changes it."""
        return self.now.shelves[collection]

    def held(self, collection: int) -> set[Entry]:
        """What a collection holds."""
        return {self.now.entries[item] for item in self.shelf(collection).ids}

    def create(self, collection: int, words: Words, spot: Spot) -> None:
        """Put a new collection, or one that was deleted, at a spot among the others."""
        self.now.words[collection] = words
        self.now.shelves[collection] = Ordered()
        self.now.order.put([collection], self.now.order.index(spot))
        self.touched_collections.add(collection)

    def word(self, collection: int, words: Words) -> None:
        """Call and describe a collection so."""
        self.now.words[collection] = words
        self.touched_collections.add(collection)

    def move_collections(self, collections: Sequence[int], spot: Spot) -> None:
        """Put collections, one after the other, at a spot among those that stay."""
        self.now.order.take(collections)
        self.now.order.put(collections, self.now.order.index(spot))
        self.touched_collections.update(collections)

    def delete(self, collection: int) -> None:
        """Take a collection out with its items."""
        self.remove(list(self.shelf(collection).ids))
        self.now.order.take([collection])
        del self.now.words[collection], self.now.shelves[collection]
        self.touched_collections.add(collection)

    def add(self, items: Mapping[int, Entry], collection: int, spot: Spot) -> None:
        """Put new items, or removed ones, at a spot in a collection."""
        self.now.entries.update(items)
        self.now.homes.update(dict.fromkeys(items, collection))
        shelf = self.shelf(collection)
        shelf.put(list(items), shelf.index(spot))
        self.touched.update(items)

    def remove(self, items: Collection[int]) -> None:
        """Take items out."""
        self._lift(items)
        for item in items:
            del self.now.entries[item], self.now.homes[item]

    def move(self, items: Sequence[int], collection: int, spot: Spot) -> None:
        """Put items, one after the other, at a spot among those in a collection that stay."""
        self._lift(items)
        self.now.homes.update(dict.fromkeys(items, collection))
        shelf = self.shelf(collection)
        shelf.put(items, shelf.index(spot))

    def _lift(self, items: Collection[int]) -> None:
        self.touched.update(items)
        leaving = defaultdict(list)
        for item in items:
            leaving[self.now.homes[item]].append(item)
        for home, things in leaving.items():
            self.shelf(home).take(things)

    def save(self) -> None:
        """Write what differs: one statement for each kind of difference."""
        connection, before, now = self.connection, self.before, self.now
        store_curriculum.remove_items(connection, before.entries.keys() - now.entries.keys())
        store_curriculum.remove_collections(connection, before.words.keys() - now.words.keys())
        made = sorted(now.words.keys() - before.words.keys())
        store_curriculum.add_collections(connection, self.program.id, [now.new_collection(id) for id in made])
        added = sorted(now.entries.keys() - before.entries.keys())
        store_curriculum.add_items(connection, [now.new_item(id) for id in added])
        for id in before.words.keys() & now.words.keys():
            if now.words[id] != before.words[id]:
                store_curriculum.word_collection(connection, id, *now.words[id])
        moved = now.order.placed & before.words.keys()
        store_curriculum.place_collections(connection, [(id, now.order.positions[id]) for id in moved])
        places = [
            (item, collection, shelf.positions[item])
            for collection, shelf in now.shelves.items()
            for item in shelf.placed & before.entries.keys()
        ]
        store_curriculum.place_items(connection, places)
