"""Administrators and settings: who may be added and removed, and what an organization can be set to."""

import threading

import pytest

from tui_admin.portal import administrators, journal, rights, settings
from tui_admin.rules.errors import BadInput, Conflict, ConsoleError, NotAllowed, UsageError
from tui_admin.rules.roles import Role
from tui_admin.store.engine import Store

from .conftest import NOW, Organization


def test_any_valid_address_is_added_and_read_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    said = administrators.add(store, ana, " Dóra.Tóth@Northwind.Example", NOW)
    assert said == "Made dóra.tóth@northwind.example organization admin"
    assert rights.sign_in(store, "DÓRA.TÓTH@northwind.example").role is Role.ORGANIZATION
    with pytest.raises(BadInput, match="no e-mail address"):
        administrators.add(store, ana, "dora", NOW)
    with pytest.raises(UsageError, match="organization admin already"):
        administrators.add(store, ana, "dóra.tóth@northwind.example", NOW)


def test_programs_are_added_one_by_one_and_taken_again(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    assert administrators.add(store, ana, "bo@northwind.example", NOW, programs=("teams",)).endswith("data, teams")
    assert rights.scope(rights.sign_in(store, "bo@northwind.example")) == {1, 2}
    with pytest.raises(UsageError, match="already"):
        administrators.add(store, ana, "bo@northwind.example", NOW, programs=("teams",))
    administrators.remove(store, ana, "bo@northwind.example", NOW, programs=("data",))
    assert rights.scope(rights.sign_in(store, "bo@northwind.example")) == {2}
    with pytest.raises(UsageError, match="do not administer data"):
        administrators.remove(store, ana, "bo@northwind.example", NOW, programs=("data",))
    said = administrators.remove(store, ana, "bo@northwind.example", NOW, programs=("teams",))
    assert said == "Removed administrator bo@northwind.example"
    with pytest.raises(NotAllowed):
        rights.sign_in(store, "bo@northwind.example")
    administrators.add(store, ana, "bo@northwind.example", NOW, programs=("teams",))
    assert rights.scope(rights.sign_in(store, "bo@northwind.example")) == {2}


def test_programs_are_chosen_as_a_whole_unless_others_chose_meanwhile(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, "bo@northwind.example"
    said = administrators.assign(store, ana, bo, ("teams", "data"), NOW, seen=("data",))
    assert said == "Made bo@northwind.example program admin of data, teams"
    assert rights.scope(rights.sign_in(store, bo)) == {1, 2}
    with pytest.raises(Conflict, match="is program admin of data, teams by now"):
        administrators.assign(store, ana, bo, ("teams",), NOW, seen=("data",))
    assert rights.scope(rights.sign_in(store, bo)) == {1, 2}
    for programs, why in (((), "may do nothing"), (("data", "teams"), "already")):
        with pytest.raises(UsageError, match=why):
            administrators.assign(store, ana, bo, programs, NOW)
    with pytest.raises(UsageError, match="is no program admin"):
        administrators.assign(store, ana, "eve@northwind.example", ("data",), NOW)
    with pytest.raises(NotAllowed, match="own rights"):
        administrators.assign(store, ana, ana.email, ("data",), NOW)


def test_the_list_names_each_with_role_and_programs(organization: Organization) -> None:
    found = [
        (row.email, row.role, row.programs) for row in administrators.listing(organization.store, organization.ana)
    ]
    assert found == [
        ("ana@northwind.example", Role.ORGANIZATION, ()),
        ("bo@northwind.example", Role.PROGRAM, ("data",)),
        ("cy@northwind.example", Role.PROGRAM, ("teams",)),
    ]


def test_nobody_changes_their_own_rights(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    administrators.add(store, ana, "dora@northwind.example", NOW)
    for change in (administrators.add, administrators.remove):
        with pytest.raises(NotAllowed, match="own rights"):
            change(store, ana, "ana@northwind.example", NOW)
        with pytest.raises(NotAllowed, match="change permissions"):
            change(store, bo, "bo@northwind.example", NOW)


def test_the_last_organization_admin_stays(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    with pytest.raises(UsageError, match="last organization admin"):
        administrators.remove(store, ana, "ana@northwind.example", NOW)
    administrators.add(store, ana, "dora@northwind.example", NOW)
    administrators.remove(store, rights.sign_in(store, "dora@northwind.example"), "ana@northwind.example", NOW)
    with pytest.raises(NotAllowed):
        administrators.add(store, ana, "eve@northwind.example", NOW)


def test_two_cannot_remove_each_other_at_once(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    administrators.add(store, ana, "dora@northwind.example", NOW)
    dora = rights.sign_in(store, "dora@northwind.example")
    refused: list[ConsoleError] = []

    def remove(actor: rights.Actor, email: str) -> None:
        try:
            administrators.remove(store, actor, email, NOW)
        except ConsoleError as error:
            refused.append(error)

    threads = [threading.Thread(target=remove, args=pair) for pair in ((ana, dora.email), (dora, ana.email))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with store.read() as connection:
        assert rights.store_administrators.owner(connection) is not None


def test_the_owner_of_an_embedded_store_can_hand_it_over(sqlite_store: Store) -> None:
    owner = rights.sign_in(sqlite_store, None)
    administrators.add(sqlite_store, owner, "ana@northwind.example", NOW)
    ana = rights.sign_in(sqlite_store, "ana@northwind.example")
    administrators.remove(sqlite_store, ana, owner.email, NOW)
    assert rights.sign_in(sqlite_store, None) == ana


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("name", " Northwind ", "Northwind"),
        ("time-zone", "europe/budapest", "Europe/Budapest"),
        ("public-url", "https://learn.example/", "https://learn.example"),
        ("support-contact", "help@northwind.example, +36 1 555", "help@northwind.example, +36 1 555"),
        ("removed-learners", "hide", "hide"),
    ],
)
def test_a_setting_is_kept_and_journaled(organization: Organization, key: str, value: str, kept: str) -> None:
    store, ana = organization.store, organization.ana
    said = settings.change(store, ana, key, value, NOW)
    assert said == f"Set {key} to {kept!r}"
    assert settings.show(store, ana)[key] == kept
    assert journal.entries(store, ana)[0].summary == said
    assert "already" in settings.change(store, ana, key, value, NOW)
    with pytest.raises(NotAllowed):
        settings.change(store, organization.bo, key, value, NOW)


@pytest.mark.parametrize(
    ("key", "value", "error", "sentence"),
    [
        ("name", "", BadInput, "needs a name"),
        ("time-zone", "Budapest", BadInput, "nearest is 'Europe/Budapest'"),
        ("time-zone", "Europe/Budapset", BadInput, "nearest is 'Europe/Budapest'"),
        ("public-url", "learn.example", BadInput, "write https"),
        ("removed-learners", "maybe", BadInput, "keep or hide"),
        ("support-contact", "a\x07b", BadInput, "cannot be shown"),
        ("timezone", "UTC", UsageError, "nearest is 'time-zone'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    organization: Organization, key: str, value: str, error: type[ConsoleError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        settings.change(organization.store, organization.ana, key, value, NOW)


def test_settings_of_an_empty_store_are_the_usual(sqlite_store: Store) -> None:
    shown = settings.show(sqlite_store, rights.sign_in(sqlite_store, None))
    assert (shown["time-zone"], shown["removed-learners"], shown["name"]) == ("UTC", "keep", None)
