"""The rows of catalogue files while an import is under way, and which of them cannot be taken.

A catalogue is small beside what people do: it is held in memory, as all that reports name is (`things`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, select

from .. import bulk
from ..tables import courses, specializations
from .things import Named


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a catalogue file: `told` by the fields of its kind, `cells` as it was read."""

    file: int
    line: int
    told: Mapping[str, Any]
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row that cannot be taken: the column and value at fault, and the way out."""

    said: Said
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A course at its place in a specialization, which has a number among the things named."""

    said: Said
    specialization: int
    course: str
    position: int


@dataclass
class CatalogueRows:
    """All rows of an import's catalogue files, in their order. Courses have the number they are named by; `present` are
    the fields that a file has a column for."""

    courses: list[tuple[Said, int]] = field(default_factory=list)
    assessments: list[Said] = field(default_factory=list)
    places: list[Said] = field(default_factory=list)
    skills: list[Said] = field(default_factory=list)
    present: dict[int, frozenset[str]] = field(default_factory=dict)


class Fitting:
    """Tells the rows that can be taken from those that cannot: what names a course that nobody knows, and what repeats
    a course or a position within a specialization of the same file."""

    def __init__(self, connection: Connection, rows: CatalogueRows, named: Named) -> None:
        self.unfit: list[Unfit] = []
        self._coming = {thing.fields["key"] for thing in named.courses.all}
        wanted = [said.told["course_id"] for said in (*rows.assessments, *rows.places)]
        self.courses: dict[str, int] = dict(_found(connection, courses.c.key, courses.c.id, wanted))
        """The ids of known courses by their public ids; those the import brings are not among them."""
        strange = [id for id in wanted if not self._known(id)]
        self._by_slug: dict[str, str] = dict(_found(connection, courses.c.slug, courses.c.key, strange))
        slugs = {said.told["specialization_slug"] for said in rows.places}
        self._specializations = slugs | {
            slug for slug, _ in _found(connection, specializations.c.slug, specializations.c.id, strange)
        }
        self.assessments = [said for said in rows.assessments if self._of_a_course(said)]
        self.places = list(self._placed(rows.places, named))

    def _known(self, course: str) -> bool:
        return course in self.courses or course in self._coming

    def _of_a_course(self, said: Said) -> bool:
        course = said.told["course_id"]
        if self._known(course):
            return True
        self._refuse(said, "Course ID", course, self._unknown(course))
        return False

    def _unknown(self, course: str) -> str:
        if course in self._by_slug:
            return f"is the slug of the course {self._by_slug[course]}; write that id"
        return "is no course that is known; import it first, or with this file"

    def _placed(self, places: Iterable[Said], named: Named) -> Iterator[Placed]:
        taken: dict[tuple[int, str], dict[object, int]] = defaultdict(dict)
        for said in places:
            told = said.told
            course, slug = told["course_id"], told["specialization_slug"]
            lines = taken[said.file, slug or told["specialization"]]
            position = told["position"]
            if position is None:
                position = max((place for place in lines if isinstance(place, int)), default=0) + 1
            if not self._known(course):
                self._refuse(said, "Course ID", course, self._no_course(course, slug))
            elif course in lines:
                self._refuse(said, "Course ID", course, f"stands in it already, at line {lines[course]:,}; keep one")
            elif position in lines:
                self._refuse(said, "Position", str(position), f"is taken by line {lines[position]:,}; give it another")
            else:
                lines[course] = lines[position] = said.line
                number = named.specializations.heard(said.file, (slug, told["specialization"], told["partner"]))
                yield Placed(said, number, course, position)

    def _no_course(self, course: str, slug: str | None) -> str:
        if course == slug:
            return "is the specialization itself; name the courses it holds"
        if course in self._specializations:
            return "is a specialization, which cannot be part of another; name its courses instead"
        return self._unknown(course)

    def _refuse(self, said: Said, column: str, value: str, reason: str) -> None:
        self.unfit.append(Unfit(said, column, value, reason))


def _found(
    connection: Connection, column: Column[Any], told: Column[Any], values: Iterable[str]
) -> Iterator[tuple[Any, Any]]:
    """The rows whose column holds one of these values: that and another one."""
    for some in bulk.batched(values):
        for row in connection.execute(select(column, told).where(column.in_(some))):
            yield row[0], row[1]
