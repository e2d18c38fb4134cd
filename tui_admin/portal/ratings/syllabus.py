"""What attempts are rated by beside the model: assessments with their courses, and the courses' skills, by place."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from ...rules.skills.model import Tags
from ...store.ratings import input as store_input
from ...store.ratings.tags import Tagged, tags

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Syllabus:
    """Assessments in the order of their courses: an assessment's place is where it stands in `assessments`, a course's
    and a skill's where their ids do. `digest` says whether anything of it changed, pass marks included."""

    assessments: Ints
    course: Ints
    """Of each assessment, the place of its course."""
    courses: Ints
    skills: Ints
    tagged: tuple[Tags, ...]
    """Of each course, weights and places of its skills."""
    digest: str

    @property
    def is_whole(self) -> bool:
        """Whether all its skills lie in the store; a stand-in may be still to be made."""
        return not len(self.skills) or int(self.skills[0]) > 0

    @cached_property
    def tags(self) -> list[Tags]:
        """Of each assessment, the skills of its course."""
        return [self.tagged[course] for course in self.course.tolist()]

    @cached_property
    def by_id(self) -> "Places":
        """The places of assessments by their ids."""
        return Places(self.assessments)


class Places:
    """Where ids stand in a list of them."""

    def __init__(self, ids: Ints) -> None:
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]

    def of(self, ids: Ints) -> NDArray[np.int32]:
        """The places of ids, all of which stand in the list."""
        return self._order[np.searchsorted(self._sorted, ids)].astype(np.int32)


def read(connection: Connection) -> Syllabus:
    """The syllabus as the store holds it; assessments of courses without any skill are left out."""
    return arranged([tuple(row) for row in store_input.work(connection)], tags(connection))


def arranged(work: list[tuple[int, int, float | None, float | None]], tagged: Mapping[int, Tagged]) -> Syllabus:
    """A syllabus of assessments (id, course, most, pass mark; by course) and of the skills of courses."""
    rows = [row for row in work if row[1] in tagged]
    courses = sorted({row[1] for row in rows})
    skills = sorted({skill for course in courses for skill, _ in tagged[course]})
    place = {skill: number for number, skill in enumerate(skills)}
    by_course = {course: number for number, course in enumerate(courses)}
    said = json.dumps([rows, [(course, tagged[course]) for course in courses]])
    return Syllabus(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([by_course[row[1]] for row in rows], dtype=np.int64),
        np.array(courses, dtype=np.int64),
        np.array(skills, dtype=np.int64),
        tuple(tuple((share, place[skill]) for skill, share in tagged[course]) for course in courses),
        hashlib.sha256(said.encode()).hexdigest(),
    )
