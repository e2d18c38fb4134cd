"""Triage facts derived from scratch, row by row in plain Python, to compare with those the store keeps."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from tui_admin.store.tables import assessments, attempts, enrollments, learner_totals, learners, memberships

DERIVED = (
    "enrolled",
    "completed",
    "failed",
    "hours",
    "next_deadline",
    "missed_deadline",
    "at_risk_ever",
    "last_activity_at",
    "active_at",
)
Row = dict[str, Any]


def stored_facts(connection: Connection) -> dict[int, Row]:
    """The facts as the store keeps them, by membership."""
    query = select(memberships.c.id, *(memberships.c[name] for name in DERIVED))
    return {row["id"]: {name: row[name] for name in DERIVED} for row in connection.execute(query).mappings()}


def triage_facts(connection: Connection) -> dict[int, Row]:
    """The facts as they follow from members, enrollments, assessments and attempts."""
    learned: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(select(enrollments)).mappings():
        learned[row["membership_id"]].append(dict(row))
    work: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(select(assessments)).mappings():
        work[row["course_id"]].append(dict(row))
    tried: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in connection.execute(select(attempts)).mappings():
        tried[row["membership_id"], row["assessment_id"]].append(dict(row))
    return {
        row["id"]: _of(dict(row), learned[row["id"]], work, tried)
        for row in connection.execute(select(memberships)).mappings()
    }


def stored_totals(connection: Connection) -> dict[int, Row]:
    """What the store says that each learner's memberships add up to."""
    return {row["learner_id"]: dict(row) for row in connection.execute(select(learner_totals)).mappings()}


def totals(connection: Connection) -> dict[int, Row]:
    """What each learner's memberships add up to, from the facts that the store keeps of them."""
    held: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(select(memberships)).mappings():
        held[row["learner_id"]].append(dict(row))
    return {
        id: {
            "learner_id": id,
            "enrolled": sum(row["enrolled"] for row in held[id]),
            "completed": sum(row["completed"] for row in held[id]),
            "last_activity_at": _latest(*(row["last_activity_at"] for row in held[id])),
        }
        for id in connection.execute(select(learners.c.id)).scalars()
    }


def _of(member: Row, learned: list[Row], work: dict[int, list[Row]], tried: dict[Any, list[Row]]) -> Row:
    overdue, missed, failed, ever = [], [], 0, False
    for enrollment in learned:
        for assessment in [] if enrollment["removed"] else work[enrollment["course_id"]]:
            if assessment["weight"] == 0:
                continue
            mine = tried[member["id"], assessment["id"]]
            if not mine:
                missed.append(assessment["deadline"])
                overdue += [] if enrollment["completed"] else [assessment["deadline"]]
                continue
            verdicts = [_verdict(attempt, assessment) for attempt in mine]
            lost = False in verdicts and True not in verdicts and None not in verdicts
            failed += lost and not enrollment["completed"]
            ever = ever or False in verdicts or _late(mine, assessment)
    hours = [row["hours"] for row in learned if row["hours"] is not None]
    last = _latest(member["reported_activity_at"], *(enrollment["last_activity_at"] for enrollment in learned))
    return {
        "enrolled": max(member["reported_enrolled"] or 0, len(learned)),
        "completed": max(member["reported_completed"] or 0, sum(row["completed"] for row in learned)),
        "failed": failed,
        "hours": member["reported_hours"] if member["reported_hours"] is not None else _sum(hours),
        "next_deadline": _earliest(overdue),
        "missed_deadline": _earliest(missed),
        "at_risk_ever": ever,
        "last_activity_at": last,
        "active_at": _latest(last, member["joined_at"]),
    }


def _verdict(attempt: Row, assessment: Row) -> bool | None:
    if attempt["passed"] is not None:
        return bool(attempt["passed"])
    mark = assessment["passing_score"] if attempt["passing_score"] is None else attempt["passing_score"]
    most = assessment["max_score"] if attempt["max_score"] is None else attempt["max_score"]
    if attempt["score"] is None or mark is None:
        return None
    in_percent = most is not None and most > 0 and mark > most
    return bool((attempt["score"] * 100 / most if in_percent else attempt["score"]) >= mark)


def _late(mine: list[Row], assessment: Row) -> bool:
    handed_in = [row["attempted_at"] for row in mine if row["attempted_at"] is not None]
    due = [row["deadline"] if row["deadline"] is not None else assessment["deadline"] for row in mine]
    known = [one for one in due if one is not None]
    return bool(handed_in and known and min(handed_in) > max(known))


def _sum(hours: list[float]) -> float | None:
    return round(sum(hours), 6) if hours else None


def _latest(*moments: int | None) -> int | None:
    return max((one for one in moments if one is not None), default=None)


def _earliest(moments: list[int | None]) -> int | None:
    return min((one for one in moments if one is not None), default=None)
