"""How many people are where: computed here from the rows, sharing no code with the program."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.demo.organizations import copy_of, make, one, rows
from tui_admin.rules.times import parse_iso
from tui_admin.store import triage
from tui_admin.store.engine import Store

THIRTY_DAYS = 30 * 86_400_000


def shares(store: Store) -> dict[str, float]:
    """The share of joined memberships that carries each status, at the newest fact."""
    now = one(store, "SELECT data_as_of FROM organization")
    joined = {row.id: row for row in rows(store, "SELECT id, joined_at FROM memberships WHERE state = 'MEMBER'")}
    enrolled = defaultdict(list)
    for row in rows(store, "SELECT * FROM enrollments"):
        enrolled[row.membership_id].append(row)
    work = defaultdict(list)
    for row in rows(store, "SELECT * FROM assessments WHERE weight <> 0"):
        work[row.course_id].append(row)
    tried: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows(store, "SELECT * FROM attempts"):
        tried[row.membership_id, row.assessment_id].append(row.passed)
    counts: dict[str, int] = defaultdict(int)
    for member in joined.values():
        mine = enrolled[member.id]
        last = max([member.joined_at, *(row.last_activity_at for row in mine)])
        troubles = [
            trouble(tried[member.id, item.id], item.deadline, now)
            for row in mine
            if not row.completed and not row.removed
            for item in work[row.course_id]
        ]
        completed = any(row.completed for row in mine)
        counts["no-enrollment"] += not mine
        counts["completed"] += completed
        counts["enrolled"] += bool(mine) and not completed
        counts["inactive"] += now - last >= THIRTY_DAYS
        counts["overdue"] += "overdue" in troubles
        counts["failed"] += "failed" in troubles
        counts["at-risk"] += any(troubles)
    return {status: number / len(joined) for status, number in counts.items()}


def trouble(verdicts: list[Any], deadline: int | None, now: int) -> str:
    if not verdicts:
        return "overdue" if deadline is not None and deadline < now else ""
    return "failed" if all(verdict is not None and not verdict for verdict in verdicts) else ""


def assert_believable(found: dict[str, float]) -> None:
    assert 0.08 <= found["at-risk"] <= 0.15
    assert 0.10 <= found["inactive"] <= 0.20
    assert 0.25 <= found["completed"] <= 0.35
    assert 0.16 <= found["no-enrollment"] <= 0.24
    assert found["overdue"] > 0.01
    assert found["failed"] > 0.02


def test_at_2000(demo_2000: Store) -> None:
    assert_believable(shares(demo_2000))


def test_at_20000(demo_20000: Store) -> None:
    assert_believable(shares(demo_20000))


@pytest.mark.parametrize("at", ["2026-01-02T08:00:00Z", "2025-08-17T03:00:00Z", "2024-02-29T23:59:59Z"])
def test_whatever_the_season(at: str, sqlite_template: Path, tmp_path: Path) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 3_000, at=parse_iso(at))
    assert_believable(shares(store))
    store.close()


@pytest.mark.parametrize("per_member", [1.5, 8])
def test_deriving_changes_nothing(store: Store, per_member: float) -> None:
    make(store, 400, per_member=per_member)
    with store.write() as connection:
        assert triage.derive(connection) == 0


def test_deriving_changes_nothing_at_20000(demo_20000: Store) -> None:
    with demo_20000.write() as connection:
        assert triage.derive(connection) == 0
