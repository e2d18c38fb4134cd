"""What courses teach, in arrays: each of them spread over its skills."""

from typing import NamedTuple

import numpy as np
from sqlalchemy import select

from ..ratings.tags import tags
from ..tables import courses, skills
from .building import Build
from .columns import Columns, Numbers


class Spread(NamedTuple):
    """Rows spread over the skills of their courses: `row` says which one, `skill` (a position) which skill, `share` how
    much of it (0..1, over its skills 1 in all)."""

    row: Numbers
    skill: Numbers
    share: Numbers


class Teaching:
    """The skills of courses. Courses and skills are positions in their sorted ids; `course`, `skill` and `share` are
    what is taught, in the order of courses."""

    def __init__(self, courses: Numbers, skills: Numbers, course: Numbers, skill: Numbers, share: Numbers) -> None:
        self.courses, self.skills = courses, skills
        self._course, self._skill, self._share = course.astype(np.intp), skill.astype(np.intp), share
        self._place = np.zeros(int(courses[-1]) + 1 if len(courses) else 1, np.intp)
        self._place[courses] = np.arange(len(courses))
        self._count = np.bincount(self._course, minlength=len(courses))
        self._first = np.cumsum(self._count) - self._count

    @classmethod
    def read(cls, columns: Columns) -> "Teaching":
        """That of a version."""
        ids = (columns.whole(table, "id")[0] for table in ("courses", "skills"))
        return cls(*ids, *columns.whole("teaching", "course", "skill", "share"))

    def places(self, course_ids: Numbers) -> Numbers:
        """The positions of courses by id."""
        return self._place[course_ids]

    def spread(self, course: Numbers) -> Spread:
        """Rows, each of a course, over the skills that these teach."""
        counts = self._count[course]
        row = np.repeat(np.arange(len(course)), counts)
        ends = np.cumsum(counts)
        place = self._first[course][row] + np.arange(len(row)) - (ends - counts)[row]
        return Spread(row, self._skill[place], self._share[place])

    def by_skill(self, by_course: Numbers, *, shared: bool = False) -> Numbers:
        """What is known by course, added up by skill: whole, or shared among the skills of a course."""
        amount = by_course[self._course].astype(np.float64)
        return np.bincount(self._skill, amount * self._share if shared else amount, len(self.skills))


def build(build: Build) -> Teaching:
    """Write the columns `skills` (id), `courses` (id) and `teaching` (course and skill, both positions, and share)."""
    (skill_ids,) = build.read(select(skills.c.id).order_by(skills.c.id))
    (course_ids,) = build.read(select(courses.c.id).order_by(courses.c.id))
    known, taught = skill_ids.astype(np.int64), course_ids.astype(np.int64)
    links = sorted((course, skill, share) for course, found in tags(build.connection).items() for skill, share in found)
    whole = np.array(links, np.float64).reshape(-1, 3)
    course = np.searchsorted(taught, whole[:, 0].astype(np.int64))
    skill = np.searchsorted(known, whole[:, 1].astype(np.int64))
    build.writer.write("skills", 0, id=known)
    build.writer.write("courses", 0, id=taught)
    build.writer.write("teaching", 0, course=course, skill=skill, share=whole[:, 2])
    return Teaching(taught, known, course, skill, whole[:, 2])
