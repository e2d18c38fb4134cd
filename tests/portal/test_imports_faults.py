"""Imports that are killed, starved and raced: the store is as before or as after, and the person hears a sentence."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.portal.report_files import NOW, Importer, Rows, attempt, member, usage, write
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, ImportPlan, ImportRequest
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store
from tui_admin.store.tables import attempts, enrollments, journal, learners, memberships

SCRIPT = """
import os, resource, signal, sys
from pathlib import Path
from tui_admin.portal.imports.plan import ImportRequest
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import ConsoleError
from tui_admin.store.engine import Store

path, files = sys.argv[1], [Path(name) for name in sys.argv[2].split(",")]
step, limit = int(sys.argv[3]), int(sys.argv[4])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
heard = []

def progress(told):
    heard.append(told)
    if len(heard) == step:
        os.kill(os.getpid(), signal.SIGKILL)

store = Store(f"sqlite:///{path}")
try:
    with open_import(store, sign_in(store, None), ImportRequest(files), progress=progress) as found:
        found.apply(1_777_000_000_000)
except ConsoleError as error:
    print(error)
    sys.exit(error.exit_code)
if step == 0:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def people(first: int, last: int) -> Rows:
    return [member(f"p{number}@x.example") for number in range(first, last)]


def run(store: Store, files: list[Path], *, step: int = -1, limit: int = 0) -> subprocess.CompletedProcess[str]:
    names = ",".join(str(file) for file in files)
    arguments = [str(store.path), names, str(step), str(limit)]
    return subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, timeout=60)


def counts(store: Store) -> list[int]:
    with store.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (learners, memberships, enrollments, attempts, journal)
        ]


def sound(store: Store) -> bool:
    with store.read() as connection:
        checked: Any = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        indexes = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars())
    wanted = {str(index.name) for table in (learners, memberships, enrollments, attempts) for index in table.indexes}
    return checked == "ok" and not broken and wanted <= indexes


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The three reports of 400 people."""
    addresses = [f"p{number}@x.example" for number in range(400)]
    return [
        write(tmp_path / "members.csv", [member(email) for email in addresses]),
        write(tmp_path / "usage.csv", [usage(email) for email in addresses]),
        write(tmp_path / "attempts.csv", [attempt(email) for email in addresses]),
    ]


@pytest.mark.parametrize("step", [3, 5, 8, 11, 13, 15, 16])
def test_killed_at_any_step_it_leaves_the_store_as_before(
    sqlite_store: Store, files: list[Path], tmp_path: Path, step: int
) -> None:
    Importer(sqlite_store, sign_in(sqlite_store, None), tmp_path)(people(0, 10))
    before = counts(sqlite_store)
    sqlite_store.close()
    assert run(sqlite_store, files, step=step).returncode == -9
    assert counts(sqlite_store) == before
    assert sound(sqlite_store)
    assert import_all(sqlite_store, files).totals == Counts(new=390 + 400 + 400, unchanged=10)


def test_killed_right_after_it_leaves_the_store_as_after(sqlite_store: Store, files: list[Path]) -> None:
    assert run(sqlite_store, files, step=0).returncode == -9
    assert counts(sqlite_store)[:4] == [400, 400, 400, 400]
    assert sound(sqlite_store)


def test_a_full_disk_changes_nothing_and_says_so(sqlite_store: Store, files: list[Path], tmp_path: Path) -> None:
    Importer(sqlite_store, sign_in(sqlite_store, None), tmp_path)(people(0, 10))
    before = counts(sqlite_store)
    sqlite_store.close()
    result = run(sqlite_store, files, limit=300_000)
    assert result.returncode == 5, result.stderr
    assert "nothing was changed" in result.stdout
    assert counts(sqlite_store) == before
    assert sound(sqlite_store)


def import_all(store: Store, files: list[Path]) -> ImportPlan:
    with open_import(store, sign_in(store, None), ImportRequest(files)) as found:
        return found.apply(NOW)


def test_two_at_once_wait_for_each_other(sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.close()
    overlapping = [write(tmp_path / f"{first}.csv", people(first, first + 600)) for first in (0, 300)]
    stores = [Store(sqlite_store.url) for _ in overlapping]
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(import_all, stores, [[file] for file in overlapping]))
    assert sum((receipt.totals for receipt in receipts), Counts()) == Counts(new=900, unchanged=300)
    assert counts(sqlite_store) == [900, 900, 0, 0, 3]
    assert sound(sqlite_store)


def test_two_at_once_on_a_shared_store(postgres_store: Store, tmp_path: Path) -> None:
    from tui_admin.portal.organization import initialise

    actor = initialise(postgres_store, "Northwind", "ana@northwind.example", NOW)
    overlapping = [write(tmp_path / f"{first}.csv", people(first, first + 600)) for first in (0, 300)]

    def apply(file: Path) -> ImportPlan:
        with open_import(Store(postgres_store.url), actor, ImportRequest([file])) as found:
            return found.apply(NOW)

    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(apply, overlapping))
    assert sum((receipt.totals for receipt in receipts), Counts()) == Counts(new=900, unchanged=300)
    assert counts(postgres_store)[:2] == [900, 900]


def test_readers_go_on_while_an_import_writes(sqlite_store: Store, files: list[Path]) -> None:
    seen: list[list[int]] = []
    with open_import(
        sqlite_store,
        sign_in(sqlite_store, None),
        ImportRequest(files),
        progress=lambda _: seen.append(counts(Store(sqlite_store.url))),
    ) as found:
        found.apply(NOW)
    assert len(seen) > 10
    assert all(one == [0, 0, 0, 0, 0] for one in seen)
    assert counts(sqlite_store)[0] == 400
