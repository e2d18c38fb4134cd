"""Signing in, and rights as they stand at the moment of writing."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from tui_admin.portal import administrators as portal_administrators
from tui_admin.portal import members, rights, settings
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.organization import initialise
from tui_admin.rules.errors import BadInput, NotAllowed, RightsChanged, UsageError
from tui_admin.rules.roles import Right, Role
from tui_admin.store.engine import Store
from tui_admin.store.tables import administrator_programs, administrators
from tui_admin.store.tables import organization as organization_table

from .conftest import NOW, Organization


def test_an_address_signs_in_however_it_is_written(organization: Organization) -> None:
    actor = rights.sign_in(organization.store, " ANA@Northwind.Example ")
    assert (actor.email, actor.role) == ("ana@northwind.example", Role.ORGANIZATION)
    assert rights.scope(actor) is None


def test_a_program_admin_acts_within_named_programs(organization: Organization) -> None:
    assert rights.scope(organization.bo) == {1}
    assert rights.scope(organization.cy) == {2}


def test_a_stranger_is_refused(organization: Organization) -> None:
    with pytest.raises(NotAllowed, match=r"eve@northwind.example is no administrator of this store\."):
        rights.sign_in(organization.store, "eve@northwind.example")


def test_an_embedded_store_has_an_owner_and_a_shared_one_asks_who(store: Store) -> None:
    if store.dialect == "postgresql":
        with pytest.raises(UsageError, match="--as EMAIL"):
            rights.sign_in(store, None)
        with pytest.raises(NotAllowed, match="tui-admin init"):
            rights.sign_in(store, "ana@northwind.example")
        return
    actor = rights.sign_in(store, None)
    assert actor.role is Role.ORGANIZATION
    assert actor.email.endswith("@localhost")


def test_the_first_write_makes_the_organization_and_its_owner(sqlite_store: Store) -> None:
    owner = rights.sign_in(sqlite_store, None)
    for _ in range(2):
        with sqlite_store.write() as connection:
            assert rights.admit(connection, owner, NOW, Right.SETTINGS) == owner
    with sqlite_store.read() as connection:
        assert connection.execute(select(organization_table.c.name)).scalars().all() == ["My organization"]
        assert connection.execute(select(administrators.c.email)).scalars().all() == [owner.email]
    assert rights.sign_in(sqlite_store, owner.email.upper()) == owner


def test_nothing_is_created_by_reading(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'none.db'}")
    rights.sign_in(store, None)
    assert not store.exists


def test_the_named_first_admin_owns_an_embedded_store(sqlite_store: Store) -> None:
    made = initialise(sqlite_store, "Northwind", "Ana@Northwind.example", NOW)
    assert rights.sign_in(sqlite_store, None) == made


def test_a_second_organization_is_refused(organization: Organization) -> None:
    with pytest.raises(UsageError, match="has an organization already"):
        initialise(organization.store, "Other", "eve@northwind.example", NOW)


@pytest.mark.parametrize(("name", "email"), [("  ", "ana@northwind.example"), ("Northwind", "ana")])
def test_an_organization_needs_a_name_and_an_address(store: Store, name: str, email: str) -> None:
    with pytest.raises(BadInput):
        initialise(store, name, email, NOW)


def test_a_changed_right_holds_from_the_next_action(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    with store.write() as connection:
        assert rights.admit(connection, bo, NOW, Right.REMOVE, 1) == bo
        connection.execute(delete(administrator_programs).where(administrator_programs.c.program_id == 1))
    with pytest.raises(NotAllowed, match="in this program"), store.write() as connection:
        rights.admit(connection, bo, NOW, Right.REMOVE, 1)


def test_a_removed_administrator_writes_no_more(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(administrators).where(administrators.c.id == 2).values(removed_at=NOW))
    with pytest.raises(NotAllowed, match="no administrator"), organization.store.write() as connection:
        rights.admit(connection, organization.bo, NOW, Right.REMOVE, 1)


def test_what_an_open_console_asks_is_refused_once_its_rights_are_others(organization: Organization) -> None:
    store, bo = Store(organization.store.url), organization.bo
    rights.hold_to(store, bo)
    settings.change(organization.store, organization.ana, "name", "Other", NOW)
    assert members.count(store, bo, MembersQuery("data"), NOW) == 3, "somebody wrote, and bo's rights are as they were"
    portal_administrators.add(organization.store, organization.ana, bo.email, NOW, programs=("teams",))
    for _ in range(2):
        with pytest.raises(RightsChanged):
            members.count(store, bo, MembersQuery("data"), NOW)
        with pytest.raises(RightsChanged), store.write():
            pass
        with pytest.raises(RightsChanged), store.hold():
            pass
    again = rights.sign_in(store, bo.email)
    rights.hold_to(store, again)
    assert members.count(store, again, MembersQuery("data"), NOW) == 3
    portal_administrators.remove(organization.store, organization.ana, bo.email, NOW)
    with pytest.raises(RightsChanged, match="is no administrator"):
        members.count(store, again, MembersQuery("data"), NOW)
    store.close()
