"""`programs remove`: planned, typed, archived into a file or a pipe, and gone; or nothing at all."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.faults.conftest import PROGRAM

BO = "bo@northwind.example"


def archives(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if ".zip" in path.name)


def slugs(console: Console) -> list[str]:
    return [row["slug"] for row in console.json("programs", "--format", "json")]


def test_a_dry_run_tells_and_writes_nothing(northwind: Console, tmp_path: Path) -> None:
    out = str(tmp_path / "data.zip")
    told = northwind("programs", "remove", "data", "--archive", out, "--dry-run").stdout
    assert "Plan: remove program data (Data Foundations)." in told
    assert "3 members, 1 invited and 1 former, with 0 enrollments, leave it; 4 people of them are in no program" in told
    assert "Lose it: bo@northwind.example." in told
    planned = northwind.json("programs", "remove", "data", "--archive", out, "--dry-run", "--json")
    assert (planned["applied"], planned["members"], planned["administrators"]) == (False, 3, [BO])
    assert archives(tmp_path) == [] and slugs(northwind) == ["data", "teams"]


@pytest.mark.parametrize("answer", ["n\n", "y\n", "\n", "dat\n", "teams\n"])
def test_what_is_not_typed_is_not_removed(northwind: Console, tmp_path: Path, answer: str) -> None:
    out = str(tmp_path / "data.zip")
    refused = northwind("programs", "remove", "data", "--archive", out, answer=answer, code=None)
    assert refused.exit_code != 0 and "Nothing was changed" in refused.stderr
    assert "It cannot be undone.\nType data to go on" in refused.stderr
    assert archives(tmp_path) == [] and slugs(northwind) == ["data", "teams"]


def test_a_program_admin_removes_their_own(northwind: Console, tmp_path: Path) -> None:
    out = tmp_path / "data.zip"
    done = northwind("programs", "remove", "data", "--archive", str(out), "--as", BO, answer="data\n")
    assert "Removed program data (Data Foundations)" in done.stdout and "SHA-256" in done.stdout
    assert slugs(northwind) == ["teams"] and archives(tmp_path) == ["data.zip"]
    assert zipfile.ZipFile(out).testzip() is None
    entry = northwind.json("journal", "list", "--format", "json")[0]
    assert entry["action"] == "remove program"
    northwind("journal", "verify")


def test_nobody_there_needs_yes(northwind: Console, tmp_path: Path) -> None:
    out = str(tmp_path / "data.zip")
    assert "add --yes" in northwind("programs", "remove", "data", "--archive", out, code=2).stderr
    done = northwind.json("programs", "remove", "data", "--archive", out, "--yes", "--json")
    assert done["applied"] and done["archive"] == out and len(done["digest"]) == 64


def test_an_archive_goes_through_a_pipe(northwind: Console) -> None:
    words = ["--store", northwind.store, "--as", BO, "programs", "remove", "data", "--archive", "-", "--yes"]
    found = subprocess.run([*PROGRAM, *words], capture_output=True, timeout=120, env=dict(os.environ), check=False)
    assert found.returncode == 0, found.stderr
    assert b"Removed program data" in found.stderr
    with zipfile.ZipFile(io.BytesIO(found.stdout)) as archive:
        assert archive.testzip() is None and "README.txt" in archive.namelist()
    assert slugs(northwind) == ["teams"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_pipe_that_takes_nothing_removes_nothing(northwind: Console) -> None:
    words = ["--store", northwind.store, "--as", BO, "programs", "remove", "data", "--archive", "-", "--yes"]
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(
            [*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, timeout=120, env=dict(os.environ), check=False
        )
    assert found.returncode == 74, found.stderr
    assert slugs(northwind) == ["data", "teams"]


def test_a_disk_that_fills_leaves_nothing(northwind: Console, tmp_path: Path) -> None:
    """The process may write 2 KB to a file: the system refuses the rest as a full disk would."""
    words = ["--as", BO, "programs", "remove", "data", "--archive", str(tmp_path / "data.zip"), "--yes"]
    limit = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048)); "
    run = limit + "from tui_admin.cli.main import main; main()"
    before = json.loads(northwind("programs", "remove", "data", "--archive", "x.zip", "--dry-run", "--json").stdout)
    found = subprocess.run(
        [PROGRAM[0], "-c", run, "--store", northwind.store, *words],
        capture_output=True,
        text=True,
        timeout=120,
        env=dict(os.environ),
        check=False,
    )
    assert found.returncode == 4, found.stderr
    assert "cannot be written" in found.stderr and "Nothing was removed." in found.stderr
    assert archives(tmp_path) == []
    after = json.loads(northwind("programs", "remove", "data", "--archive", "x.zip", "--dry-run", "--json").stdout)
    assert before == after
