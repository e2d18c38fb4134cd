"""Learners, courses and attempts to rate, put into a store row by row."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from tui_admin.rules.times import DAY, HOUR, Instant, parse_iso
from tui_admin.store.tables import (
    assessments,
    attempts,
    course_skills,
    courses,
    learners,
    memberships,
    programs,
    skills,
)

START: Instant = parse_iso("2026-03-02T08:00:00Z")

MEMBERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 1, 7: 2}
"""Learner by membership: two people are in both programs."""

WORK = {1: (1, 100.0, 60.0), 2: (1, 10.0, None), 3: (2, 20.0, 0.0), 4: (2, None, None), 5: (3, 100.0, 100.0)}
"""Course, most points and pass mark by assessment."""


def organization(connection: Connection) -> None:
    """Two programs, five people, three courses; the third has no skills."""
    connection.execute(
        insert(programs), [{"id": id, "slug": f"p{id}", "name": f"P{id}", "created_at": 0} for id in (1, 2)]
    )
    people = [{"id": id, "email": f"p{id}@x.example", "name": f"P {id}", "search_key": f"p{id}"} for id in range(1, 6)]
    connection.execute(insert(learners), people)
    places = [
        {"id": id, "program_id": 1 + (id > 5), "learner_id": who, "state": "MEMBER", "search_key": "", "joined_at": 0}
        for id, who in MEMBERS.items()
    ]
    connection.execute(insert(memberships), places)
    partners = {1: "Uni", 2: "Uni", 3: "Other Uni"}
    rows = [{"id": id, "key": f"C{id}", "name": f"Course {id}", "partner": name} for id, name in partners.items()]
    connection.execute(insert(courses), rows)
    connection.execute(insert(skills), [{"id": id, "name": f"Skill {id}", "domain": "Craft"} for id in (1, 2, 3)])
    tags = [(1, 1, 0.9), (1, 2, 0.3), (2, 2, 0.5), (2, 3, 0.25), (2, 1, 0.25)]
    connection.execute(insert(course_skills), [{"course_id": c, "skill_id": s, "relevance": r} for c, s, r in tags])
    work = [
        {"id": id, "course_id": c, "key": f"A{id}", "name": f"A {id}", "max_score": most, "passing_score": mark}
        for id, (c, most, mark) in WORK.items()
    ]
    connection.execute(insert(assessments), work)


def attempt(id: int, member: int, work: int, at: Instant | None, **told: Any) -> dict[str, Any]:
    """A row of attempts."""
    blank = dict.fromkeys(("graded_at", "score", "max_score", "passing_score", "passed"))
    return {"id": id, "membership_id": member, "assessment_id": work, "attempted_at": at, **blank, **told}


def invented(seed: int, count: int, first: int = 1, since: Instant = START) -> list[dict[str, Any]]:
    """Attempts of all kinds, most of them in an order of their own."""
    rng = Random(seed)
    rows, taken = [], set()
    for id in range(first, first + count):
        member, work = rng.choice(list(MEMBERS)), rng.choice(list(WORK))
        at = since + rng.randrange(4 * count) * HOUR
        if (member, work, at) in taken:
            continue
        taken.add((member, work, at))
        told: dict[str, Any] = {}
        match rng.randrange(8):
            case 0:
                told = {"passed": rng.random() < 0.7}
            case 1:
                told = {"score": rng.uniform(-5, 120), "max_score": 0.0}
            case 2:
                told = {"score": 55.0, "max_score": 50.0, "passing_score": 60.0, "graded_at": at - DAY}
            case _:
                most = rng.choice((10.0, 100.0))
                told = {"score": most * rng.betavariate(5, 2), "max_score": most, "passing_score": most * 0.6}
                told["graded_at"] = at + rng.randrange(3) * DAY
        rows.append(attempt(id, member, work, at, **told))
    return rows


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert attempts, those left out of which the membership has another at the same moment."""
    key = (attempts.c.membership_id, attempts.c.assessment_id, attempts.c.attempted_at)
    taken = {tuple(row) for row in connection.execute(select(*key))}
    if new := [row for row in rows if tuple(row[column.name] for column in key) not in taken]:
        connection.execute(insert(attempts), new)
