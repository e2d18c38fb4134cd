"""Public keys of administrators: registered once, removed at once, noted when used, journaled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from tests.rules.test_public_keys import ED25519, FINGERPRINT, line
from tui_admin.portal import administrators, journal, keys, rights, settings
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.rules.public_keys import parse_key
from tui_admin.rules.roles import Actor
from tui_admin.store import journal as store_journal
from tui_admin.store import key_owner
from tui_admin.store.engine import Store
from tui_admin.store.tables import administrator_keys

from .conftest import NOW, Organization

ANA, BO, CY = (f"{name}@northwind.example" for name in ("ana", "bo", "cy"))
OTHER = line("ssh-ed25519", bytes(range(32)))


def address(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_a_key_signs_its_administrator_in(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    said = keys.add(store, ana, " BO@northwind.example", f"{ED25519} bo laptop", NOW)
    assert said == "Added the ssh-ed25519 key bo laptop of bo@northwind.example"
    (found,) = keys.listing(store, ana)
    assert (found.email, found.fingerprint, found.label, found.last_used_at) == (BO, FINGERPRINT, "bo laptop", None)
    bo = rights.sign_in(store, BO, FINGERPRINT)
    assert bo == replace(organization.bo, key=FINGERPRINT)
    assert key_owner.owner(address(store), *ED25519.split()) == (BO, FINGERPRINT)
    assert key_owner.owner(address(store), *OTHER.split()) is None
    with pytest.raises(NotAllowed, match=r"signs ana@northwind.example in no more"):
        rights.sign_in(store, ANA, FINGERPRINT)


def test_a_removed_key_signs_nobody_in_and_ends_what_it_opened(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    keys.add(store, ana, ANA, ED25519, NOW)
    keys.add(store, ana, ANA, OTHER, NOW)
    signed_in = rights.sign_in(store, ANA, FINGERPRINT)
    assert keys.remove(store, ana, FINGERPRINT[:12], NOW).startswith("Removed the ssh-ed25519 key SHA256:AMft74Hv of")
    assert key_owner.owner(address(store), *ED25519.split()) is None
    with pytest.raises(NotAllowed, match="was removed"):
        settings.change(store, signed_in, "name", "Other", NOW)
    with pytest.raises(NotAllowed, match="was removed"):
        rights.sign_in(store, ANA, FINGERPRINT)
    rights.sign_in(store, ANA, parse_key(OTHER).fingerprint)


def test_of_two_who_register_one_key_at_once_the_second_hears_of_the_first(organization: Organization) -> None:
    start = Barrier(2)

    def register(email: str) -> str:
        start.wait()
        try:
            return keys.add(organization.store, organization.ana, email, ED25519, NOW)
        except UsageError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(register, (ANA, BO)))
    assert said[0].startswith("Added the ssh-ed25519 key") and not said[1].startswith("Added")
    assert len(keys.listing(organization.store, organization.ana)) == 1


def test_of_two_who_remove_one_key_at_once_the_second_finds_none(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    keys.add(store, ana, BO, ED25519, NOW)
    start = Barrier(2)

    def remove(actor: Actor) -> str:
        start.wait()
        try:
            return keys.remove(store, actor, FINGERPRINT, NOW)
        except UsageError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(remove, (ana, organization.bo)))
    assert said[0].startswith("No key of yours") and said[1].startswith("Removed the ssh-ed25519 key")
    assert [entry.action for entry in journal.entries(store, ana, limit=2)] == [keys.REMOVE, keys.ADD]


def test_everybody_has_their_own_keys_and_nobody_elses(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    keys.add(store, bo, BO, ED25519, NOW)
    keys.add(store, ana, ANA, OTHER, NOW)
    assert [key.email for key in keys.listing(store, bo)] == [BO]
    assert [key.email for key in keys.listing(store, ana)] == [ANA, BO]
    assert [key.email for key in keys.listing(store, ana, BO)] == [BO]
    for refused in (
        lambda: keys.listing(store, bo, ANA),
        lambda: keys.add(store, bo, ANA, OTHER, NOW),
        lambda: keys.add(store, bo, "eve@northwind.example", OTHER, NOW),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(UsageError, match="No key of yours"):
        keys.remove(store, bo, parse_key(OTHER).fingerprint, NOW)
    keys.remove(store, bo, FINGERPRINT, NOW)
    assert [key.email for key in keys.listing(store, ana)] == [ANA]


def test_a_key_belongs_to_one_person(organization: Organization) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    keys.add(store, ana, ANA, ED25519, NOW)
    with pytest.raises(UsageError, match=r"signs ana@northwind.example in already"):
        keys.add(store, ana, ANA, ED25519, NOW)
    with pytest.raises(UsageError, match=r"signs ana@northwind.example in; a key belongs to one person"):
        keys.add(store, ana, BO, ED25519, NOW)
    with pytest.raises(UsageError, match="signs another administrator in"):
        keys.add(store, bo, BO, ED25519, NOW)
    with pytest.raises(UsageError, match="is no administrator"):
        keys.add(store, ana, "eve@northwind.example", OTHER, NOW)
    with pytest.raises(BadInput, match="Line 1"):
        keys.add(store, ana, BO, "ssh-ed25519 x", NOW)


def test_a_fingerprint_must_tell_one_key(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    keys.add(store, ana, ANA, ED25519, NOW)
    keys.add(store, ana, BO, OTHER, NOW)
    for said, why in (("SHA256:", "Say which"), ("", "Say which"), ("%", "No key"), ("SHA256:zzz", "No key")):
        with pytest.raises(UsageError, match=why):
            keys.remove(store, ana, said, NOW)
    with store.write() as connection:
        connection.execute(
            administrator_keys.update()
            .values(fingerprint=FINGERPRINT[:-1] + "x")
            .where(administrator_keys.c.fingerprint == parse_key(OTHER).fingerprint)
        )
    with pytest.raises(UsageError, match="More than one"):
        keys.remove(store, ana, "AMft", NOW)
    keys.remove(store, ana, FINGERPRINT, NOW)


def test_the_keys_of_a_removed_administrator_are_gone(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    keys.add(store, ana, BO, ED25519, NOW)
    administrators.remove(store, ana, BO, NOW)
    assert journal.entries(store, ana)[0].details["keys"] == [FINGERPRINT]
    administrators.add(store, ana, BO, NOW, programs=("data",))
    assert keys.listing(store, ana) == []
    assert key_owner.owner(address(store), *ED25519.split()) is None
    keys.add(store, ana, CY, ED25519, NOW)


def test_who_is_removed_while_a_key_is_registered_has_none_when_added_again(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    refused = []

    def act(what: Callable[[], str]) -> None:
        try:
            what()
        except UsageError as error:
            refused.append(str(error))

    acts = (lambda: keys.add(store, ana, BO, ED25519, NOW), lambda: administrators.remove(store, ana, BO, NOW))
    with ThreadPoolExecutor(2) as pool:
        with store.write() as connection:
            store_journal.lock_head(connection)
            beside = [pool.submit(act, one) for one in acts]
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while store.dialect == "postgresql" and connection.execute(text(waiting)).scalar_one() < len(acts):
                assert not any(one.done() for one in beside), "it did not wait"
        for one in beside:
            one.result()
    assert refused in ([], [f"{BO} is no administrator of this store; tui-admin admins add makes them one."])
    administrators.add(store, ana, BO, NOW, programs=("data",))
    assert keys.listing(store, ana) == []


def test_the_journal_names_the_administrator_and_the_key(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    keys.add(store, ana, ANA, f"{ED25519} desk", NOW)
    settings.change(store, rights.sign_in(store, ANA, FINGERPRINT), "name", "Other", NOW)
    changed, added = journal.entries(store, ana, limit=2)
    assert changed.by == "ana@northwind.example · key SHA256:AMft74Hv (desk)" and changed.key == FINGERPRINT
    assert added.by == ANA and added.key is None
    keys.remove(store, ana, FINGERPRINT, NOW)
    assert journal.entry(store, ana, changed.id).by == "ana@northwind.example · key SHA256:AMft74Hv"
    assert journal.verify(store, ana).whole


def last_used(store: Store) -> int | None:
    with store.read() as connection:
        return connection.execute(select(administrator_keys.c.last_used_at)).scalar_one()


def test_a_login_is_noted(organization: Organization) -> None:
    store = organization.store
    keys.add(store, organization.ana, ANA, ED25519, NOW)
    keys.note_login(store, FINGERPRINT, NOW + 5)
    assert last_used(store) == NOW + 5


def test_a_store_that_cannot_be_written_hinders_no_login(organization: Organization) -> None:
    store = organization.store
    keys.add(store, organization.ana, ANA, ED25519, NOW)
    reader = Store(store.url, read_only=True)
    keys.note_login(reader, FINGERPRINT, NOW)
    reader.close()
    with store.write() as connection:  # holds the row, and on SQLite the store
        connection.execute(administrator_keys.update().values(comment="held"))
        other = Store(store.url)
        keys.note_login(other, FINGERPRINT, NOW)
        other.close()
    assert last_used(store) is None


def test_no_store_lets_nobody_in(tmp_path: Path) -> None:
    assert key_owner.owner(f"sqlite:///{tmp_path / 'none.db'}", "ssh-ed25519", "AAAA") is None
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("postgresql://u:secret@h/n", True),
        ("postgresql+psycopg://u:@h/n", False),
        ("postgresql://u:sec/ret?#@h/n", True),
        ("postgresql://u@h/n?password=x", True),
        ("postgresql://u@h/n?sslkey=k&sslpassword=x", True),
        ("postgresql:///n?host=h&password=x", True),
        ("postgresql://u@h:5432/n", False),
        ("postgresql://u@[::1]:5432/n", False),
        ("sqlite:////a:b@c", False),
    ],
)
def test_a_password_in_an_address_is_seen(given: str, held: bool) -> None:
    assert key_owner.has_password(given) is held
