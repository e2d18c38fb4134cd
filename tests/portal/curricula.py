"""Curricula to act on: a small catalogue, collections put together through the portal, and how they read."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, insert, text

from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.portal.curriculum.reading import COURSE, SPECIALIZATION, Entry
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, specialization_courses, specializations


def course(number: int) -> Entry:
    return COURSE, number


TRACK: Entry = (SPECIALIZATION, 1)
"""`Track`, of the courses 1, 2 and 3."""


def fill_catalogue(store: Store, number: int = 12) -> None:
    """So many courses, and a specialization of the first three."""
    with store.write() as connection:
        rows = [
            {
                "id": n,
                "key": f"c{n}",
                "slug": f"course-{n}",
                "name": f"Course {n}",
                "partner": "Uni",
                "in_catalogue": True,
            }
            for n in range(1, number + 1)
        ]
        connection.execute(insert(courses), rows)
        connection.execute(insert(specializations).values(id=1, slug="track", name="Track", partner="Uni"))
        inside = [{"specialization_id": 1, "position": n, "course_id": n} for n in (1, 2, 3)]
        connection.execute(insert(specialization_courses), inside)


def put_together(store: Store, actor: Actor, slug: str, now: Instant, **shelves: list[Entry]) -> dict[str, int]:
    """Collections with their items, in order; their ids by name."""
    ids = {}
    for name, entries in shelves.items():
        (ids[name],) = collections.create(store, actor, slug, name, now).made
        items.add(store, actor, slug, entries, [ids[name]], now)
    return ids


def told(store: Store, actor: Actor, slug: str) -> dict[str, list[str]]:
    """The keys of what each collection holds, by its name, all in order."""
    found = reading.read(store, actor, slug)
    return {collection.name: [item.key for item in collection.items] for collection in found.collections}


def item_ids(store: Store, actor: Actor, slug: str) -> dict[str, dict[str, int]]:
    """The ids of items by collection and key."""
    found = reading.read(store, actor, slug)
    return {collection.name: {item.key: item.id for item in collection.items} for collection in found.collections}


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database within the block; a statement for many rows counts once."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with store.read() as connection:
        connection.execute(text("SELECT 1"))
    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
