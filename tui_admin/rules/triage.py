"""The triage statuses of a membership, in the words of the portal; one definition for every screen and script."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .times import DAY, Instant, age

INACTIVE_AFTER = 30 * DAY


class MembershipState(StrEnum):
    """Where a learner stands with a program, as the report files write it."""

    INVITED = "INVITED"
    MEMBER = "MEMBER"
    DELETED_MEMBER = "DELETED_MEMBER"


class Status(StrEnum):
    """A membership's triage statuses, in the order they are shown."""

    INVITED = "invited"
    NO_ENROLLMENT = "no-enrollment"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    REMOVED = "removed"
    INACTIVE = "inactive"
    AT_RISK = "at-risk"
    AT_RISK_EVER = "at-risk-ever"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the statuses of one membership follow from.

    `enrolled` and `completed` count its courses, left ones included. `failed` counts required assessments attempted
    and never passed, and `next_deadline` is the earliest deadline of a required assessment with nothing handed in,
    both over enrollments neither completed nor left. `missed_deadline` is the same over all enrollments not left,
    and `risk_ever` says that something was handed in late or failed, in any of those.
    """

    state: MembershipState
    joined_at: Instant | None = None
    last_activity_at: Instant | None = None
    enrolled: int = 0
    completed: int = 0
    failed: int = 0
    next_deadline: Instant | None = None
    missed_deadline: Instant | None = None
    risk_ever: bool = False


def statuses(facts: Facts, now: Instant) -> tuple[Status, ...]:
    """All statuses that hold at `now`; an invited or removed membership carries only that one."""
    if facts.state is MembershipState.INVITED:
        return (Status.INVITED,)
    if facts.state is MembershipState.DELETED_MEMBER:
        return (Status.REMOVED,)
    at_risk = facts.failed > 0 or (facts.next_deadline is not None and facts.next_deadline < now)
    held = [_progress(facts)]
    if _inactive(facts, now):
        held.append(Status.INACTIVE)
    if at_risk:
        held.append(Status.AT_RISK)
    if at_risk or facts.risk_ever or (facts.missed_deadline is not None and facts.missed_deadline < now):
        held.append(Status.AT_RISK_EVER)
    return tuple(held)


def _progress(facts: Facts) -> Status:
    if facts.completed:
        return Status.COMPLETED
    return Status.ENROLLED if facts.enrolled else Status.NO_ENROLLMENT


def _inactive(facts: Facts, now: Instant) -> bool:
    known = [moment for moment in (facts.last_activity_at, facts.joined_at) if moment is not None]
    return not known or now - max(known) >= INACTIVE_AFTER


def reason(deadlines: Sequence[tuple[str, Instant]], failed: Sequence[str], now: Instant, names: int = 1) -> str:
    """Why a membership is at risk: `overdue 2: Quiz 3 (6 d); failed: Final`; empty when it is not.

    `deadlines` are required assessments with nothing handed in, with their deadlines (those still to come say
    nothing); `failed` the assessments attempted and never passed. At most `names` of each are named, the longest
    overdue first.
    """
    overdue = sorted((deadline, name) for name, deadline in deadlines if deadline < now)
    parts = []
    if overdue:
        named = ", ".join(f"{name} ({age(deadline, now)})" for deadline, name in overdue[:names])
        parts.append(f"overdue {len(overdue)}: {named}")
    if failed:
        count = f" {len(failed)}" if len(failed) > 1 else ""
        parts.append(f"failed{count}: {', '.join(failed[:names])}")
    return "; ".join(parts)
