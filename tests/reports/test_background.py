"""Reading in a process of its own gives what reading here gives."""

import os
import signal
from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path

import pytest

from tests.reports.conftest import children
from tui_admin.reports import background
from tui_admin.reports.limits import Limits
from tui_admin.reports.readers import ReportFile, open_reports
from tui_admin.rules.errors import BadInput

HEADER = "Email,Program Slug,Member State,Join Date\n"


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files, too, are read in a process of its own."""
    monkeypatch.setattr(background, "WORTHWHILE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Two reports; of the first a row is refused, and its bytes are mixed."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    rows = "".join(f"p{number}@x.example,data,MEMBER,2026-01-05T10:00:00Z\n" for number in range(7_000))
    first.write_bytes((HEADER + rows + "nobody,data,MEMBER,\n").encode() + b"zo\0e@x.example,data,MEMBER,\n")
    second.write_text(HEADER + "ada@x.example,teams,INVITED,\n", encoding="utf-8")
    return [first, second]


def batches_of(
    paths: list[Path], files: list[ReportFile], limits: Limits = Limits()
) -> AbstractContextManager[background.Batches]:
    """How to read the files of some paths."""
    return background.batches_of(paths, files, limits=limits, zone=UTC, on_bytes=lambda _: None)


def test_it_gives_the_same_records_refusals_and_warnings(paths: list[Path]) -> None:
    with open_reports(paths) as files:
        here = [[row for records in file.batches() for row in records] for file in files]
        told = [(file.refusals, file.refused, list(file.warnings)) for file in files]
    with (
        open_reports(paths) as files,
        batches_of(paths, files) as batches,
    ):
        assert [[row for records in batches(file) for row in records] for file in files] == here
        assert [(file.refusals, file.refused, list(file.warnings)) for file in files] == told
    assert told[0][1] == 1
    assert told[0][2]


def test_a_file_that_cannot_be_read_is_said_as_here(paths: list[Path]) -> None:
    gone = [paths[0].with_name("gone.csv")]
    with (
        open_reports(paths) as files,
        batches_of(gone, files) as batches,
        pytest.raises(BadInput, match=r"gone\.csv: cannot be opened"),
    ):
        list(batches(files[0]))


def test_the_limits_hold_there_as_here(paths: list[Path]) -> None:
    with (
        open_reports(paths) as files,
        batches_of(paths, files, Limits(expanded=10_000)) as batches,
        pytest.raises(BadInput, match="more than 1e-05 GB"),
    ):
        list(batches(files[0]))


def test_stopping_early_leaves_no_process(paths: list[Path]) -> None:
    with (
        open_reports(paths) as files,
        batches_of(paths, files) as batches,
    ):
        assert next(iter(batches(files[0])))


def test_a_process_that_is_killed_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(HEADER + "".join(f"p{number}@x.example,data,MEMBER,\n" for number in range(60_000)))
    others = children(os.getpid())
    with open_reports([path]) as files, batches_of([path], files) as batches:
        records = batches(files[0])
        assert len(next(records)) > 0
        (reading,) = set(children(os.getpid())) - set(others)
        os.kill(reading, signal.SIGKILL)
        with pytest.raises(BadInput, match=r"long\.csv: reading it was ended from outside.* Import it again"):
            list(records)
