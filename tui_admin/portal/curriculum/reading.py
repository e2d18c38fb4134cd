"""A program's curriculum as it is: read whole in a handful of queries, with what stands in it twice."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...store import curriculum as store_curriculum
from ...store.engine import Store
from .. import lookup
from ..catalogue_search import Kind

COURSE: Kind = "course"
SPECIALIZATION: Kind = "specialization"

Entry = tuple[Kind, int]
"""A course or a specialization of the catalogue, by its id."""


def entry_of(course: int | None, specialization: int | None) -> Entry:
    """What an item is, by the columns that say so."""
    return (COURSE, course) if course is not None else (SPECIALIZATION, specialization or 0)


@dataclass(frozen=True, slots=True)
class Course:
    """A course: `key` is its public id; `also` are the collections that hold it in another item, by id, in their order;
    this collection is among them where it holds the course twice."""

    id: int
    key: str
    name: str
    partner: str
    hours: float | None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A course or specialization at its place in a collection. `key` is a course's public id, a specialization's slug;
    `courses` are those of a specialization, in order; `also` as in `Course`, of a specialization the collections that
    hold the whole of it too."""

    id: int
    kind: Kind
    entry: int
    key: str
    name: str
    partner: str
    hours: float | None
    courses: tuple[Course, ...] = ()
    also: tuple[int, ...] = ()

    @property
    def repeated(self) -> bool:
        """Whether the item, or a course within it, stands in another item as well."""
        return bool(self.also) or any(course.also for course in self.courses)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection with its items, in order."""

    id: int
    name: str
    description: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The collections of a program, in order."""

    slug: str
    program: str
    collections: tuple[Collection, ...]


def read(store: Store, actor: Actor, slug: str) -> Curriculum:
    """The curriculum of a program.

    Raises BadInput where there is no such program, NotAllowed where it is not the administrator's.
    """
    actor.require(Right.READ)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.READ, slug)
        return of_program(connection, program)


def of_program(connection: Connection, program: Row[Any]) -> Curriculum:
    """The curriculum of a program, within a transaction."""
    collections = store_curriculum.collection_rows(connection, program.id)
    rows = store_curriculum.described_items(connection, program.id)
    inside = {
        specialization: list(found)
        for specialization, found in groupby(
            store_curriculum.specialization_course_rows(connection, program.id), lambda row: int(row[0])
        )
    }
    repeats = _Repeats([row.id for row in collections], rows, inside)
    items: dict[int, list[Item]] = defaultdict(list)
    for row in rows:
        items[row.collection_id].append(_item(row, inside, repeats))
    found = (
        Collection(row.id, clean(row.name), clean_lines(row.description or ""), tuple(items[row.id]))
        for row in collections
    )
    return Curriculum(program.slug, clean(program.name), tuple(found))


def clean_lines(text: str) -> str:
    """Text of several lines, each as `clean` makes it."""
    return "\n".join(map(clean, text.split("\n")))


class _Repeats:
    """Which items hold each course and each specialization, and so where else something stands."""

    def __init__(self, order: list[int], rows: list[Any], inside: Mapping[int, list[Row[Any]]]) -> None:
        self._place = {collection: place for place, collection in enumerate(order)}
        self._homes: dict[Entry, list[tuple[int, int]]] = defaultdict(list)
        for item, collection, course, specialization, *_ in rows:
            home = (item, collection)
            self._homes[entry_of(course, specialization)].append(home)
            for within in inside.get(specialization, ()):
                self._homes[COURSE, within.id].append(home)

    def also(self, entry: Entry, item: int) -> tuple[int, ...]:
        """The collections that hold an entry in another item than this."""
        homes = self._homes[entry]
        if len(homes) < 2:
            return ()
        return tuple(sorted({home for other, home in homes if other != item}, key=self._place.__getitem__))


def _item(row: Row[Any], inside: Mapping[int, list[Row[Any]]], repeats: _Repeats) -> Item:
    entry = entry_of(row.course_id, row.specialization_id)
    courses = tuple(
        Course(
            course.id,
            clean(course.key),
            clean(course.name),
            clean(course.partner or ""),
            course.workload_hours,
            repeats.also((COURSE, course.id), row.id),
        )
        for course in inside.get(row.specialization_id, ())
    )
    known = [course.hours for course in courses if course.hours is not None]
    return Item(
        row.id,
        *entry,
        clean(row.key),
        clean(row.name),
        clean(row.partner or ""),
        sum(known) if known else row.workload_hours,
        courses,
        repeats.also(entry, row.id),
    )
