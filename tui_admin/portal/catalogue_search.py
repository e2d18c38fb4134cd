"""The catalogue as one searches it: courses and specializations by words of their name, partner and skills.

It is read once and held, a few kilobytes a thousand entries: over 5,000 of them a key then costs a few milliseconds on
any database.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from ..rules.finding import find, findable
from ..rules.roles import Actor, Right
from ..rules.text import clean, fold
from ..store import catalogue as store_catalogue
from ..store.engine import Store
from . import lookup

Kind = Literal["course", "specialization"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A course or a specialization. `key` is the public id of a course, the slug of a specialization; blank is unknown.

    `skills` of a course are the most relevant first, those of a specialization its courses' in their order;
    `workload_hours` of a specialization is the sum of what is known of its courses. `courses` are the names of its
    courses in their order, none for a course; `collections` the names of those in the program's curriculum that hold
    it, a course also within a specialization (`Start › Python Path`). `in_catalogue` is false for what is known only
    from a report.
    """

    kind: Kind
    id: int
    key: str
    name: str
    partner: str
    level: str
    workload_hours: float | None
    skills: tuple[str, ...]
    courses: tuple[str, ...]
    collections: tuple[str, ...]
    in_catalogue: bool

    @property
    def item(self) -> tuple[Kind, int]:
        """What identifies it among all entries."""
        return self.kind, self.id


class Catalogue:
    """All entries by name, as they were when it was read."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: (fold(entry.name), entry.kind, entry.key))
        self._texts = [findable(entry.name, (entry.partner, *entry.skills)) for entry in self.entries]

    def search(self, typed: str) -> list[int]:
        """The positions of the entries that hold all the words typed, the best matches first (`rules.finding`)."""
        return find(self._texts, typed)


def read(store: Store, actor: Actor, program: str | None = None) -> Catalogue:
    """The whole catalogue; with a program's slug, with what its curriculum holds already.

    Raises NotAllowed for a program the actor has no right to, BadInput for one that is not there.
    """
    actor.require(Right.READ)
    with store.read() as connection:
        held = _held(connection, lookup.program(connection, actor, Right.READ, program).id) if program else {}
        courses = _courses(connection, held)
        return Catalogue([*courses.values(), *_specializations(connection, courses, held)])


def _held(connection: Connection, program: int) -> dict[tuple[Kind, int], tuple[str, ...]]:
    """The collections of a program by what they hold, whole or as part of a specialization."""
    found: dict[tuple[Kind, int], dict[str, None]] = defaultdict(dict)
    for row in store_catalogue.offered(connection, program):
        kind: Kind = "course" if row.course_id else "specialization"
        found[kind, row.course_id or row.specialization_id][clean(row.collection)] = None
    for row in store_catalogue.offered_within(connection, program):
        found["course", row.course_id][f"{clean(row.collection)} › {clean(row.specialization)}"] = None
    return {item: tuple(names) for item, names in found.items()}


def _courses(connection: Connection, held: Mapping[tuple[Kind, int], tuple[str, ...]]) -> dict[int, Entry]:
    names = {id: clean(name) for id, name in store_catalogue.skill_names(connection).items()}
    skills = store_catalogue.skills_of_courses(connection)
    return {
        row.id: Entry(
            kind="course",
            id=row.id,
            key=clean(row.key),
            name=clean(row.name),
            partner=clean(row.partner or ""),
            level=clean(row.level or ""),
            workload_hours=row.workload_hours,
            skills=tuple(names[skill] for skill, _ in skills.get(row.id, ())),
            courses=(),
            collections=held.get(("course", row.id), ()),
            in_catalogue=row.in_catalogue,
        )
        for row in store_catalogue.all_courses(connection)
    }


def _specializations(
    connection: Connection, courses: Mapping[int, Entry], held: Mapping[tuple[Kind, int], tuple[str, ...]]
) -> list[Entry]:
    parts = store_catalogue.courses_of_specializations(connection)
    found = []
    for row in store_catalogue.all_specializations(connection):
        inside = [courses[id] for id in parts.get(row.id, ())]
        hours = [course.workload_hours for course in inside if course.workload_hours is not None]
        entry = Entry(
            kind="specialization",
            id=row.id,
            key=clean(row.slug),
            name=clean(row.name),
            partner=clean(row.partner or ""),
            level="",
            workload_hours=sum(hours) if hours else None,
            skills=tuple(dict.fromkeys(skill for course in inside for skill in course.skills)),
            courses=tuple(course.name for course in inside),
            collections=held.get(("specialization", row.id), ()),
            in_catalogue=bool(inside),
        )
        found.append(entry)
    return found
