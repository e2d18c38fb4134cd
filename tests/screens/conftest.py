"""What tests of screens share."""

import pytest

from tests import small_organization as small
from tui_admin.store.engine import Store


@pytest.fixture
def small_store(sqlite_store: Store) -> Store:
    """The small organization."""
    small.fill(sqlite_store)
    return sqlite_store


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> str:
    """The owner of an embedded store nobody administers yet: whoever runs the tests is called ana."""
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    return "ana"
