"""Commands as processes of their own: pipes, signals, environments, stores that cannot be used."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Console


def run(*args: str, environ: dict[str, str] | None = None, **how: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui_admin", *args],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        **how,  # type: ignore[call-overload]
    )


@pytest.fixture
def demo(console: Console) -> Console:
    console("demo", "--members", "1500", "--no-open")
    return console


def test_a_reader_that_leaves_early_is_no_fault(demo: Console) -> None:
    command = f"{sys.executable} -m tui_admin --store {demo.store} members --format csv | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name,email,external_id,program,state,statuses,at_risk_reason,enrolled,completed")


def test_an_output_that_is_full_is_said(demo: Console) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui_admin", "--store", demo.store, "members"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )

    assert (done.returncode, done.stderr.count("\n")) == (74, 1)
    assert "cannot be written" in done.stderr


def test_the_environment_names_store_administrator_and_now(demo: Console) -> None:
    environ = {"TUI_ADMIN_STORE": demo.store}
    assert int(run("members", "--count", environ=environ).stdout) > 1000
    assert run("members", "--count", environ=environ | {"TUI_ADMIN_AS": "no@body.example"}).returncode == 3
    listed = ("members", "--where", "status:inactive", "--count")
    later = run(*listed, environ=environ | {"TUI_ADMIN_NOW": "2999-01-01"})
    assert int(later.stdout) > int(run(*listed, environ=environ).stdout)


def test_ctrl_c_while_a_demo_is_made_leaves_nothing_of_it(console: Console) -> None:
    arguments = [
        sys.executable,
        "-m",
        "tui_admin",
        "--store",
        console.store,
        "demo",
        "--members",
        "200000",
        "--no-open",
    ]
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    until = time.monotonic() + 60
    wal = Path(f"{console.path}-wal")
    while not (wal.exists() and wal.stat().st_size > 100_000) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1)  # the tables are made: now come the people, which stay in memory for long
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert "nothing was changed" in said and "Traceback" not in said
    assert console.count("users") == 0
    console("demo", "--members", "20", "--no-open")


def test_stores_that_cannot_be_used_are_one_sentence(console: Console, tmp_path: Path) -> None:
    newer, other, text = tmp_path / "newer.db", tmp_path / "other.db", tmp_path / "text.db"
    console("init", "--org", "O", "--admin", "ana@northwind.example", "--yes", store=f"sqlite:///{newer}")
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE shop (id)")
    text.write_text("this is no database, and longer than the header of one" * 99)

    for store, says in (
        (f"sqlite:///{newer}", "newer"),
        (f"sqlite:///{other}", "other tables"),
        (f"sqlite:///{text}", "not a store"),
        ("postgresql://localhost:1/none", "cannot be reached"),
    ):
        result = console("members", "--as", "ana@northwind.example", store=store, code=5)
        assert says in result.stderr and result.stderr.count("\n") == 1
