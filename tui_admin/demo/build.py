"""The demo organization: made from a seed, the same every time, in one transaction."""

import hashlib
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from sqlalchemy import Connection, func, literal, select, text

from ..portal import journal
from ..portal.mail import license_alerts
from ..rules.errors import Cancelled, StoreError
from ..rules.progress import Progress
from ..rules.roles import Actor, Role
from ..rules.times import DAY, Instant
from ..store import tables, totals
from ..store.bulk import insert_rows, without_indexes
from ..store.engine import Store
from . import learning as learned
from . import mail
from .calendar import Calendar
from .catalogue import MOST_GROUPS, Catalogue, groups_for
from .coursework import ATTEMPTS
from .learning import Learning
from .members import COLUMNS as MEMBERSHIPS
from .members import Members
from .people import COLUMNS as LEARNERS
from .people import People
from .programs import OWNER, Programs, set_licenses
from .subjects import AREAS

NAME = "Northwind Learning"

_BLOCK = 5_000
_ACTIVITY_ENROLLMENTS = 40_000
_BUILD_CACHE_KIB = 131_072
_CURRICULUM_GROUPS = 24
_MANY_COURSES = 5
"""Where people are in so many courses on average, these are short: as much work as anybody does."""
_LARGE = (
    tables.learners,
    tables.memberships,
    tables.enrollments,
    tables.attempts,
    tables.specialization_enrollments,
    tables.activity,
    tables.feedback,
)


def build(
    store: Store,
    *,
    members: int,
    seed: int,
    enrollments_per_member: float,
    at: Instant,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Fill an empty store with an invented organization of so many learners, as it stands at `at`.

    `members` counts people; some are in two programs, some only invited, some removed. The number of enrollments is
    `members` x `enrollments_per_member`, as far as the programs have courses for them. The same arguments give the
    same rows on every database. `progress` is told a word, how many learners are made, and of how many.

    Raises StoreError where the store holds anything already, and Cancelled, leaving nothing, where `cancelled` says so.
    """
    rng = Random(f"{seed}/{members}/{enrollments_per_member}/{at}")
    with store.write() as connection:
        _refuse_unless_empty(connection, store.label)
        with _roomy_cache(connection):
            _fill(connection, rng, members, seed, enrollments_per_member, at, progress, cancelled)


def _fill(
    connection: Connection,
    rng: Random,
    members: int,
    seed: int,
    per_member: float,
    at: Instant,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    calendar = Calendar(at, rng)
    own = min(MOST_GROUPS // len(AREAS), max(2, math.ceil(per_member)))
    catalogue = Catalogue(groups_for(members, own), rng, calendar, short=per_member >= _MANY_COURSES)
    programs = Programs(catalogue.groups, max(own, _CURRICULUM_GROUPS), calendar)
    _insert_organization(connection, seed, calendar)
    catalogue.insert(connection)
    programs.insert(connection)
    learning = Learning(rng, calendar, max(1, round(members * per_member) // _ACTIVITY_ENROLLMENTS))
    making = Members(rng, calendar, programs, learning, per_member)
    people = People(rng, calendar)
    with without_indexes(connection, *_LARGE):
        for first in range(1, members + 1, _BLOCK):
            if cancelled is not None and cancelled():
                raise Cancelled("The demo was stopped; nothing of it was kept.")
            learners = list(people.make(first, min(_BLOCK, members + 1 - first)))
            insert_rows(connection, tables.learners, LEARNERS, learners)
            insert_rows(connection, tables.memberships, MEMBERSHIPS, making.make(learners))
            _insert_learned(connection, learning)
            if progress is not None:
                progress("people", first + len(learners) - 1, members)
        if progress is not None:
            progress("indexes", members, members)
    with without_indexes(connection, tables.learner_totals):
        totals.derive(connection)
    set_licenses(connection)
    license_alerts.settle(connection, at)
    mail.fill(connection, rng, calendar)
    newest = {"newest": making.newest or None}
    connection.execute(text("UPDATE organization SET data_as_of = :newest"), newest)
    owner = Actor(OWNER, Role.ORGANIZATION)
    summary = f"Made the demo organization {NAME} of {members:,} people from seed {seed}"
    journal.append(connection, owner, at, action="create demo", summary=summary)
    _advance_sequences(connection)


def _insert_learned(connection: Connection, learning: Learning) -> None:
    insert_rows(connection, tables.enrollments, learned.ENROLLMENTS, learning.enrollments)
    insert_rows(connection, tables.attempts, ATTEMPTS, learning.coursework.rows)
    insert_rows(connection, tables.specialization_enrollments, learned.SPECIALIZATIONS, learning.specializations)
    insert_rows(connection, tables.activity, learned.ACTIVITY, learning.activity)
    insert_rows(connection, tables.feedback, learned.FEEDBACK, learning.feedback)
    learning.clear()


def _insert_organization(connection: Connection, seed: int, calendar: Calendar) -> None:
    values = {
        "id": 1,
        "name": NAME,
        "created_at": (calendar.first - 41) * DAY,
        "demo": True,
        "time_zone": "Europe/Berlin",
        "public_url": "https://learn.northwind.example",
        "support_contact": "learning@northwind.example",
        "sender_name": NAME,
        "sender_address": "learning@northwind.example",
        # Links of a demo open nothing that is worth guarding, and the same seed must give the same rows.
        "signing_key": hashlib.sha256(f"demo {seed}".encode()).hexdigest(),
    }
    connection.execute(tables.organization.insert().values(values))


def _refuse_unless_empty(connection: Connection, label: str) -> None:
    for table in tables.metadata.sorted_tables:
        if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            raise StoreError(
                f"The store {label} is not empty, and a demo is made only in an empty one; nothing was changed. "
                "Name a store that does not exist yet."
            )


@contextmanager
def _roomy_cache(connection: Connection) -> Iterator[None]:
    """More memory for SQLite's pages meanwhile: unique addresses arrive in no order."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual: int = connection.execute(text("PRAGMA cache_size")).scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_BUILD_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def _advance_sequences(connection: Connection) -> None:
    """PostgreSQL numbers rows by sequences, which know nothing of ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.metadata.sorted_tables:
        if "id" not in table.c:
            continue
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
        ).scalar_one()
        newest = connection.execute(select(func.max(table.c.id))).scalar_one()
        if sequence and newest:
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :newest)"), {"sequence": sequence, "newest": newest}
            )
