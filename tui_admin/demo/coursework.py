"""One member in one course: attempts at its graded work, and how far that brought them."""

from random import Random
from typing import NamedTuple

from ..rules.times import DAY, HOUR, Instant
from .calendar import Calendar
from .catalogue import Course, Work

ATTEMPTS = (
    "id",
    "membership_id",
    "assessment_id",
    "attempted_at",
    "graded_at",
    "deadline",
    "score",
    "max_score",
    "passing_score",
    "weight",
    "passed",
)
"""The order of the fields of an attempt's row."""

ABILITIES = 8

_FAILS = (80, 62, 48, 36, 27, 19, 12, 6)
"""Of 256 first attempts, how many fail, by ability."""

_LATE = 6
"""Of 64 pieces of work in the running session, how many come late."""

_WEEK = 7 * DAY
_MONDAY = 4 * DAY
"""1970-01-05 was a Monday."""


class Stay(NamedTuple):
    """Somebody's time in a course: from enrolling to the last moment known, and an ability (0 to 7)."""

    membership: int
    joined_at: Instant
    start: Instant
    until: Instant
    ability: int


class Outcome(NamedTuple):
    """What came of it. `failed`, `next_deadline` and `ever` are what triage asks; `done` is in percent."""

    start: Instant
    last: Instant
    completed_at: Instant | None
    done: int
    grade: float | None
    class_start: Instant | None
    class_end: Instant | None
    failed: int = 0
    next_deadline: Instant | None = None
    ever: bool = False


class Coursework:
    """Writes attempts into `rows`."""

    def __init__(self, rng: Random, calendar: Calendar) -> None:
        self._rng = rng
        self._calendar = calendar
        self._gains = [
            [min(100, max(0, int(rng.gauss(30 + 7 * ability, 24)))) for _ in range(256)] for ability in range(ABILITIES)
        ]
        self._last_id = 0
        self.rows: list[tuple[object, ...]] = []

    def complete(self, course: Course, stay: Stay) -> Outcome:
        """All required work passed, some of it only at the second try, within the stay."""
        bits = self._rng.getrandbits(128)
        start, until = stay.start, stay.until
        step = (until - start) // (len(course.work) + 1)
        at, grade, ever = start, 0, False
        for number, work in enumerate(course.work, 1):
            draw = bits >> 16 * number & 0xFFFF
            at = min(until, max(at, self._calendar.working_moment(start + step * number, draw)))
            deadline = _own_deadline(work.deadline, at)
            tried = (
                self._fail_before(stay, work, at, start, deadline, draw)
                if draw & 0xFF < _FAILS[stay.ability]
                else False
            )
            percent = self._pass(stay, work, at, at, deadline, draw)
            grade += work.weight * percent
            ever = ever or tried or (deadline is not None and at > deadline)
        done = 100 if bits & 15 else 84 + (bits >> 4 & 15)
        if bits >> 8 & 7 == 0:
            self._practise(course, stay, min(at, start + HOUR))
        class_start = class_end = None
        if course.starts_at is not None and course.ends_at is not None:
            class_start = min(course.starts_at, _monday(start))
            class_end = class_start + course.ends_at - course.starts_at
        return Outcome(start, max(at, until), at, done, grade / 100, class_start, class_end, 0, None, ever)

    def advance(self, course: Course, stay: Stay, *, lively: bool, risky: bool) -> Outcome:
        """Some work handed in, some not yet. Lively people keep up with deadlines, except for risky ones, who miss
        one or fail; those who have gone quiet miss what came after."""
        if lively and course.starts_at is not None:
            return self._keep_up(course, stay, course.starts_at, risky)
        bits = self._rng.getrandbits(128)
        count = (bits & 0xFF) * len(course.work) // 256
        step = (stay.until - stay.start) // (count + 1)
        moments = [stay.start + step * number for number in range(1, count + 1)]
        return self._hand_in(course, stay, moments, bits >> 8, stay.until, fails=risky)

    def _keep_up(self, course: Course, stay: Stay, session: Instant, risky: bool) -> Outcome:
        """In the session that runs now: enrolled before it began or on joining, and on time."""
        bits = self._rng.getrandbits(128)
        joined, now = stay.joined_at, self._calendar.at
        start = max(joined, min(now, session + DAY) - (bits >> 112 & 15) * DAY)
        due = [work.deadline for work in course.work if work.deadline is not None and work.deadline < now]
        misses = risky and due and bits >> 120 & 7
        if misses:
            due = due[: -1 - (bits >> 123 & 1)]
        moments = [
            max(start + HOUR * number, _moment_for(deadline, bits >> 8 * number))
            for number, deadline in enumerate(due, 1)
        ]
        return self._hand_in(course, stay._replace(start=start), moments, bits, now, fails=bool(risky and not misses))

    def _hand_in(
        self, course: Course, stay: Stay, moments: list[Instant], bits: int, latest: Instant, *, fails: bool
    ) -> Outcome:
        """The first works at the given moments, none after `latest`. Where it `fails`, the last is failed for good."""
        start, now = stay.start, self._calendar.at
        if fails and not moments:
            moments = [stay.until]
        at, grade, weights, failed, ever, last = start, 0, 0, 0, False, len(moments) - 1
        for number, moment in enumerate(moments):
            work = course.work[number]
            draw = bits >> 16 * number & 0xFFFF
            at = max(at, min(latest, self._calendar.working_moment(moment, draw)))
            deadline = work.deadline
            ever = ever or (deadline is not None and at > deadline)
            if number == last and fails:
                self._fail_before(stay, work, at, start, deadline, draw)
                self._fail(stay, work, at, deadline, draw)
                failed, ever = 1, True
                break
            graded = at + (2 + (draw & 7)) * DAY if work.by_hand else at
            if graded > now:
                self._add(stay, work, at, None, deadline, None, None)
                continue
            if draw & 0xFF < _FAILS[stay.ability]:
                ever = self._fail_before(stay, work, at, start, deadline, draw) or ever
            grade += work.weight * self._pass(stay, work, at, graded, deadline, draw)
            weights += work.weight
        handed_in = len(moments)
        if bits >> 100 & 3 == 0 and moments:
            self._practise(course, stay, at)
        unmet = course.work[handed_in].deadline if handed_in < len(course.work) else None
        done = min(99, 100 * handed_in // len(course.work) + (bits >> 104 & 15))
        mean = round(grade / weights, 2) if weights else None
        return Outcome(
            start, max(at, stay.until), None, done, mean, course.starts_at, course.ends_at, failed, unmet, ever
        )

    def _pass(self, stay: Stay, work: Work, at: Instant, graded: Instant, deadline: Instant | None, draw: int) -> int:
        percent = work.passing + (100 - work.passing) * self._gains[stay.ability][draw >> 8] // 100
        self._add(stay, work, at, graded, deadline, percent, True)
        return percent

    def _fail(self, stay: Stay, work: Work, at: Instant, deadline: Instant | None, draw: int) -> None:
        self._add(stay, work, at, at, deadline, work.passing * (40 + (draw >> 8) * 58 // 255) // 100, False)

    def _fail_before(
        self, stay: Stay, work: Work, at: Instant, start: Instant, deadline: Instant | None, draw: int
    ) -> bool:
        """A first try some days before `at`, where the stay is long enough; whether there was one."""
        before = at - (1 + (draw >> 5 & 3)) * DAY + (draw >> 7) * 7_000
        if before <= start:
            return False
        self._fail(stay, work, before, deadline, draw ^ 0x5A5A)
        return True

    def _practise(self, course: Course, stay: Stay, at: Instant) -> None:
        self._last_id += 1
        row = (self._last_id, stay.membership, course.practice, at, at, None, 8.0, 10.0, 6.0, 0.0, True)
        self.rows.append(row)

    def _add(
        self,
        stay: Stay,
        work: Work,
        at: Instant,
        graded: Instant | None,
        deadline: Instant | None,
        percent: int | None,
        passed: bool | None,
    ) -> None:
        self._last_id += 1
        self.rows.append(
            (
                self._last_id,
                stay.membership,
                work.id,
                at,
                graded,
                deadline,
                None if percent is None else percent * work.most / 100,
                work.most,
                work.passing_score,
                float(work.weight),
                passed,
            )
        )


def _monday(moment: Instant) -> Instant:
    """The start of the week of a moment."""
    return moment - (moment - _MONDAY) % _WEEK


def _own_deadline(latest: Instant | None, at: Instant) -> Instant | None:
    """The deadline of the session somebody was in: the end of the week of the attempt, never after the latest."""
    return None if latest is None else min(latest, _monday(at) + _WEEK - 1_000)


def _moment_for(deadline: Instant, bits: int) -> Instant:
    """When work for a deadline is handed in: up to three days before, or a day or two late."""
    days = bits & 3
    return deadline + (1 + days // 2) * DAY if bits >> 2 & 63 < _LATE else deadline - days * DAY
