"""Backups: one file from either database, restored into either; all or nothing."""

from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from tests.postgres import Databases
from tui_admin import durable
from tui_admin.mail.settings import MailSettings, mail_settings
from tui_admin.portal import administrators, backup, doctor, journal, removal, rights
from tui_admin.portal.checks import Check, Finding
from tui_admin.rules.errors import BadInput, NotAllowed, StoreError, UsageError
from tui_admin.rules.times import DAY
from tui_admin.store import copying
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery, senders
from tui_admin.store.tables import contracts, learners, metadata, outbox
from tui_admin.store.tables import journal as journal_table
from tui_admin.store.tables import organization as organization_table

from .conftest import NOW, Organization

ANA = "ana@northwind.example"


def everything(store: Store, but: frozenset[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in but
        }


RESTORED = frozenset({"journal", "journal_head", "delivery"})


def prepare(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    removal.apply(store, ana, removal.plan(store, ana, None, (1, 2), NOW), NOW)
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(merged_into=2, name="Győr 田中"))
        connection.execute(update(contracts).where(contracts.c.id == 1).values(starts_on=date(2026, 1, 1)))


@pytest.mark.parametrize("into", ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def test_a_backup_restores_into_either_database(
    organization: Organization, into: str, tmp_path: Path, postgres_databases: Databases
) -> None:
    prepare(organization)
    out = tmp_path / "backup.db"
    said = backup.backup(organization.store, organization.ana, out)
    assert str(said) == "Northwind Learning: 8 learners, 8 memberships"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("backup")) == ["backup.db"]
    assert backup.inspect(out) == said
    target = Store(f"sqlite:///{tmp_path / 'new' / 'store.db'}" if into == "sqlite" else postgres_databases.new())
    assert backup.restore(target, ANA, out, NOW) == said
    assert everything(target, RESTORED) == everything(organization.store, RESTORED)
    ana = rights.sign_in(target, ANA)
    assert journal.entries(target, ana)[0].summary == "Restored the backup backup.db"
    assert journal.verify(target, ana).whole
    administrators.add(target, ana, "dora@northwind.example", NOW)  # counters go on where they were
    target.close()


def test_a_backup_is_taken_while_somebody_writes(organization: Organization, tmp_path: Path) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(contracts).values(name="Unfinished", created_at=NOW))
        backup.backup(organization.store, organization.ana, tmp_path / "backup.db")
    copy = Store(f"sqlite:///{tmp_path / 'backup.db'}", read_only=True)
    with copy.read() as connection:
        assert "Unfinished" not in connection.execute(select(contracts.c.name)).scalars().all()
    copy.close()


def test_a_name_that_is_taken_is_not_written_over(organization: Organization, tmp_path: Path) -> None:
    out = tmp_path / "letter.txt"
    out.write_text("dear")
    with pytest.raises(UsageError, match="already"):
        backup.backup(organization.store, organization.ana, out)
    assert out.read_text() == "dear"


def test_a_folder_that_is_not_there_is_a_sentence(organization: Organization, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no folder"):
        backup.backup(organization.store, organization.ana, tmp_path / "none" / "backup.db")


def test_only_organization_admins_back_up_and_restore(organization: Organization, tmp_path: Path) -> None:
    store = organization.store
    with pytest.raises(NotAllowed):
        backup.backup(store, organization.bo, tmp_path / "backup.db")
    backup.backup(store, organization.ana, tmp_path / "backup.db")
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(NotAllowed):
        backup.restore(empty, "bo@northwind.example", tmp_path / "backup.db", NOW)
    with pytest.raises(NotAllowed):
        backup.restore(empty, "eve@northwind.example", tmp_path / "backup.db", NOW)
    assert not empty.exists
    assert list(tmp_path.glob("*.restoring*")) == []


def test_a_store_with_people_is_replaced_only_when_confirmed(organization: Organization, tmp_path: Path) -> None:
    store, out = organization.store, tmp_path / "backup.db"
    backup.backup(store, organization.ana, out)
    before = everything(store)
    prepare(organization)
    changed = everything(store)
    with pytest.raises(UsageError, match="holds Northwind Learning: 8 learners"):
        backup.restore(store, ANA, out, NOW)
    if store.path is None:
        with pytest.raises(UsageError, match="into an empty database"):
            backup.restore(store, ANA, out, NOW, replace=True)
        assert everything(store) == changed
        return
    backup.restore(store, ANA, out, NOW, replace=True)
    for name in before.keys() - RESTORED:
        assert everything(store)[name] == before[name]
    assert journal.verify(store, organization.ana).whole


def test_a_console_that_is_open_does_not_harm_a_restored_store(sqlite_store: Store, tmp_path: Path) -> None:
    owner, out = rights.sign_in(sqlite_store, None), tmp_path / "backup.db"
    administrators.add(sqlite_store, owner, ANA, NOW)
    backup.backup(sqlite_store, owner, out)
    other = Store(sqlite_store.url)
    with other.read() as connection:
        connection.execute(select(organization_table)).all()
    backup.restore(sqlite_store, None, out, NOW, replace=True)
    with other.write() as connection:
        connection.execute(insert(contracts).values(name="Late", created_at=NOW))
    other.close()
    assert sqlite_store.path
    with Store(sqlite_store.url).read() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert journal.verify(sqlite_store, owner).whole


@pytest.mark.parametrize(
    ("module", "moment"), [(copying, "copy_file"), (copying, "replace_file"), (durable, "sync_file")]
)
def test_a_failed_restore_leaves_the_store_as_it_was(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, moment: str
) -> None:
    owner, out = rights.sign_in(sqlite_store, None), tmp_path / "backup.db"
    administrators.add(sqlite_store, owner, ANA, NOW)
    backup.backup(sqlite_store, owner, out)
    administrators.add(sqlite_store, owner, "dora@northwind.example", NOW)
    before = everything(sqlite_store)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, moment, fail)
    with pytest.raises(StoreError, match="No space left"):
        backup.restore(sqlite_store, None, out, NOW, replace=True)
    assert everything(sqlite_store) == before
    assert list(tmp_path.glob("*.restoring*")) == []


@pytest.mark.parametrize("content", [b"", b"dear administrator", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_backup_is_refused(sqlite_store: Store, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises((BadInput, StoreError)):
        backup.inspect(path)
    with pytest.raises((BadInput, StoreError)):
        backup.restore(sqlite_store, None, path, NOW)
    with pytest.raises(BadInput, match="no backup"):
        backup.inspect(tmp_path / "none.db")


def findings(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.finding.value for check in checks}


def with_server() -> MailSettings:
    """A server is set."""
    return mail_settings({"server": "smtp://localhost"}, {})


TERMINAL = {"columns": 80, "lines": 24, "encoding": "utf-8", "term": "xterm-256color"}


def test_a_healthy_store_is_told_so(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(organization_table).values(data_as_of=NOW - DAY))
    checks = doctor.examine(organization.store, ANA, NOW, TERMINAL, with_server)
    assert set(findings(checks).values()) == {"ok"}
    expected = {"store", "integrity", "migrations", "journal", "mail", "mail server", "reports", "data", "time"}
    expected |= {"terminal"}
    assert set(findings(checks)) == expected | ({"disk"} if organization.store.path else set())


def test_what_is_wrong_is_named_with_what_to_do(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(organization_table).values(data_as_of=NOW - 30 * DAY, time_zone="Mars/Olympus"))
        connection.execute(update(journal_table).values(summary="Nothing happened"))
        values = {"purpose": "test", "dedupe_key": "1", "address": "a@x.example", "header_id": "1", "header_date": NOW}
        connection.execute(insert(outbox).values(state="queued", **values))
    checks = doctor.examine(organization.store, ANA, NOW, {**TERMINAL, "columns": 60}, with_server)
    found = findings(checks)
    assert {name for name, finding in found.items() if finding == "fail"} == {"journal", "time"}
    assert {name for name, finding in found.items() if finding == "warn"} == {"mail", "data", "terminal"}
    assert all(check.advice for check in checks if check.finding is not Finding.OK)


def test_a_store_that_cannot_be_opened_is_a_failed_check(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"not a database, but a letter" * 100)
    checks = doctor.examine(Store(f"sqlite:///{path}"), None, NOW, {}, with_server)
    assert findings(checks) == {"store": "fail", "mail server": "ok", "terminal": "warn"}
    assert "is not a store" in checks[0].found
    none = doctor.examine(Store(f"sqlite:///{tmp_path / 'none.db'}"), None, NOW, TERMINAL, with_server)
    assert findings(none)["store"] == "warn"


def test_only_an_organization_admin_examines(organization: Organization) -> None:
    with pytest.raises(NotAllowed):
        doctor.examine(organization.store, "bo@northwind.example", NOW, TERMINAL, with_server)


def test_nothing_is_restored_under_a_sender_and_what_waits_in_a_backup_is_asked_about(
    sqlite_store: Store, tmp_path: Path
) -> None:
    owner = rights.sign_in(sqlite_store, None)
    administrators.add(sqlite_store, owner, ANA, NOW)
    backup.backup(sqlite_store, owner, tmp_path / "copy.db")
    with senders.alone(sqlite_store) as free, pytest.raises(UsageError, match="A worker sends mail"):
        assert free
        backup.restore(sqlite_store, None, tmp_path / "copy.db", NOW, replace=True)
    backup.restore(sqlite_store, None, tmp_path / "copy.db", NOW, replace=True)
    with sqlite_store.read() as connection:
        assert delivery.standing(connection).machine == "a backup"
