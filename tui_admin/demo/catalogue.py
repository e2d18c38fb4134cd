"""The catalogue: courses with skills and graded work, and the specializations they form."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection

from ..rules.times import DAY, Instant
from ..store.bulk import insert_rows
from .calendar import Calendar
from .subjects import AREAS, ASSESSMENT_NAMES, FORMS, PARTNERS, PRACTICE, TRACKS

GROUP = 4
"""Courses of one specialization."""

MOST_GROUPS = sum(len(area.topics) for area in AREAS) * len(TRACKS)

_WEIGHTS = {
    2: (40, 60),
    3: (25, 35, 40),
    4: (20, 20, 25, 35),
    5: (15, 15, 20, 20, 30),
    6: (10, 10, 20, 15, 20, 25),
}
_WORK = {2: (0, 5), 3: (0, 1, 5), 4: (0, 1, 2, 5), 5: (0, 1, 2, 3, 5), 6: (0, 1, 2, 3, 4, 5)}
_LENGTHS = {False: ((3, 4, 5, 6), (8, 7, 3, 2)), True: ((2,), (1,))}
"""How many works courses have, and how often: usually, and where they are short."""

_PASS_MARKS = (50, 60, 60, 70, 80)
_SCALES = (100, 100, 100, 20, 10)


@dataclass(frozen=True, slots=True)
class Work:
    """Required graded work: `weight` in percent of the course grade, `passing` in percent of `most`."""

    id: int
    weight: int
    passing: int
    most: float
    passing_score: float
    deadline: Instant | None
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What enrolling needs of a course. One with sessions has a start, an end, and a deadline for each work."""

    id: int
    hours: int
    work: tuple[Work, ...]
    practice: int
    starts_at: Instant | None
    ends_at: Instant | None
    type: str


@dataclass(frozen=True, slots=True)
class Group:
    """Four courses on one topic by one partner, and their specialization."""

    specialization: int
    name: str
    area: int
    courses: tuple[Course, ...]


class Catalogue:
    """Builds the courses and keeps their rows until they are written; a few thousand at most."""

    def __init__(self, groups: int, rng: Random, calendar: Calendar, *, short: bool = False) -> None:
        self._rng = rng
        self._calendar = calendar
        self._lengths = _LENGTHS[short]
        self._courses: list[tuple[object, ...]] = []
        self._assessments: list[tuple[object, ...]] = []
        self._specializations: list[tuple[object, ...]] = []
        self._specialization_courses: list[tuple[object, ...]] = []
        self._course_skills: list[tuple[object, ...]] = []
        self._skill_ids = {
            topic: 1 + area_number * 20 + number
            for area_number, area in enumerate(AREAS)
            for number, topic in enumerate(area.topics)
        }
        self.groups = [self._group(number) for number in range(groups)]

    def insert(self, connection: Connection) -> None:
        """Write the catalogue's tables."""
        skills = [
            (self._skill_ids[topic], topic, area.competency, area.domain) for area in AREAS for topic in area.topics
        ]
        insert_rows(connection, "skills", ("id", "name", "competency", "domain"), skills)
        columns = ("id", "key", "slug", "name", "partner", "course_type", "level", "workload_hours", "in_catalogue")
        insert_rows(connection, "courses", columns, self._courses)
        insert_rows(connection, "course_skills", ("course_id", "skill_id", "relevance"), self._course_skills)
        insert_rows(connection, "specializations", ("id", "slug", "name", "partner"), self._specializations)
        places = ("specialization_id", "position", "course_id")
        insert_rows(connection, "specialization_courses", places, self._specialization_courses)
        insert_rows(connection, "assessments", _ASSESSMENT_COLUMNS, self._assessments)

    def _group(self, number: int) -> Group:
        area_number, turn = number % len(AREAS), number // len(AREAS)
        area = AREAS[area_number]
        topic, track = area.topics[turn % len(area.topics)], turn // len(area.topics)
        partner = PARTNERS[(number * 5 + track) % len(PARTNERS)]
        name = TRACKS[track].format(topic)
        id = number + 1
        self._specializations.append((id, f"{_slug(name)}-specialization", f"{name} Specialization", partner))
        courses = tuple(
            self._course(number * GROUP + place, area_number, topic, partner, FORMS[track * GROUP + place])
            for place in range(GROUP)
        )
        self._specialization_courses += [(id, place, course.id) for place, course in enumerate(courses, 1)]
        return Group(id, name, area_number, courses)

    def _course(self, number: int, area_number: int, topic: str, partner: str, form: tuple[str, str]) -> Course:
        rng = self._rng
        name, level = form[0].format(topic), form[1]
        id, hours, count = number + 1, rng.randrange(6, 33), rng.choices(*self._lengths)[0]
        # Every third course runs in sessions with weekly deadlines; one is under way now.
        start = self._calendar.monday(rng.randrange(1, max(2, count - 1))) * DAY if number % 3 == 1 else None
        key = f"crs~{''.join(rng.choices('0123456789abcdefghijkmnpqrstuvwxyz', k=10))}"
        kind = "Guided Project" if level == "Advanced" and number % 7 == 0 else "Course"
        self._courses.append((id, key, f"{_slug(name)}", name, partner, kind, level, float(hours), True))
        self._add_skills(id, area_number, topic)
        work, practice = self._work(id, key, count, start)
        return Course(id, hours, work, practice, start, start and start + (count + 1) * 7 * DAY, kind)

    def _add_skills(self, course: int, area_number: int, topic: str) -> None:
        rng = self._rng
        relevance = {self._skill_ids[topic]: rng.randrange(70, 100) / 100}
        for other in rng.sample(AREAS[area_number].topics, 2):
            relevance.setdefault(self._skill_ids[other], rng.randrange(15, 60) / 100)
        if rng.random() < 0.25:
            far = rng.choice(AREAS)
            relevance.setdefault(self._skill_ids[rng.choice(far.topics)], rng.randrange(10, 30) / 100)
        self._course_skills += [(course, skill, value) for skill, value in relevance.items()]

    def _work(self, course: int, key: str, count: int, start: Instant | None) -> tuple[tuple[Work, ...], int]:
        rng = self._rng
        first = (course - 1) * 7 + 1
        opening = start + 3 * DAY - 1_000 if start else None
        self._assess(first, course, f"{key}~0", PRACTICE, (0.0, 10.0, 6.0, opening), 0)
        work = []
        for place, (weight, names) in enumerate(zip(_WEIGHTS[count], _WORK[count], strict=True), 1):
            passing, most = rng.choice(_PASS_MARKS), float(rng.choice(_SCALES))
            deadline = start + place * 7 * DAY - 1_000 if start else None
            name = ASSESSMENT_NAMES[names]
            score = passing * most / 100
            self._assess(first + place, course, f"{key}~{place}", name, (float(weight), most, score, deadline), place)
            by_hand = name[1] in ("assignment", "peer review")
            work.append(Work(first + place, weight, passing, most, score, deadline, by_hand))
        return tuple(work), first

    def _assess(
        self,
        id: int,
        course: int,
        key: str,
        name: tuple[str, str],
        facts: tuple[float, float, float, Instant | None],
        place: int,
    ) -> None:
        self._assessments.append((id, course, key, *name, *facts, place, True))


_ASSESSMENT_COLUMNS = (
    "id",
    "course_id",
    "key",
    "name",
    "assessment_type",
    "weight",
    "max_score",
    "passing_score",
    "deadline",
    "position",
    "in_catalogue",
)


def groups_for(members: int, own: int) -> int:
    """How many groups: `own` for every program, and more to choose from where there are many people, up to a few
    thousand courses."""
    groups = max(2 * len(AREAS) + members // 2_500, own * len(AREAS))
    return min(MOST_GROUPS, -(-groups // len(AREAS)) * len(AREAS))


def courses_of(groups: Iterable[Group]) -> list[Course]:
    """The groups' courses, in order."""
    return [course for group in groups for course in group.courses]


def _slug(name: str) -> str:
    words = "".join(mark if mark.isalnum() else " " for mark in name.lower()).split()
    return "-".join(words)
