"""One learner's page: who they are, what puts them at risk, their courses, every attempt, the mails to
them, and their other programs."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from ..rules.errors import BadInput, UsageError
from ..rules.mailing import MailState, Purpose
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import Status
from ..store import learner as store_learner
from ..store import risk
from ..store.engine import Store
from ..store.member_rows import MemberRow, read_rows
from . import rights
from .mail.messages import reply

_REASON_NAMES = 20
"""Assessments that the reason on the page may name."""

MAILS = 200
"""Mails to one person that their page lists."""

OPINIONS = 200
"""Answers of one person that their page lists."""


class Outcome(StrEnum):
    """What came of an attempt."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_GRADED = "not graded"
    SCORED = "no pass mark"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The earliest deadline of required work that nothing was handed in for."""

    assessment: str
    at: Instant
    overdue: bool


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A course of the membership. `progress` and `grade` are 0 to 100 as reported, None where unknown; `deadline` is
    None where nothing is due, and where the course is completed or left."""

    course_id: int
    course: str
    progress: float | None
    hours: float | None
    grade: float | None
    completed: bool
    completed_at: Instant | None
    removed: bool
    enrolled_at: Instant | None
    last_activity_at: Instant | None
    deadline: Deadline | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at an assessment: its number, from 1, among those at the same assessment. `late` is None where
    either moment is unknown; `practice` is work of weight 0."""

    course_id: int
    assessment: str
    number: int
    at: Instant | None
    score: float | None
    max_score: float | None
    outcome: Outcome
    late: bool | None
    practice: bool


@dataclass(frozen=True, slots=True)
class Specialization:
    """A specialization of the membership, with as many courses as the report counted."""

    name: str
    completed: bool
    completed_at: Instant | None
    completed_courses: int | None
    total_courses: int | None
    removed: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to the learner: when it was settled, else when it is due, how far it got, and what the server said last.
    `subject` is that of the message, its fields not filled."""

    purpose: Purpose
    subject: str
    at: Instant
    state: MailState
    reply: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the learner said of a course (`stars`, 1 to 5), or of the program where `course` is blank (`recommend`, 0 to
    10), with a comment."""

    course: str
    stars: int | None
    recommend: int | None
    comment: str
    given_at: Instant


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """A learner as a member of one program. `others` are their memberships in the other programs the administrator may
    see, `mails` the newest `MAILS` about any of these, `opinions` the newest `OPINIONS` on the program and its courses
    (analytics: none for a program admin); `reason` names everything that puts them at risk."""

    member: MemberRow
    reason: str
    enrollments: tuple[Enrollment, ...]
    attempts: tuple[Attempt, ...]
    specializations: tuple[Specialization, ...]
    others: tuple[MemberRow, ...]
    mails: tuple[Mail, ...]
    opinions: tuple[Opinion, ...]

    def attempts_in(self, course_id: int) -> tuple[Attempt, ...]:
        """The attempts at the assessments of one course, the oldest first."""
        return tuple(attempt for attempt in self.attempts if attempt.course_id == course_id)


def page(
    store: Store, actor: Actor, now: Instant, *, membership_id: int | None = None, learner_id: int | None = None
) -> LearnerPage:
    """The page of a membership, or of a learner's first one (joined before invited before removed).

    Raises BadInput where the administrator can see no such person, whether or not there is one.
    """
    actor.require(Right.READ)
    scope = rights.scope(actor)
    with store.read() as connection:
        if membership_id is not None:
            learner_id = store_learner.learner_of(connection, membership_id, scope)
        elif learner_id is None:
            raise UsageError("A learner's page needs a membership or a learner.")
        mine = store_learner.memberships_of(connection, learner_id, scope) if learner_id is not None else []
        if not mine:
            raise BadInput("There is no such person in your programs.")
        member, *others = read_rows(connection, _first(mine, membership_id), now)
        at_risk = Status.AT_RISK in member.statuses
        reasons = risk.reasons(connection, [member.id], now, _REASON_NAMES) if at_risk else {}
        tried = store_learner.attempts_of(connection, member.id)
        return LearnerPage(
            member,
            reasons.get(member.id, ""),
            _enrollments(connection, member.id, tried, now),
            _attempts(tried),
            tuple(_specialization(row) for row in store_learner.specializations_of(connection, member.id)),
            tuple(others),
            _mails(connection, member.learner_id, None if scope is None else mine),
            _opinions(connection, member.id) if actor.may(Right.ANALYTICS) else (),
        )


def _first(mine: Sequence[int], wanted: int | None) -> list[int]:
    first = mine[0] if wanted is None else wanted
    return [first, *(one for one in mine if one != first)]


def _enrollments(
    connection: Connection, membership_id: int, tried: Sequence[Mapping[str, Any]], now: Instant
) -> tuple[Enrollment, ...]:
    handed_in = {row["assessment_id"] for row in tried}
    counts = Counter(row["course_id"] for row in tried)
    unmet = defaultdict(list)
    for work in store_learner.assessments_of(connection, membership_id):
        if work["deadline"] is not None and work["weight"] != 0 and work["id"] not in handed_in:
            unmet[work["course_id"]].append((work["deadline"], clean(work["name"])))
    found = []
    for row in store_learner.enrollments_of(connection, membership_id):
        open_work = [] if row["completed"] or row["removed"] else unmet[row["course_id"]]
        at, name = min(open_work, default=(None, ""))
        deadline = None if at is None else Deadline(name, at, at < now)
        values = {**row, "course": clean(row["name"]), "deadline": deadline, "attempts": counts[row["course_id"]]}
        del values["name"]
        found.append(Enrollment(**values))
    return tuple(found)


def _mails(connection: Connection, learner_id: int, among: Sequence[int] | None) -> tuple[Mail, ...]:
    return tuple(
        Mail(Purpose(row["purpose"]), clean(row["subject"] or ""), row["at"], MailState(row["state"]), reply(row))
        for row in store_learner.mails_of(connection, learner_id, among, MAILS)
    )


def _opinions(connection: Connection, membership_id: int) -> tuple[Opinion, ...]:
    return tuple(map(_opinion, store_learner.feedback_of(connection, membership_id, OPINIONS)))


def _opinion(row: Mapping[str, Any]) -> Opinion:
    return Opinion(**{**row, "course": clean(row["course"] or ""), "comment": clean(row["comment"] or "")})


def _attempts(tried: Sequence[Mapping[str, Any]]) -> tuple[Attempt, ...]:
    seen: Counter[int] = Counter()
    found = []
    for row in tried:
        seen[row["assessment_id"]] += 1
        at, deadline = row["attempted_at"], row["deadline"]
        found.append(
            Attempt(
                row["course_id"],
                clean(row["name"]),
                seen[row["assessment_id"]],
                at,
                row["score"],
                row["max_score"],
                _outcome(row),
                None if at is None or deadline is None else at > deadline,
                row["weight"] == 0,
            )
        )
    return tuple(found)


def _outcome(row: Mapping[str, Any]) -> Outcome:
    """As the file said it, else by the score."""
    passed = row["passed"]
    if passed is None and row["score"] is None:
        return Outcome.NOT_GRADED
    if passed is None and row["passing_score"] is None:
        return Outcome.SCORED
    if passed is None:
        passed = row["score"] >= row["passing_score"]
    return Outcome.PASSED if passed else Outcome.FAILED


def _specialization(row: Mapping[str, Any]) -> Specialization:
    return Specialization(
        clean(row["name"]),
        row["completed"],
        row["completed_at"],
        row["completed_courses"],
        row["total_courses"],
        row["removed"],
    )
