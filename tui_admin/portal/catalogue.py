"""The catalogue as lists: every course and specialization the organization knows, from a catalogue file or only from a
report. It tells nothing about people, so any administrator may see all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..rules.finding import Findable, find, findable
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

    @property
    def taught(self) -> tuple[str, ...]:
        """The skills by name."""
        return tuple(name for name, _ in self.skills)


@dataclass(frozen=True, slots=True)
class SpecializationRow:
    """A specialization; blank is unknown. `courses` are the public ids of its courses in their order, none where it is
    known only from a report; `taught` are their skills."""

    slug: str
    name: str
    partner: str
    courses: tuple[str, ...]
    taught: tuple[str, ...]


Listed = TypeVar("Listed", CourseRow, SpecializationRow)


def courses(store: Store, actor: Actor, words: str = "") -> Iterator[CourseRow]:
    """Every course by name; with `words` those that hold them all in name, partner or a skill, the best first."""
    actor.require(Right.READ)
    rows = _courses(store)
    return iter(_found(list(rows), words)) if words.strip() else rows


def specializations(store: Store, actor: Actor, words: str = "") -> list[SpecializationRow]:
    """Every specialization by name; with `words` those that hold them, the best first."""
    actor.require(Right.READ)
    with store.read() as connection:
        names = {id: clean(name) for id, name in store_catalogue.skill_names(connection).items()}
        skills = store_catalogue.skills_of_courses(connection)
        parts = store_catalogue.courses_of_specializations(connection)
        keys = {row.id: clean(row.key) for row in store_catalogue.all_courses(connection)}
        rows = [
            SpecializationRow(
                slug=clean(row.slug),
                name=clean(row.name),
                partner=clean(row.partner or ""),
                courses=tuple(keys[id] for id in parts.get(row.id, ())),
                taught=tuple(
                    dict.fromkeys(names[skill] for id in parts.get(row.id, ()) for skill, _ in skills.get(id, ()))
                ),
            )
            for row in store_catalogue.all_specializations(connection)
        ]
    return _found(rows, words)


def count(store: Store, actor: Actor) -> int:
    """How many courses there are."""
    actor.require(Right.READ)
    with store.read() as connection:
        return store_catalogue.count(connection)


def _found(rows: Sequence[Listed], words: str) -> list[Listed]:
    return [rows[position] for position in find([_text(row) for row in rows], words)]


def _text(row: CourseRow | SpecializationRow) -> Findable:
    return findable(row.name, (row.partner, *row.taught))


def _courses(store: Store) -> Iterator[CourseRow]:
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
