"""A person of whom everything is held that the store can hold, and a look at all a store holds."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select, update

from tests.outbox_rows import FROZEN, enqueue
from tests.portal.conftest import NOW, Organization
from tui_admin.portal import edits
from tui_admin.portal.mail import suppressions
from tui_admin.portal.person import addresses
from tui_admin.rules.mailing import Purpose
from tui_admin.store import totals, triage
from tui_admin.store.bulk import advance
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    activity,
    assessments,
    attempts,
    course_results,
    courses,
    delivery_attempts,
    enrollments,
    feedback,
    learner_ratings,
    learners,
    membership_contracts,
    metadata,
    outbox,
    rating_runs,
    skill_history,
    skill_ratings,
    skills,
    specialization_enrollments,
    specializations,
)

FIRST, OLD, NOW_AT = "person1@northwind.example", "Zsofia.Old@secret.example", "Zsofia.Varga@secret.example"
NAME, EXTERNAL_ID, JOB, COMMENT = "Zsófia Varga-Q", "ZX-99417", "Falconer Royal", "I loved lesson seven"
SECRETS = (FIRST, OLD, NOW_AT, NAME, EXTERNAL_ID, JOB, COMMENT)
"""All that must be gone once the person is erased; nobody else has any of it."""


def catalogue(organization: Organization) -> None:
    """Two courses with an assessment each, a specialization and a skill."""
    with organization.store.write() as connection:
        for number in (1, 2):
            connection.execute(insert(courses).values(id=number, key=f"c{number}", name=f"Course {number}"))
            work = {"course_id": number, "key": "q", "name": f"Quiz {number}", "weight": 50.0, "position": 1}
            deadline = NOW - 1000 * number
            connection.execute(
                insert(assessments).values(id=number, max_score=100.0, passing_score=50.0, deadline=deadline, **work)
            )
        connection.execute(insert(specializations).values(id=1, slug="spec", name="Spec"))
        connection.execute(insert(skills).values(id=1, name="Falconry"))
        run = {"started_at": NOW, "parameters": "{}", "code_version": "1", "input_hash": "x|0:0:0", "current": True}
        run |= {"replay_id": 1, "attempts": 8, "notes": "{}"}
        connection.execute(insert(rating_runs).values(id=1, **run))
        advance(connection, rating_runs)


def learn(store: Store, membership: int, learner: int, *, moment: int = NOW, grade: float = 70.0) -> None:
    """Give a membership one fact of every kind."""
    with store.write() as connection:
        taken = {"membership_id": membership, "completed": False, "removed": False, "moment": moment}
        connection.execute(insert(enrollments).values(course_id=1, grade=grade, progress=50.0, hours=3.5, **taken))
        connection.execute(insert(specialization_enrollments).values(specialization_id=1, **taken))
        tried = {"membership_id": membership, "assessment_id": 1, "attempted_at": NOW - 5000, "score": grade}
        connection.execute(insert(attempts).values(moment=moment, **tried))
        connection.execute(insert(course_results).values(membership_id=membership, course_id=1, grade=grade))
        day = {"membership_id": membership, "course_id": 1, "day": date(2026, 4, 1), "minutes": 30.0, "lessons": 2}
        connection.execute(insert(activity).values(**day))
        said = {"membership_id": membership, "course_id": 1, "stars": 5, "comment": COMMENT, "given_at": NOW}
        connection.execute(insert(feedback).values(said))
        connection.execute(insert(membership_contracts).values(membership_id=membership, position=1, contract_id=2))
        rated = {"learner_id": learner, "skill_id": 1, "own": 0.5, "information": 24.0, "attempts": 4}
        connection.execute(insert(skill_ratings).values(replay_id=1, band="intermediate", **rated))
        earlier = {"learner_id": learner, "skill_id": 1, "rating": 1.0, "standard_error": 0.4, "at": NOW, "seq": 7}
        connection.execute(insert(skill_history).values(replay_id=1, attempts=3, band="beginner", **earlier))
        connection.execute(insert(learner_ratings).values(replay_id=1, learner_id=learner, rating=1.0, attempts=4))


def derive(store: Store) -> None:
    """Bring what is derived up to what it follows from."""
    with store.write() as connection:
        triage.derive(connection)
        totals.derive(connection)


def known_person(organization: Organization) -> None:
    """Person 1 with facts of every kind, mails, two former addresses, edits, and words about them everywhere."""
    store, ana = organization.store, organization.ana
    catalogue(organization)
    learn(store, 1, 1)
    for values in ({"name": NAME, "external_id": EXTERNAL_ID}, {"job_title": JOB}):
        edits.apply(store, ana, edits.plan(store, ana, (1,), values), NOW)
    edits.apply(store, ana, edits.plan(store, ana, (1, 2), {"city": "Győr"}), NOW)
    for old, new in ((FIRST, OLD), (OLD, NOW_AT)):
        addresses.change(store, ana, addresses.plan_change(store, ana, old, new), NOW)
    suppressions.add(store, ana, OLD, NOW, reason=f"{NAME} asked")
    suppressions.add(store, ana, NOW_AT, NOW)
    with store.write() as connection:
        managed = {"manager_name": NAME, "manager_email": NOW_AT}
        connection.execute(update(learners).where(learners.c.id == 3).values(managed))
    mail(store, "sent", NOW_AT)
    derive(store)


def mail(store: Store, state: str, to: str, learner: int = 1, membership: int | None = 1, **values: Any) -> int:
    """A mail to the person with all that a mail can hold; its message."""
    how = {"learner_id": learner, "membership_id": membership, "state": state}
    how |= {"fields": f'{{"name": "{NAME}", "external_id": "{EXTERNAL_ID}"}}', "attachment_name": f"{EXTERNAL_ID}.csv"}
    how |= {"attachment": JOB.encode(), "last_text": f"no such user <{to}>", **values}
    said = {"subject": "Hello {{ name }}", "body": "Your number is {{ external_id }}.", "frozen": FROZEN}
    number = enqueue(store, 1, purpose=Purpose.CUSTOM, to=lambda _: to, message=said, **how)
    with store.write() as connection:
        made = connection.execute(select(outbox.c.id).where(outbox.c.message_id == number)).scalar_one()
        log = {"outbox_id": made, "at": NOW, "phase": "rcpt", "code": 550, "reply": f"550 <{to}> unknown"}
        connection.execute(insert(delivery_attempts).values(log))
    return number


def everything(store: Store) -> Iterator[tuple[str, str]]:
    """Every value of every row of every table as a text, with the names of table and column."""
    with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from ((f"{table.name}.{name}", _text(value)) for name, value in row.items())


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        return str(value)
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return bytes(value).decode("utf-8", "replace")


def stored(store: Store, table: Table) -> list[dict[str, Any]]:
    """The rows of a table by its key."""
    with store.read() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]


def files_of(folder: Path) -> list[Path]:
    """Every file in a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
