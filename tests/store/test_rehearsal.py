"""Rehearsals: what a write would do, without its being done."""

from pathlib import Path

import pytest

from tui_admin.portal.organization import facts, initialise
from tui_admin.rules.errors import UsageError
from tui_admin.store.engine import Store
from tui_admin.store.rehearsal import Rehearsal


def test_a_rehearsal_says_what_would_happen_and_leaves_nothing(store: Store) -> None:
    rehearsal = Rehearsal(store.url)

    for _ in range(2):
        assert initialise(rehearsal, "Northwind", "ana@northwind.example", 0).email == "ana@northwind.example"
    assert facts(store).name == ""

    initialise(store, "Northwind", "ana@northwind.example", 0)
    with pytest.raises(UsageError, match="has an organization already"):
        initialise(rehearsal, "Other", "ana@northwind.example", 0)
    rehearsal.close()


def test_a_store_that_does_not_exist_is_not_made_by_a_rehearsal(tmp_path: Path) -> None:
    path = tmp_path / "none.db"

    initialise(Rehearsal(f"sqlite:///{path}"), "Northwind", "ana@northwind.example", 0)

    assert not list(tmp_path.iterdir())
