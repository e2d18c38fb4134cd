"""kill -9 at any moment: the program is killed while it imports and while it removes; the store is as before or as
after, whole, and takes the same again."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.conftest import Console, run, start
from tests.portal.report_files import attempt, member, usage, write
from tests.reports.conftest import children

PEOPLE = 1_500
KILLS = 6
_PATIENCE = 4
"""Tries for each kill: runs that end before theirs are no kills."""


@dataclass(frozen=True)
class Embedded:
    """A store file, and what a person can count in it."""

    path: Path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path}"

    def counts(self) -> tuple[int, ...]:
        """Learners, joined members, enrollments, attempts, journal entries."""
        with closing(sqlite3.connect(self.path)) as connection:
            tables = ("learners", "memberships WHERE state = 'MEMBER'", "enrollments", "attempts", "journal")
            found = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
            return tuple(found)

    def check(self) -> None:
        """That nothing of it is broken."""
        with closing(sqlite3.connect(self.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        verified = run("--store", self.address, "journal", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr

    def copied(self, name: str) -> "Embedded":
        other = Embedded(self.path.with_name(name))
        shutil.copy(self.path, other.path)
        return other


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The reports of some people."""
    addresses = [f"p{number}@x.example" for number in range(PEOPLE)]
    made = {"members": member, "usage": usage, "attempts": attempt}
    return [str(write(tmp_path / f"{name}.csv", [row(email) for email in addresses])) for name, row in made.items()]


@pytest.fixture
def before(console: Console, tmp_path: Path) -> Embedded:
    """A store with twenty people of whom the reports say something new."""
    rows = [member(f"p{number}@x.example", Job_Title="Clerk") for number in range(20)]
    console("import", str(write(tmp_path / "first.csv", rows)), "--yes")
    with closing(sqlite3.connect(console.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Embedded(console.path)


def killed_after(seconds: float, words: list[str]) -> bool:
    """Run the program and kill it so long after its start; whether it was still running."""
    process = start(*words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def kill_at_random_moments(before: Embedded, words: list[str], seed: int, kills: int) -> None:
    """Do it once to know how long it takes and what is there after; then kill it at moments of that time."""
    whole = before.copied("whole.db")
    began = time.monotonic()
    done = run("--store", whole.address, *words)
    took = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    states = {before.counts(): "before", whole.counts(): "after"}
    assert len(states) == 2
    chance, killed = random.Random(seed), 0
    for number in range(kills * _PATIENCE):
        # The interpreter's own start, in which nothing can go wrong, is a good part of the time: kill later.
        moment = took * chance.uniform(0.4, 1.0)
        store = before.copied(f"killed-{number}.db")
        if killed_after(moment, ["--store", store.address, *words]):
            killed += 1
        else:
            took = 0.75 * moment  # the first run took longer than one does
        assert store.counts() in states, f"killed after {moment:.3f} of {took:.3f} s: neither before nor after"
        store.check()
        if states[store.counts()] == "before":
            again = run("--store", store.address, *words)
            assert (again.returncode, store.counts()) == (0, whole.counts()), again.stderr
        if killed == kills:
            break
    assert killed, "no run was still there to be killed"


def test_an_import_killed_at_random_moments(before: Embedded, files: list[str]) -> None:
    kill_at_random_moments(before, ["import", *files, "--yes"], seed=20260501, kills=KILLS)


def test_a_removal_killed_at_random_moments(before: Embedded, files: list[str]) -> None:
    assert run("--store", before.address, "import", *files, "--yes").returncode == 0
    words = ["remove", "--program", "data", "--where", "status:enrolled", "--yes"]
    kill_at_random_moments(before, words, seed=20260502, kills=KILLS)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="with one processor there is no process of its own")
def test_the_process_that_reads_a_large_report_killed(before: Embedded, tmp_path: Path) -> None:
    rows = [member(f"q{number}@x.example", Job_Title="x" * 800) for number in range(40_000)]
    large = write(tmp_path / "large.csv", rows)
    state = before.counts()
    process = start("--store", before.address, "import", str(large), "--yes")
    while not (reading := children(process.pid)):
        assert process.poll() is None
    os.kill(reading[0], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.count("\n")) == (4, "", 1)
    assert "large.csv: reading it was ended from outside" in err and "nothing was changed. Import it again" in err
    assert before.counts() == state
    before.check()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_many_imports_and_removals_killed(before: Embedded, files: list[str], seed: int) -> None:
    kill_at_random_moments(before, ["import", *files, "--yes"], seed=seed, kills=20)
    assert run("--store", before.address, "import", *files, "--yes").returncode == 0
    words = ["remove", "--program", "data", "--where", "status:enrolled", "--yes"]
    kill_at_random_moments(before, words, seed=seed, kills=20)
