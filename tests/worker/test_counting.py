"""Charts counted in the background."""

import time
from pathlib import Path

import pytest

from tests.demo.organizations import copy_of, make
from tui_admin.portal.analytics.staleness import staleness
from tui_admin.store.analytics.versions import LOCK
from tui_admin.store.engine import Store
from tui_admin.store.locks import alone
from tui_admin.worker import counting


@pytest.fixture
def uncounted(sqlite_template: Path, tmp_path: Path) -> Store:
    return make(copy_of(sqlite_template, tmp_path / "demo.db"), 40)


def is_stale(store: Store) -> bool:
    with store.read() as connection:
        return staleness(connection).is_stale


def test_a_process_of_its_own_counts_what_is_stale(
    uncounted: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert counting.look(uncounted)
    while is_stale(uncounted):
        time.sleep(0.05)
    assert not counting.look(uncounted)


def test_none_is_started_beside_one_at_work(uncounted: Store) -> None:
    with alone(uncounted, LOCK, lambda: None):
        assert not counting.look(uncounted)
    assert is_stale(uncounted)
