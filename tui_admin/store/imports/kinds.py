"""The kinds of facts that reports bring: which staged rows become rows of which table."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    exists,
    func,
    null,
    or_,
    select,
    tuple_,
    update,
)

from ...rules.triage import MembershipState
from .. import staging
from ..tables import activity, attempts, course_results, enrollments, feedback, memberships, specialization_enrollments
from .facts import Facts, Verdict


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _removed_since(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    """Removed here after the report was made: it cannot know."""
    removed = memberships.c.removed_at
    return and_(
        memberships.c.state == MembershipState.DELETED_MEMBER,
        removed.is_not(None),
        or_(moment.is_(None), removed >= moment),
    )


def _state(said: ColumnElement[Any], _row: Table, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_removed_since(moment), memberships.c.state), else_=func.coalesce(said, memberships.c.state))


def _removed_at(_said: ColumnElement[Any], row: Table, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    stays = or_(_removed_since(moment), func.coalesce(row.c.state, "") == MembershipState.DELETED_MEMBER)
    return case((stays, memberships.c.removed_at), else_=null())


def _invited_at(said: ColumnElement[Any], _row: Table, _moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """A report that does not know of an invitation made here does not take it back, and none makes it later: the links
    that were mailed since would lead nowhere."""
    ours = memberships.c.invited_at
    stays = and_(memberships.c.invited_by.is_not(None), ours.is_not(None), or_(said.is_(None), said > ours))
    return case((stays, ours), else_=said)


MEMBERS = Facts(
    "members",
    staging.members,
    memberships,
    {
        **_same("state", "state_raw", "joined_at", "invited_at"),
        "contract_id": "contract",
        "reported_enrolled": "enrolled",
        "reported_completed": "completed",
        "reported_hours": "hours",
        "reported_activity_at": "last_activity_at",
    },
    numbered={"contract_id": "contracts"},
    rules={"state": _state, "removed_at": _removed_at, "invited_at": _invited_at},
)

USAGE = Facts(
    "usage",
    staging.usage,
    enrollments,
    {
        **_same("enrolled_at", "class_start_at", "class_end_at", "course_type", "last_activity_at", "progress"),
        **_same("hours", "grade", "completed", "completed_at", "source", "removed"),
        "contract_id": "contract",
    },
    item=("course_id", "course", "courses"),
    numbered={"contract_id": "contracts"},
    certain=frozenset({"completed", "removed"}),
)

SPECIALIZATIONS = Facts(
    "specializations",
    staging.specializations,
    specialization_enrollments,
    {
        **_same("enrolled_at", "last_activity_at", "completed", "completed_at", "completed_courses"),
        **_same("total_courses", "source", "removed"),
        "contract_id": "contract",
    },
    item=("specialization_id", "specialization", "specializations"),
    numbered={"contract_id": "contracts"},
    certain=frozenset({"completed", "removed"}),
)

ATTEMPTS = Facts(
    "attempts",
    staging.attempts,
    attempts,
    _same("deadline", "score", "max_score", "passing_score", "weight", "passed"),
    item=("assessment_id", "assessment", "assessments"),
    detail="attempted_at",
)

RESULTS = Facts(
    "results",
    staging.results,
    course_results,
    _same("grade", "passed"),
    item=("course_id", "course", "courses"),
)

SCORES = Facts(
    "scores",
    staging.scores,
    attempts,
    _same("score", "max_score", "passing_score", "weight"),
    item=("assessment_id", "assessment", "assessments"),
    detail="attempted_at",
)

FEEDBACK = Facts(
    "feedback",
    staging.feedback,
    feedback,
    _same("stars", "recommend", "comment"),
    item=("course_id", "course", "courses"),
    detail="given_at",
)

ACTIVITY = Facts(
    "activity",
    staging.activity,
    activity,
    _same("minutes", "lessons"),
    item=("course_id", "course", "courses"),
    detail="day",
)

HANGING = (USAGE, SPECIALIZATIONS, ATTEMPTS, RESULTS, SCORES, FEEDBACK, ACTIVITY)
"""All but the memberships themselves."""


def settle_scores(connection: Connection) -> None:
    """A gradebook's best score of an unknown time tells nothing new where attempts are known one by one."""
    picks, told = SCORES.picks, ATTEMPTS.picks
    stored = exists().where(
        attempts.c.membership_id == picks.c.membership_id,
        attempts.c.assessment_id == picks.c.item_id,
        attempts.c.attempted_at.is_not(None),
    )
    coming = tuple_(picks.c.membership_id, picks.c.item_id).in_(select(told.c.membership_id, told.c.item_id))
    vague = and_(picks.c.verdict == Verdict.NEW, picks.c.detail.is_(None), or_(stored, coming))
    connection.execute(update(picks).where(vague).values(verdict=int(Verdict.SAME)))


def gradebook_rows() -> Select[tuple[int, int]]:
    """The rows of gradebooks with a verdict over result and scores together: a row of a known result is changed by any
    score that is new or changed, and one whose result another row holds is as new as its scores."""
    scores, results, told = SCORES.picks, RESULTS.picks, staging.scores
    moved = scores.c.verdict.in_((Verdict.NEW, Verdict.CHANGED))
    rank = func.min(scores.c.verdict).label("verdict")
    of_row = (
        select(told.c.row, rank).join(scores, scores.c.ord == told.c.ord).where(moved).group_by(told.c.row).subquery()
    )
    alone = and_(results.c.verdict == Verdict.REPEATED, of_row.c.row.is_not(None))
    known = and_(of_row.c.row.is_not(None), results.c.verdict != Verdict.NEW)
    verdict = case((alone, of_row.c.verdict), (known, int(Verdict.CHANGED)), else_=results.c.verdict)
    rows = select(results.c.ord, verdict.label("verdict"))
    return rows.select_from(results.outerjoin(of_row, of_row.c.row == results.c.ord))
