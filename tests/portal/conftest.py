"""An organization to act in: two contracts, two programs, three administrators, eight people."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from tests.portal.report_files import Importer
from tests.store.plain_triage import stored_facts, stored_totals, triage_facts
from tests.store.plain_triage import totals as added_up
from tui_admin.portal.organization import initialise
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.rules.text import search_key
from tui_admin.rules.times import DAY, parse_iso
from tui_admin.store import totals
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    administrator_programs,
    administrators,
    contracts,
    learners,
    memberships,
    program_contracts,
    programs,
)

NOW = parse_iso("2026-05-01T12:00:00Z")


@dataclass(frozen=True)
class Organization:
    """A store with `ana` (organization admin), `bo` (program admin of data, 1) and `cy` (of teams, 2)."""

    store: Store
    ana: Actor
    bo: Actor
    cy: Actor


# id, program, learner, contract, state. Learner 1 holds one license of contract 1 through two programs.
MEMBERSHIPS = (
    (1, 1, 1, 1, "MEMBER"),
    (2, 1, 2, 1, "MEMBER"),
    (3, 1, 3, 1, "MEMBER"),
    (4, 1, 4, 1, "INVITED"),
    (5, 1, 5, 1, "DELETED_MEMBER"),
    (6, 2, 1, 1, "MEMBER"),
    (7, 2, 6, 2, "MEMBER"),
    (8, 2, 7, 2, "INVITED"),
)


@pytest.fixture
def organization(store: Store) -> Organization:
    """The small organization, on SQLite and on PostgreSQL."""
    initialise(store, "Northwind Learning", "ana@northwind.example", NOW)
    with store.write() as connection:
        connection.execute(
            insert(contracts),
            [
                {"id": 1, "name": "Year 1", "licenses": 5, "created_at": NOW},
                {"id": 2, "name": "Year 2", "licenses": None, "created_at": NOW},
            ],
        )
        connection.execute(
            insert(programs),
            [
                {"id": 1, "slug": "data", "name": "Data Foundations", "position": 1, "created_at": NOW},
                {"id": 2, "slug": "teams", "name": "Leading Teams", "position": 2, "created_at": NOW},
            ],
        )
        pairs = ((1, 1), (2, 1), (2, 2))
        connection.execute(insert(program_contracts), [{"program_id": p, "contract_id": c} for p, c in pairs])
        for number, (email, program) in enumerate((("bo@northwind.example", 1), ("cy@northwind.example", 2)), start=2):
            values = {"id": number, "email": email, "email_shown": email, "role": "program"}
            connection.execute(insert(administrators).values(added_at=NOW, added_by="ana@northwind.example", **values))
            connection.execute(insert(administrator_programs).values(administrator_id=number, program_id=program))
        for person in range(1, 9):
            name, email = f"Person {person}", f"person{person}@northwind.example"
            values = {"id": person, "name": name, "email": email, "email_shown": email}
            connection.execute(insert(learners).values(search_key=search_key(name, email), **values))
        for row in MEMBERSHIPS:
            values = dict(zip(("id", "program_id", "learner_id", "contract_id", "state"), row, strict=True))
            joined = NOW - 90 * DAY if row[4] != "INVITED" else None
            removed = NOW - DAY if row[4] == "DELETED_MEMBER" else None
            key = search_key(f"Person {row[2]}", f"person{row[2]}@northwind.example")
            values |= {"joined_at": joined, "active_at": joined, "removed_at": removed, "search_key": key}
            connection.execute(insert(memberships).values(values))
        totals.derive(connection)
        if store.dialect == "postgresql":  # ids given by hand do not move the counters
            for table in ("contracts", "programs", "administrators", "learners", "memberships"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"))
    people = [sign_in(store, f"{name}@northwind.example") for name in ("ana", "bo", "cy")]
    return Organization(store, *people)


@pytest.fixture
def importer(store: Store, tmp_path: Path) -> Iterator[Importer]:
    """Imports as the organization admin of an empty organization; afterwards all that is derived must hold."""
    yield Importer(store, initialise(store, "Northwind", "ana@northwind.example", NOW), tmp_path)
    with store.read() as connection:
        assert stored_facts(connection) == triage_facts(connection)
        assert stored_totals(connection) == added_up(connection)
