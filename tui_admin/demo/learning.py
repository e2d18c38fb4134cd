"""What a member did in a program: enrollments, activity and feedback, and the facts they add up to. Rows gather in
lists until they are written."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from ..rules.times import DAY, MINUTE, Instant
from .calendar import Calendar, as_date
from .catalogue import GROUP, Course
from .coursework import Coursework, Outcome, Stay
from .programs import Program
from .subjects import COMMENTS

ENROLLMENTS = (
    "id",
    "membership_id",
    "course_id",
    "contract_id",
    "enrolled_at",
    "class_start_at",
    "class_end_at",
    "course_type",
    "last_activity_at",
    "progress",
    "hours",
    "grade",
    "completed",
    "completed_at",
    "source",
    "removed",
)
SPECIALIZATIONS = (
    "id",
    "membership_id",
    "specialization_id",
    "contract_id",
    "enrolled_at",
    "last_activity_at",
    "completed",
    "completed_at",
    "completed_courses",
    "total_courses",
    "source",
    "removed",
)
ACTIVITY = ("membership_id", "course_id", "day", "minutes", "lessons")
FEEDBACK = ("id", "membership_id", "course_id", "stars", "recommend", "comment", "given_at")

_RISKY = 46
"""Of 256 lively members with a course under way, how many miss a deadline or fail in it."""

_LEAVES = 14
"""Of 256 courses begun and not completed, how many are left."""


class Seat(NamedTuple):
    """A membership about to learn. `until` is its last activity; lively people were active lately."""

    id: int
    program: Program
    contract: int
    joined_at: Instant
    until: Instant
    lively: bool
    removed: bool
    courses: int
    completes: bool


@dataclass(slots=True)
class Facts:
    """What triage needs of one membership; see `store.tables.memberships` and `store.triage`."""

    enrolled: int = 0
    completed: int = 0
    failed: int = 0
    hours: float | None = None
    next_deadline: Instant | None = None
    last_activity_at: Instant | None = None
    at_risk_ever: bool = False

    def add(self, outcome: Outcome, hours: float, left: bool) -> None:
        """Count one more enrollment; what was left is no risk."""
        self.enrolled += 1
        self.hours = (self.hours or 0) + hours
        self.completed += outcome.completed_at is not None
        self.last_activity_at = max(self.last_activity_at or 0, outcome.last)
        if left:
            return
        self.failed += outcome.failed
        self.at_risk_ever = self.at_risk_ever or outcome.ever
        if outcome.next_deadline is not None:
            self.next_deadline = min(self.next_deadline or outcome.next_deadline, outcome.next_deadline)


class Learning:
    """Enrolls members. Every `stride`-th enrollment has its weeks told in `activity`."""

    def __init__(self, rng: Random, calendar: Calendar, stride: int) -> None:
        self._rng = rng
        self._calendar = calendar
        self._stride = stride
        self._enrollment_id = 0
        self._feedback_id = 0
        self._specialization_id = 0
        self.coursework = Coursework(rng, calendar)
        self.enrollments: list[tuple[object, ...]] = []
        self.activity: list[tuple[object, ...]] = []
        self.feedback: list[tuple[object, ...]] = []
        self.specializations: list[tuple[object, ...]] = []

    def enroll(self, seat: Seat) -> Facts:
        """Give a membership its courses, one after another, and say what they add up to."""
        bits, count, program = self._rng.getrandbits(96), seat.courses, seat.program
        ability = max(bits & 7, bits >> 3 & 7)
        done = 1 + (bits >> 6 & 0xFF) * count // 256 if seat.completes else 0
        # Who was removed was in no running session: nothing of theirs is overdue.
        places = program.paced if seat.removed else program.places
        first = _first_place(bits >> 14 & 0xFFFF, len(places))
        base = seat.joined_at + min((seat.until - seat.joined_at) // 3, (bits >> 30 & 0x3FF) * 6 * MINUTE)
        step = (seat.until - base) // count
        facts, completed_at = Facts(), None
        for number in range(count):
            place = places[(first + number) % len(places)]
            course, ending = program.courses[place], number == count - 1
            stay = self._stay(seat, ability, base + number * step, step, ending, course, bits >> 40)
            if number < done:
                outcome = self.coursework.complete(course, stay)
                completed_at = outcome.completed_at
            else:
                risky = ending and seat.lively and bits >> 70 & 0xFF < _RISKY
                outcome = self.coursework.advance(course, stay, lively=seat.lively, risky=risky)
            facts.add(outcome, *self._add(seat, place, outcome, bits >> 60 ^ number * 37))
        last = facts.last_activity_at or base
        if bits >> 80 & 3 == 0 and not seat.removed and first in program.starts:
            self._specialize(seat, first, done, (base, last, completed_at))
        if bits >> 82 & 15 == 0:
            self._recommend(seat, ability, last, bits >> 86)
        return facts

    def clear(self) -> None:
        """Forget the rows that were written."""
        for rows in (self.enrollments, self.coursework.rows, self.activity, self.feedback, self.specializations):
            rows.clear()

    def _stay(
        self, seat: Seat, ability: int, start: Instant, step: Instant, ending: bool, course: Course, bits: int
    ) -> Stay:
        """When in a course: as long as its work takes, the last course up to the member's last activity."""
        weeks = (len(course.work) + 1) * (4 + (bits & 7)) // 6
        span = min(step * 7 // 8, weeks * 7 * DAY)
        until = seat.until if ending else start + span
        begin = until - span if ending else start
        return Stay(
            seat.id,
            seat.joined_at,
            min(until, max(seat.joined_at, self._calendar.working_moment(begin, bits))),
            until,
            ability,
        )

    def _add(self, seat: Seat, place: int, outcome: Outcome, bits: int) -> tuple[float, bool]:
        """Write the enrollment; its hours, and whether it was left."""
        course = seat.program.courses[place]
        self._enrollment_id += 1
        id, completed = self._enrollment_id, outcome.completed_at is not None
        left = seat.removed or (
            not completed and not outcome.failed and course.starts_at is None and bits & 0xFF < _LEAVES
        )
        hours = round(course.hours * outcome.done * (70 + (bits >> 8 & 63)) / 10_000, 2)
        self.enrollments.append(
            (
                id,
                seat.id,
                course.id,
                seat.contract,
                outcome.start,
                outcome.class_start,
                outcome.class_end,
                course.type,
                outcome.last,
                float(outcome.done),
                hours,
                outcome.grade,
                completed,
                outcome.completed_at,
                seat.program.sources[place],
                left,
            )
        )
        if id % self._stride == 0 and hours:
            self._tell_weeks(seat.id, course.id, outcome, hours)
        if completed and bits >> 14 & 7 == 0:
            self._rate(seat.id, course.id, outcome, bits >> 17)
        return hours, left

    def _tell_weeks(self, membership: int, course: int, outcome: Outcome, hours: float) -> None:
        first, last = outcome.start // DAY, (outcome.completed_at or outcome.last) // DAY
        days = range(first, last + 1, 7)[:26]
        minutes = round(hours * 60 / len(days), 1)
        lessons = max(1, round(minutes / 25))
        self.activity += [(membership, course, as_date(day).isoformat(), minutes, lessons) for day in days]

    def _rate(self, membership: int, course: int, outcome: Outcome, bits: int) -> None:
        stars = (5, 5, 5, 4, 4, 4, 4, 5, 3, 3, 5, 4, 2, 4, 5, 1)[bits & 15]
        given = min(self._calendar.at, (outcome.completed_at or outcome.last) + (1 + (bits >> 4 & 63)) * MINUTE)
        self._give(membership, course, stars, None, given, bits >> 10)

    def _recommend(self, seat: Seat, ability: int, last: Instant, bits: int) -> None:
        score = (9, 10, 8, 7, 9, 10, 8, 6, 10, 9, 5, 8, 9, 3, 10, 7)[(bits & 15) ^ (ability >> 2)]
        self._give(seat.id, None, None, score, last, bits >> 4)

    def _give(
        self, membership: int, course: int | None, stars: int | None, recommend: int | None, at: Instant, bits: int
    ) -> None:
        self._feedback_id += 1
        comment = COMMENTS[(bits >> 2) % len(COMMENTS)] if bits & 3 == 0 else None
        self.feedback.append((self._feedback_id, membership, course, stars, recommend, comment, at))

    def _specialize(self, seat: Seat, first: int, done: int, moments: tuple[Instant, Instant, Instant | None]) -> None:
        start, last, completed_at = moments
        self._specialization_id += 1
        count = min(done, GROUP)
        complete = count == GROUP
        self.specializations.append(
            (
                self._specialization_id,
                seat.id,
                seat.program.starts[first],
                seat.contract,
                start,
                last,
                complete,
                completed_at if complete else None,
                count,
                GROUP,
                seat.program.sources[first],
                False,
            )
        )


def _first_place(bits: int, count: int) -> int:
    """Where in the curriculum somebody begins: near its start more often, at the head of a specialization half the
    time."""
    near = (bits & 0xFF) * (bits >> 8 & 0xFF) * count >> 16
    return near // GROUP * GROUP if bits & 1 else near
