"""The catalogue as lists: every course and specialization the organization knows, from a catalogue file or only from a
report. It tells nothing about people, so any administrator may see all of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store import catalogue as store_catalogue
from ..store.engine import Store


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course by its public id; blank is unknown. `skills` are name and relevance (0..1), the most relevant first;
    `assessments` counts all its graded and practice work, `in_catalogue` is false for a course known only from a
    report."""

    id: str
    slug: str
    name: str
    partner: str
    course_type: str
    level: str
    workload_hours: float | None
    skills: tuple[tuple[str, float], ...]
    assessments: int
    in_catalogue: bool


def courses(store: Store, actor: Actor) -> Iterator[CourseRow]:
    """Every course by name."""
    actor.require(Right.READ)
    with store.read() as connection:
        names = {id: clean(name) for id, name in store_catalogue.skill_names(connection).items()}
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
                skills=tuple((names[skill], relevance) for skill, relevance in skills.get(row.id, ())),
                assessments=assessments.get(row.id, 0),
                in_catalogue=row.in_catalogue,
            )


def count(store: Store, actor: Actor) -> int:
    """How many courses there are."""
    actor.require(Right.READ)
    with store.read() as connection:
        return store_catalogue.count(connection)
