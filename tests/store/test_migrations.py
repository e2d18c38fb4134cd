"""Stores of older versions that hold people: what later versions derive beside them is derived when they are opened."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from tests.postgres import Databases
from tests.store.plain_triage import stored_facts, stored_totals, totals, triage_facts
from tui_admin.store.engine import Store
from tui_admin.store.migrations.run import config

FIRST = (
    "INSERT INTO programs (id, slug, name, position, created_at) VALUES (1, 'a', 'A', 1, 0), (2, 'b', 'B', 2, 0)",
    "INSERT INTO courses (id, key, name, in_catalogue) VALUES (1, 'c1', 'C1', false), (2, 'c2', 'C2', false)",
    "INSERT INTO learners (id, email, search_key, opted_out)"
    " VALUES (1, 'a@x.example', '', false), (2, 'b@x.example', '', false), (3, 'c@x.example', '', false)",
    "INSERT INTO memberships (id, program_id, learner_id, state, invitations_sent, hours, search_key, enrolled,"
    " completed, failed, last_activity_at, active_at, at_risk_ever) VALUES"
    " (1, 1, 1, 'MEMBER', 0, 7.5, '', 2, 1, 0, 30, 30, false),"
    " (2, 2, 1, 'DELETED_MEMBER', 0, NULL, '', 2, 1, 0, 50, 50, false),"
    " (3, 1, 2, 'MEMBER', 0, NULL, '', 1, 0, 0, NULL, NULL, false)",
    "INSERT INTO enrollments (id, membership_id, course_id, last_activity_at, hours, completed, removed) VALUES"
    " (1, 1, 1, 30, 4, true, false), (2, 1, 2, 20, NULL, false, false),"
    " (3, 2, 1, 50, 0.1, true, true), (4, 2, 2, 40, 0.2, false, true), (5, 3, 1, NULL, NULL, false, false)",
)
"""Three learners as the first schema holds them: one in two programs, one without any word of hours, one in none."""


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def test_what_later_versions_derive_is_there_once_an_older_store_is_opened(
    tmp_path: Path, postgres_databases: Databases, dialect: str
) -> None:
    address = f"sqlite:///{tmp_path / 'old.db'}" if dialect == "sqlite" else postgres_databases.new()
    store = Store(address)
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        _first_schema(connection)
        for statement in FIRST:
            connection.execute(text(statement))
    with store.read() as connection:
        told = connection.execute(text("SELECT reported_hours, hours FROM memberships ORDER BY id")).all()
        assert [tuple(row) for row in told] == [(7.5, 7.5), (None, 0.3), (None, None)]
        assert stored_facts(connection) == triage_facts(connection)
        assert stored_totals(connection) == totals(connection)
    store.close()


def _first_schema(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    command.upgrade(config(connection), "0001")
