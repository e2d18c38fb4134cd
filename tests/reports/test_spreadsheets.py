"""Reports opened by what people open them with: LibreOffice (where it is installed) and pandas."""

import csv
import io
from pathlib import Path
from typing import BinaryIO

import pandas
from python_calamine import CalamineWorkbook

from tests.reports.conftest import MEMBER, member_sheet
from tests.reports.office import AS_CSV, Office, formulas, from_csv, office
from tui_admin.reports.bundles import write_csv_file
from tui_admin.reports.sheets import write_book
from tui_admin.rules.times import parse_iso

__all__ = ["office"]

MADE = parse_iso("2026-05-15T12:00:00Z")
NAMES = ("=1+1", "'=1", "-1+1", "@SUM(1)", 'Zoë "Zed", Ágnes', "田中 花子", "+49 30 1234", "'Ndrangheta")
IDS = ("0017", "1e5", "00000008", "1/2", "TRUE", "12.50", "", "=1+1")


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


def test_libreoffice_shows_a_workbook_as_it_was_written(office: Office, tmp_path: Path) -> None:
    shown = office.convert(report(tmp_path, "xlsx"), AS_CSV)
    with shown.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # A cell that begins as a guard of ours does keeps a guard, so that reading gives it back.
    assert tuple(row["Name"] for row in rows) == ("=1+1", "''=1", *NAMES[2:])
    assert tuple(row["External Id"] for row in rows) == IDS
    assert {(row["# Enrolled Courses"], row["Join Date"]) for row in rows} == {("3", "2020-01-01T00:00:00.123Z")}


def test_libreoffice_runs_nothing_of_a_csv(office: Office, tmp_path: Path) -> None:
    path = report(tmp_path, "csv")
    opened = office.convert(path, "xlsx", f"--infilter={from_csv()}")
    assert formulas(opened) == 0
    assert cells(opened, 0) == ["'=1+1", "''=1", "'-1+1", "'@SUM(1)", NAMES[4], NAMES[5], "'+49 30 1234", NAMES[7]]
    # It takes what looks like a number for one, unless it is told that a column holds text.
    assert cells(opened, 2)[0] == 17
    as_text = office.convert(path, "xlsx", f"--infilter={from_csv(text=3)}")
    assert cells(as_text, 2) == [*IDS[:-1], "'=1+1"]
    # The same without our guard, so that it is known that it would run.
    assert formulas(office.convert(report(tmp_path, "csv", raw=True), "xlsx", f"--infilter={from_csv()}")) > 0


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
