"""What tests of screens share."""

import pytest
from sqlalchemy import update

from tests import small_organization as small
from tests.portal.mail_facts import set_up
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts


@pytest.fixture
def small_store(sqlite_store: Store) -> Store:
    """The small organization."""
    small.fill(sqlite_store)
    return sqlite_store


@pytest.fixture
def mail_store(small_store: Store) -> Store:
    """The small organization with an address its mail comes from, and seats in its first contract."""
    set_up(small_store)
    with small_store.write() as connection:
        connection.execute(update(contracts).values(licenses=100))
    return small_store


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> str:
    """The owner of an embedded store nobody administers yet: whoever runs the tests is called ana."""
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    return "ana"
