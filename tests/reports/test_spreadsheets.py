"""Reports opened by what people open them with: LibreOffice (where it is installed) and pandas."""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import BinaryIO

import pandas
import pytest
from python_calamine import CalamineWorkbook

from tests.reports.conftest import MEMBER, member_sheet
from tui_admin.reports.bundles import write_csv_file
from tui_admin.reports.sheets import write_book
from tui_admin.rules.times import parse_iso

MADE = parse_iso("2026-05-15T12:00:00Z")
NAMES = ("=1+1", "'=1", "-1+1", "@SUM(1)", 'Zoë "Zed", Ágnes', "田中 花子", "+49 30 1234", "'Ndrangheta")
IDS = ("0017", "1e5", "00000008", "1/2", "TRUE", "12.50", "", "=1+1")

_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"
_FROM_CSV = "CSV:44,34,76,1,{},0,false,true,false,false,false,0,true"
"""How LibreOffice reads a CSV: comma, quotes, UTF-8, from line 1, formats of columns; formulas are evaluated."""


@pytest.fixture
def office(tmp_path: Path) -> "Office":
    """LibreOffice without a window, under a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (no soffice): nothing to open a report with")
    return Office(program, tmp_path)


class Office:
    """Opens a file and saves it in another format."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def convert(self, path: Path, form: str, *options: str) -> Path:
        out = self._folder / "converted"
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        command = [
            self._program,
            profile,
            "--headless",
            *options,
            "--convert-to",
            form,
            "--outdir",
            str(out),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return out / f"{path.stem}.{form.partition(':')[0]}"


def write(stream: BinaryIO, suffix: str, *, raw: bool = False) -> None:
    people = [{**MEMBER, "name": name, "external_id": id} for name, id in zip(NAMES, IDS, strict=True)]
    if suffix == "xlsx":
        write_book(stream, [member_sheet(people)], MADE, raw=raw)
    else:
        write_csv_file(stream, member_sheet(people), lambda rows: None, raw=raw)


def report(folder: Path, suffix: str, *, raw: bool = False) -> Path:
    path = folder / f"member-report.{suffix}"
    with path.open("wb") as stream:
        write(stream, suffix, raw=raw)
    return path


def cells(path: Path, column: int) -> list[object]:
    return [row[column] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]]


def formulas(path: Path) -> int:
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml").count(b"<f")


def test_libreoffice_shows_a_workbook_as_it_was_written(office: Office, tmp_path: Path) -> None:
    shown = office.convert(report(tmp_path, "xlsx"), _AS_CSV)
    with shown.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # A cell that begins as a guard of ours does keeps a guard, so that reading gives it back.
    assert tuple(row["Name"] for row in rows) == ("=1+1", "''=1", *NAMES[2:])
    assert tuple(row["External Id"] for row in rows) == IDS
    assert {(row["# Enrolled Courses"], row["Join Date"]) for row in rows} == {("3", "2020-01-01T00:00:00.123Z")}


def test_libreoffice_runs_nothing_of_a_csv(office: Office, tmp_path: Path) -> None:
    path = report(tmp_path, "csv")
    opened = office.convert(path, "xlsx", f"--infilter={_FROM_CSV.format('')}")
    assert formulas(opened) == 0
    assert cells(opened, 0) == ["'=1+1", "''=1", "'-1+1", "'@SUM(1)", NAMES[4], NAMES[5], "'+49 30 1234", NAMES[7]]
    # It takes what looks like a number for one, unless it is told that a column holds text.
    assert cells(opened, 2)[0] == 17
    as_text = office.convert(path, "xlsx", f"--infilter={_FROM_CSV.format('1/1/3/2')}")
    assert cells(as_text, 2) == [*IDS[:-1], "'=1+1"]
    # The same without our guard, so that it is known that it would run.
    assert formulas(office.convert(report(tmp_path, "csv", raw=True), "xlsx", f"--infilter={_FROM_CSV.format('')}")) > 0


def test_pandas_reads_types_accents_and_leading_zeros() -> None:
    stream = io.BytesIO()
    write(stream, "csv")
    stream.seek(0)
    found = pandas.read_csv(stream, dtype={"External Id": str}, keep_default_na=False, parse_dates=["Join Date"])
    assert list(found["Name"])[4:6] == list(NAMES[4:6])
    assert list(found["External Id"]) == [*IDS[:-1], "'=1+1"]
    assert found["# Enrolled Courses"].dtype.kind == "i"
    assert str(found["Join Date"].dtype).startswith("datetime64[")
    assert not found["Name"].str.match(r"\s*[=+\-@]").any()
