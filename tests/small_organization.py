"""A small organization whose every figure a person can count: for read models and for pictures of screens."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, insert

from tui_admin.rules.text import search_key
from tui_admin.rules.times import DAY, HOUR, Instant, parse_iso
from tui_admin.store import totals
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    activity,
    administrator_programs,
    administrators,
    assessments,
    attempts,
    contracts,
    courses,
    enrollments,
    learners,
    memberships,
    organization,
    program_contracts,
    programs,
)

NOW = parse_iso("2026-05-15T12:00:00Z")

HOSTILE = "[/x][@click=app.quit]x[/] \x1b[31m\u202eevil\u0007"
LONG = "Ng " * 300

PEOPLE = (
    (1, "Kovács Ágnes", "agnes.kovacs@northwind.example", "00417"),
    (2, "田中 花子", "hanako.tanaka@northwind.example", "00418"),
    (3, "O'Neill, Máire", "maire.oneill@northwind.example", None),
    (4, HOSTILE, "hostile@northwind.example", "=cmd|' /C calc'!A0"),
    (5, LONG, "long@northwind.example", None),
    (6, "محمد عبد الله", "mohammed@northwind.example", "00422"),
    (7, "👩‍👩‍👧 Family", "family@northwind.example", "00423"),
    (8, "Jo Li", "jo.li@northwind.example", "00424"),
    (9, "Ann Ray", "ann.ray@northwind.example", "00425"),
    (10, "Zoë Zimmermann", "zoe@northwind.example", "00426"),
)

# id, program, learner, contract, state, enrolled, completed, failed, next deadline, last activity (days before NOW)
MEMBERSHIPS: Sequence[tuple[Any, ...]] = (
    (1, 1, 1, 1, "MEMBER", 2, 1, 0, 6, 12),
    (2, 1, 2, 1, "MEMBER", 1, 0, 1, None, 41),
    (3, 1, 3, 1, "MEMBER", 1, 0, 0, -3, 3),
    (4, 1, 4, 1, "MEMBER", 0, 0, 0, None, None),
    (5, 1, 5, 1, "INVITED", 0, 0, 0, None, None),
    (6, 1, 6, 1, "DELETED_MEMBER", 1, 0, 0, None, 60),
    (7, 2, 1, 2, "MEMBER", 0, 0, 0, None, None),
    (8, 2, 5, 2, "MEMBER", 1, 1, 0, None, 2),
    (9, 2, 7, 2, "MEMBER", 1, 0, 0, -10, 5),
    (10, 2, 8, 2, "MEMBER", 0, 0, 0, None, None),
    (11, 2, 9, 2, "INVITED", 0, 0, 0, None, None),
    (12, 3, 10, 3, "INVITED", 0, 0, 0, None, None),
)

# membership, course, progress, grade, hours, completed, enrolled (days before NOW), last activity (days before NOW)
ENROLLMENTS: Sequence[tuple[Any, ...]] = (
    (1, 1, 64.0, 71.5, 12.5, False, 90, 12),
    (1, 2, 100.0, 93.0, 20.0, True, 80, 22),
    (2, 1, 30.0, None, 4.0, False, 70, 41),
    (3, 2, 12.0, None, 1.5, False, 20, 3),
    (6, 1, 55.0, None, 6.0, False, 100, 60),
    (8, 3, 100.0, 88.25, 9.0, True, 40, 2),
    (9, 3, 40.0, None, 3.0, False, 10, 5),
)

# id, course, name, weight, deadline (days before NOW)
ASSESSMENTS: Sequence[tuple[Any, ...]] = (
    (1, 1, "Quiz 1", 20.0, 40),
    (2, 1, "Quiz 3", 20.0, 6),
    (3, 1, "Lab 1", 20.0, 2),
    (4, 1, "Practice", 0.0, 30),
    (5, 2, "Final", 50.0, -3),
    (6, 3, "Reflection [b]on[/b] work", 100.0, -10),
)

# membership, assessment, attempted (days before NOW), score, passed
ATTEMPTS: Sequence[tuple[Any, ...]] = (
    (1, 1, 45, 40.0, False),
    (1, 1, 38, 82.0, True),
    (1, 4, 31, None, None),
    (2, 1, 50, 20.0, False),
    (1, 5, 23, 93.0, True),
)


def fill(store: Store) -> None:
    """Put the organization into an empty store. Ana is its admin, Bo the admin of the first program alone."""
    with store.write() as connection:

        def put(table: Table, rows: Sequence[dict[str, Any]]) -> None:
            for row in rows:
                connection.execute(insert(table).values(**row))

        settings = {"time_zone": "Europe/Berlin", "data_as_of": NOW - 2 * HOUR, "signing_key": "k"}
        put(organization, [{"id": 1, "name": "Northwind Learning", "created_at": NOW - 400 * DAY, **settings}])
        put(administrators, [_administrator(1, "ana", "organization"), _administrator(2, "bo", "program")])
        first, last = date(2026, 1, 1), date(2026, 12, 31)
        put(
            contracts,
            [
                _contract(1, "Year 1", 5, starts_on=first, ends_on=last),
                _contract(2, "Year 2 [/b]", 3, starts_on=first, ends_on=last),
                _contract(3, "From a report", None),
            ],
        )
        put(
            programs,
            [
                _program(1, "data", "Data Foundations"),
                _program(2, "teams", f"Leading Teams {HOSTILE}"),
                _program(3, "sprache", "Sprache und Technik"),
            ],
        )
        put(program_contracts, [{"program_id": n, "contract_id": n, "position": 0} for n in (1, 2, 3)])
        put(administrator_programs, [{"administrator_id": 2, "program_id": 1}])
        names = ("Statistics I", "Python for Analysis", HOSTILE)
        put(courses, [{"id": n, "key": f"c{n}", "slug": f"c{n}", "name": name} for n, name in enumerate(names, 1)])
        put(assessments, [_assessment(*row) for row in ASSESSMENTS])
        put(learners, [_learner(*row) for row in PEOPLE])
        put(memberships, [_membership(*row) for row in MEMBERSHIPS])
        put(enrollments, [_enrollment(n, *row) for n, row in enumerate(ENROLLMENTS, 1)])
        put(attempts, [_attempt(n, *row) for n, row in enumerate(ATTEMPTS, 1)])
        totals.derive(connection)


def add_activity(store: Store) -> None:
    """Two days of activity of Kovács Ágnes: 3 lessons in 90 minutes yesterday, 2 in 30 minutes 50 days ago."""
    with store.write() as connection:
        for day, minutes, lessons in ((date(2026, 5, 14), 90.0, 3), (date(2026, 3, 26), 30.0, 2)):
            values = {"membership_id": 1, "course_id": 1, "day": day, "minutes": minutes, "lessons": lessons}
            connection.execute(insert(activity).values(**values))


def ago(days: float | None) -> Instant | None:
    """The instant so many days before NOW."""
    return None if days is None else NOW - round(days * DAY)


def _administrator(number: int, name: str, role: str) -> dict[str, Any]:
    email = f"{name}@northwind.example"
    return {"id": number, "email": email, "email_shown": email, "role": role, "added_at": NOW, "added_by": email}


def _contract(number: int, name: str, licenses: int | None, **days: date) -> dict[str, Any]:
    return {"id": number, "name": name, "licenses": licenses, "created_at": NOW, **days}


def _program(number: int, slug: str, name: str) -> dict[str, Any]:
    url = f"https://learn.northwind.example/{slug}"
    return {"id": number, "slug": slug, "name": name, "position": number, "url": url, "created_at": NOW}


def _learner(number: int, name: str, email: str, external_id: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {"id": number, "name": name, "email": email, "email_shown": email}
    if number == 1:
        values |= {"job_title": "Sales Engineer", "business_unit": "Product", "city": "Toronto", "country": "Canada"}
        values |= {"manager_name": "Bobbi McM."}
    return {**values, "external_id": external_id, "search_key": search_key(name, email)}


def _membership(
    number: int,
    program: int,
    learner: int,
    contract: int,
    state: str,
    enrolled: int,
    completed: int,
    failed: int,
    due: float | None,
    active: float | None,
) -> dict[str, Any]:
    _, name, email, _ = PEOPLE[learner - 1]
    joined = None if state == "INVITED" else ago(100)
    values: dict[str, Any] = {"id": number, "program_id": program, "learner_id": learner, "contract_id": contract}
    values |= {"state": state, "search_key": search_key(name, email), "invited_at": ago(102), "joined_at": joined}
    values |= {"removed_at": ago(1) if state == "DELETED_MEMBER" else None}
    values |= {"enrolled": enrolled, "completed": completed, "failed": failed, "next_deadline": ago(due)}
    latest = [moment for moment in (ago(active), joined) if moment is not None]
    return {**values, "last_activity_at": ago(active), "active_at": max(latest, default=None)}


def _enrollment(
    number: int,
    membership: int,
    course: int,
    progress: float,
    grade: float | None,
    hours: float,
    completed: bool,
    enrolled: float,
    active: float,
) -> dict[str, Any]:
    values: dict[str, Any] = {"id": number, "membership_id": membership, "course_id": course, "progress": progress}
    values |= {"grade": grade, "hours": hours, "completed": completed, "removed": membership == 6}
    values |= {"enrolled_at": ago(enrolled), "last_activity_at": ago(active)}
    return {**values, "completed_at": ago(active) if completed else None}


def _assessment(number: int, course: int, name: str, weight: float, due: float) -> dict[str, Any]:
    values = {"id": number, "course_id": course, "key": f"a{number}", "name": name, "weight": weight}
    return {**values, "deadline": ago(due), "max_score": 100.0, "passing_score": 50.0, "position": number}


def _attempt(
    number: int, membership: int, assessment: int, tried: float, score: float | None, passed: bool | None
) -> dict[str, Any]:
    values = {"id": number, "membership_id": membership, "assessment_id": assessment, "score": score}
    return {**values, "attempted_at": ago(tried), "passed": passed}
