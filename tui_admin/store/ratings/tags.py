"""Which skills a course's attempts are rated in: those it is tagged with, else a stand-in of its partner's domain."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, exists, insert, select

from ...rules.skills.weights import weights
from ..bulk import advance
from ..catalogue import skills_of_courses
from ..tables import assessments, attempts, course_skills, courses, skill_references, skills

UNTAGGED = "untagged courses"

Tagged = tuple[tuple[int, float], ...]
"""The skills of a course, ids and weights that add up to 1, in the order of the ids."""


def tags(connection: Connection) -> dict[int, Tagged]:
    """The skills of each course by its id. Every course with attempts has some; a stand-in that is not made yet has an
    id below 0."""
    told = _told(connection)
    wanted = _stand_ins(connection, told)
    if not wanted:
        return told
    made = {row.name: row.id for row in connection.execute(select(skills.c.id, skills.c.name))}
    missing = sorted({one.name for one in wanted.values()} - set(made))
    made |= {name: -number for number, name in enumerate(missing, 1)}
    return told | {course: ((made[one.name], 1.0),) for course, one in wanted.items()}


def make_stand_ins(connection: Connection) -> None:
    """Make the stand-ins that are missing, and drop those that nothing is rated in any more."""
    found = _stand_ins(connection, _told(connection)).values()
    wanted, domains = {one.name for one in found}, {one.name: one.domain for one in found}
    rated = select(skill_references.c.skill_id)
    taught = exists().where(course_skills.c.skill_id == skills.c.id)
    unused = skills.c.stand_in & skills.c.name.not_in(wanted) & skills.c.id.not_in(rated) & ~taught
    connection.execute(delete(skills).where(unused))
    advance(connection, skills)
    for name in sorted(wanted - set(connection.scalars(select(skills.c.name)))):
        connection.execute(insert(skills).values(name=name, domain=domains[name], stand_in=True))


def _told(connection: Connection) -> dict[int, Tagged]:
    return {course: _weighed(found) for course, found in skills_of_courses(connection).items()}


def _weighed(found: list[tuple[int, float]]) -> Tagged:
    ordered = sorted(found)
    shares = weights([relevance for _, relevance in ordered])
    return tuple((skill, share) for (skill, _), share in zip(ordered, shares, strict=True))


class _StandIn(NamedTuple):
    """What stands in for a course's skills: its name, and the domain it is of where one is known."""

    name: str
    domain: str | None


def _stand_ins(connection: Connection, told: Mapping[int, Tagged]) -> dict[int, _StandIn]:
    """What stands in for the skills of each untagged course with attempts: the domain that most skills of its partner's
    courses are of, the partner's own name where none says, the course's where that is not known either."""
    tried = select(assessments.c.course_id).where(exists().where(attempts.c.assessment_id == assessments.c.id))
    untagged = set(connection.scalars(tried.distinct())) - set(told)
    if not untagged:
        return {}
    domain_of = dict(connection.execute(select(skills.c.id, skills.c.domain)).all())
    rows: list[Any] = list(connection.execute(select(courses.c.id, courses.c.name, courses.c.partner)))
    domains: dict[str | None, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for skill, _ in told.get(row.id, ()):
            if domain := domain_of[skill]:
                domains[row.partner][domain] += 1

    def of(row: Any) -> _StandIn:
        found = domains.get(row.partner) if row.partner else None
        domain = min(found, key=lambda domain: (-found[domain], domain)) if found else None
        return _StandIn(f"{domain or row.partner or row.name} ({UNTAGGED})", domain)

    return {row.id: of(row) for row in rows if row.id in untagged}
