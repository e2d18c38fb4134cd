"""What an administrator chose on a screen is kept for them alone, and not where nothing can be written."""

from pathlib import Path

import pytest

from tests.portal.conftest import NOW, Organization
from tui_admin.portal import administrators, preferences
from tui_admin.rules.errors import NotAllowed
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.engine import Store


def test_each_administrator_has_choices_of_their_own(organization: Organization) -> None:
    store = organization.store
    assert preferences.load(store, organization.bo) == {}
    assert preferences.keep(store, organization.bo, "members", {"columns": ["name"], "sort": ("name", True)})
    assert preferences.keep(store, organization.bo, "members", {"columns": ["name", "email"]})
    assert preferences.keep(store, organization.bo, "users", {"sort": ("email", False)})
    assert preferences.keep(store, organization.ana, "members", {})
    kept = {"members": {"columns": ["name", "email"]}, "users": {"sort": ["email", False]}}
    assert preferences.load(store, organization.bo) == kept
    assert preferences.load(store, organization.ana) == {"members": {}}


def test_who_is_no_administrator_any_more_keeps_nothing(organization: Organization) -> None:
    administrators.remove(organization.store, organization.ana, organization.bo.email, NOW)
    with pytest.raises(NotAllowed):
        preferences.keep(organization.store, organization.bo, "members", {})


def test_a_store_that_cannot_be_written_keeps_nothing(organization: Organization) -> None:
    reader = Store(organization.store.url, read_only=True)
    assert not preferences.keep(reader, organization.ana, "members", {"columns": ["name"]})
    assert preferences.load(reader, organization.ana) == {}
    reader.close()


def test_a_store_that_is_not_there_is_not_made_for_a_choice(tmp_path: Path) -> None:
    store, owner = Store(f"sqlite:///{tmp_path / 'none.db'}"), Actor("me@localhost", Role.ORGANIZATION)
    assert not preferences.keep(store, owner, "members", {"columns": ["name"]})
    assert preferences.load(store, owner) == {}
    assert not store.exists
