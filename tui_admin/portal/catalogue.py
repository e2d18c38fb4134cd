"""The catalogue: every course the organization knows, from a catalogue file or only from a report."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store import catalogue as store_catalogue
from ..store.engine import Store


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course by its public id; blank is unknown. `assessments` counts all its graded and practice work,
    `in_catalogue` is false for a course known only from a report."""

    id: str
    slug: str
    name: str
    partner: str
    course_type: str
    level: str
    workload_hours: float | None
    skills: tuple[str, ...]
    assessments: int
    in_catalogue: bool


def courses(store: Store, actor: Actor) -> Iterator[CourseRow]:
    """Every course by name. It tells nothing about people, so any administrator may see all of it."""
    actor.require(Right.READ)
    with store.read() as connection:
        skills = store_catalogue.skills_of_courses(connection)
        assessments = store_catalogue.assessment_counts(connection)
        for row in store_catalogue.all_courses(connection):
            yield CourseRow(
                id=clean(row.key),
                slug=clean(row.slug or ""),
                name=clean(row.name),
                partner=clean(row.partner or ""),
                course_type=clean(row.course_type or ""),
                level=clean(row.level or ""),
                workload_hours=row.workload_hours,
                skills=tuple(clean(name) for name in skills.get(row.id, ())),
                assessments=assessments.get(row.id, 0),
                in_catalogue=row.in_catalogue,
            )


def count(store: Store, actor: Actor) -> int:
    """How many courses there are."""
    actor.require(Right.READ)
    with store.read() as connection:
        return store_catalogue.count(connection)
