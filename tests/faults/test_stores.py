"""Stores that cannot be used, or not to the end: one sentence that names the store, exit code 5, nothing changed."""

import ctypes
import os
import resource
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.conftest import Console, run, start
from tests.portal.report_files import attempt, member, usage, write
from tui_admin.store.engine import Store

ANA = "ana@northwind.example"
_DROP_FROM_BOUNDING_SET, _CAP_DAC_OVERRIDE = 24, 1  # of prctl(2) and capabilities(7)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The reports of 4,000 people."""
    addresses = [f"p{number}@x.example" for number in range(4_000)]
    made = {"members": member, "usage": usage, "attempts": attempt}
    return [str(write(tmp_path / f"{name}.csv", [row(email) for email in addresses])) for name, row in made.items()]


@pytest.fixture
def few(console: Console, tmp_path: Path) -> Console:
    """A store with five members."""
    rows = [member(f"q{number}@x.example") for number in range(5)]
    console("import", str(write(tmp_path / "few.csv", rows)), "--yes")
    with closing(sqlite3.connect(console.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return console


def as_anybody() -> None:
    """Give up root's right to write everywhere, so that write protection also holds for tests run by root (Linux)."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _CAP_DAC_OVERRIDE, 0, 0, 0) == 0


def limited_to(size: int) -> Callable[[], None]:
    """No file may grow past so many bytes: to a program that is a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def one_sentence(result: object, store: object, says: str) -> None:
    """That a command ended with exit code 5 and one line that names the store and what is the matter."""
    assert result.returncode == 5, result.stderr  # type: ignore[attr-defined]
    assert result.stderr.count("\n") == 1, result.stderr  # type: ignore[attr-defined]
    assert str(store) in result.stderr and says in result.stderr, result.stderr  # type: ignore[attr-defined]
    assert result.stdout == ""  # type: ignore[attr-defined]


WRITES = (
    ["remove", "--program", "data", "--where", "-status:invited", "--yes"],
    ["contracts", "create", "Year 9", "--yes"],
)


def test_a_store_newer_than_the_program_is_left_alone(few: Console, files: list[str]) -> None:
    with closing(sqlite3.connect(few.path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = few.path.read_bytes()
    for words in (["import", *files, "--yes"], ["users", "--count"], ["--read-only", "members"], *WRITES):
        result = few(*words, code=5)
        assert "newer" in result.stderr and result.stderr.count("\n") == 1
    assert few.path.read_bytes() == before


@contextmanager
def protected(store: Path, folder: Path, beside: dict[str, bytes] | None = None) -> Iterator[Path]:
    """A copy of a store in a folder where nothing can be made or changed, with further files beside it by ending."""
    folder.mkdir()
    path = folder / "store.db"
    path.write_bytes(store.read_bytes())
    for ending, content in (beside or {}).items():
        path.with_name(path.name + ending).write_bytes(content)
    for file in (*folder.iterdir(), folder):
        file.chmod(stat.S_IRUSR | (stat.S_IXUSR if file is folder else 0))
    before = path.read_bytes()
    try:
        yield path
    finally:
        folder.chmod(stat.S_IRWXU)
    assert path.read_bytes() == before


def test_a_write_protected_store_cannot_be_written(few: Console, tmp_path: Path, files: list[str]) -> None:
    with protected(few.path, tmp_path / "protected") as path:
        for writable in (False, True):
            for words in (["import", *files, "--yes"], ["contracts", "create", "Year 9", "--yes"]):
                one_sentence(run("--store", f"sqlite:///{path}", *words, preexec_fn=as_anybody), path, "writ")
            if not writable:
                path.parent.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("beside", [{}, {"-wal": b""}], ids=["alone", "with an empty log"])
def test_a_write_protected_store_can_be_read(few: Console, tmp_path: Path, beside: dict[str, bytes]) -> None:
    with protected(few.path, tmp_path / "protected", beside) as path:
        for words in (["users", "--count"], ["members", "--where", "joined>2020-01-01", "--count"]):
            assert run("--store", f"sqlite:///{path}", "--read-only", *words, preexec_fn=as_anybody).stdout == "5\n"
        assert "--read-only" in run("--store", f"sqlite:///{path}", "users", preexec_fn=as_anybody).stderr


def test_a_write_protected_store_with_changes_beside_it_is_not_read_without_them(few: Console, tmp_path: Path) -> None:
    with closing(sqlite3.connect(few.path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("UPDATE organization SET name = 'Changed'")
        connection.commit()
        log = few.path.with_name(few.path.name + "-wal").read_bytes()
        with protected(few.path, tmp_path / "protected", {"-wal": log}) as path:
            result = run("--store", f"sqlite:///{path}", "--read-only", "users", preexec_fn=as_anybody)
            one_sentence(result, path, "changes lie beside it (store.db-wal) that are not in it yet")


def test_a_store_opened_to_read_only_is_not_written(few: Console, files: list[str]) -> None:
    before = few.path.read_bytes()
    for words in (["import", *files, "--yes"], *WRITES):
        result = run("--store", few.store, "--read-only", *words)
        one_sentence(result, few.path, "read only; nothing was changed")
    assert run("--store", few.store, "--read-only", "users", "--count").stdout == "5\n"
    assert few.path.read_bytes() == before


@pytest.mark.parametrize("size", [50_000, 600_000, 1_500_000])
def test_a_full_disk(few: Console, files: list[str], size: int) -> None:
    result = run("--store", few.store, "import", *files, "--yes", preexec_fn=limited_to(size))
    one_sentence(result, few.path, "nothing was changed")
    assert few.count("users") == few.count("members") == 5
    assert run("--store", few.store, "journal", "verify").returncode == 0
    with closing(sqlite3.connect(few.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert few.json("import", *files, "--yes", "--json")["totals"]["new"] == 12_000


def test_a_disk_that_fills_while_a_removal_is_written(few: Console, files: list[str]) -> None:
    few("import", *files, "--yes")
    with closing(sqlite3.connect(few.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    words = ["remove", "--program", "data", "--where", "status:enrolled", "--yes"]
    result = run("--store", few.store, *words, preexec_fn=limited_to(100_000))
    one_sentence(result, few.path, "nothing was changed")
    assert few.count("members") == 4_005
    assert few.json(*words, "--json")["removed"] == 4_000


def test_a_server_that_is_not_there(few: Console, files: list[str]) -> None:
    address = "postgresql://localhost:1/none"
    for words in (["import", *files, "--yes"], ["users", "--count"], *WRITES):
        one_sentence(run("--store", address, "--as", ANA, *words), "localhost:1/none", "cannot be reached")


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("at_work_on", ["COPY %", "INSERT INTO staged_people %", "INSERT INTO memberships %"])
def test_a_server_that_goes_away_in_the_middle(
    postgres_store: Store, postgres_server: str, files: list[str], at_work_on: str
) -> None:
    address = postgres_store.url.render_as_string(hide_password=False)
    words = ["--store", address, "--as", ANA]
    assert run(*words, "init", "--org", "Northwind", "--admin", ANA, "--yes").returncode == 0
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND query LIKE %s AND pid <> "
        "pg_backend_pid()"
    )
    process = start(*words, "import", *files, "--yes")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        while process.poll() is None:
            if connection.execute(ended, (postgres_store.url.database, at_work_on)).fetchall():
                break
    out, err = process.communicate(timeout=60)
    assert process.returncode == 5, out + err
    assert err.count("\n") == 1 and "cannot be reached" in err
    assert run(*words, "users", "--count").stdout == "0\n"
    assert run(*words, "import", *files, "--yes").returncode == 0
    assert run(*words, "members", "--count").stdout == "4000\n"
