"""Small demo organizations to count in, on both databases, made once for all tests of a process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.organizations import AT, made, make
from tests.made_once import MadeOnce
from tests.postgres import Databases
from tui_admin.portal.analytics.reading import Moments
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.engine import Store

ADA = Actor("ada.lindqvist@northwind.example", Role.ORGANIZATION)
NOW = Moments(AT, AT)
PEOPLE = 400


@pytest.fixture(scope="session")
def counted_sqlite(made_once: MadeOnce, sqlite_template: Path) -> Iterator[Store]:
    """A demo whose charts are counted; nobody may write to it."""
    store = made(made_once, sqlite_template, PEOPLE, per_member=3)
    refresh(store, AT)
    yield store
    store.close()


@pytest.fixture(scope="session")
def counted_postgresql(postgres_databases: Databases) -> Iterator[Store]:
    """The same on PostgreSQL."""
    store = make(Store(postgres_databases.new()), PEOPLE, per_member=3)
    refresh(store, AT)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def counted(request: pytest.FixtureRequest) -> Store:
    """The demo, once on each database."""
    found: Store = request.getfixturevalue(f"counted_{request.param}")
    return found
