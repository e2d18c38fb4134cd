"""What is written: safe in a spreadsheet, the same when read again."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.conftest import MEMBER, Reader, member_sheet, usage
from tui_admin.reports.bundles import write_csv_file
from tui_admin.reports.dictionary import (
    ASSESSMENT_ATTEMPTS,
    GRADEBOOK,
    MEMBER_REPORT,
    SPECIALIZATION_REPORT,
    USAGE_REPORT,
    Columns,
)
from tui_admin.reports.readers import FIELDS, Kind, open_reports
from tui_admin.reports.values import unguarded
from tui_admin.reports.writers import guarded, shortest, write_csv, write_refused

NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=30).map(str.strip)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-x", "'-x"),
        ("@SUM", "'@SUM"),
        ("\t=x", "'\t=x"),
        ("\rx", "'\rx"),
        ("  =x", "'  =x"),
        ("'=x", "''=x"),
        ("a=b", "a=b"),
        ("'Ndrangheta", "'Ndrangheta"),
        ("", ""),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_neutralised(cell: str, written: str) -> None:
    assert guarded(cell) == written
    assert unguarded(written) == cell


@given(st.text())
def test_reading_takes_off_what_writing_put_on(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert guarded(cell).lstrip(" ")[:1] not in tuple("=+-@\t\r")


@given(st.lists(st.tuples(st.text(), st.text()), max_size=8))
def test_csv_cells_survive_writing_and_reading(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO(newline="")
    assert write_csv(stream, ["a", "b"], rows) == len(rows)
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True))
    assert [tuple(map(unguarded, row)) for row in read] == [("a", "b"), *rows]
    assert stream.getvalue().endswith("\r\n")


@given(names=st.lists(NAMES, min_size=1, max_size=6))
def test_names_survive_a_report_written_and_read(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("written") / "members.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = [(name, f"a{i}@uni.example", "p1", "MEMBER") for i, name in enumerate(names)]
        write_csv(stream, ["Name", "Email", "Program Slug", "Member State"], rows)
    with open_reports([path]) as (report,):
        read = [row[3] for batch in report.batches() for row in batch]
    errors = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#NULL!", "#DIV/0!", "#NUM!")
    assert read == [None if name.upper() in errors else name or None for name in names]


def test_raw_and_numbers_are_never_neutralised() -> None:
    stream = io.StringIO(newline="")
    write_csv(stream, ["n", "x"], [("=a", -1.5), ("b", -3), ("c", None), ("d", True)], raw=True)
    assert stream.getvalue() == "n,x\r\n=a,-1.5\r\nb,-3\r\nc,\r\nd,Yes\r\n"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (82.4, "82.4"),
        (100.0, "100"),
        (0.0, "0"),
        (-0.001, "0"),
        (85.55000305, "85.55"),
        (1200.0, "1200"),
        (-1.5, "-1.5"),
    ],
)
def test_numbers_are_in_their_shortest_form(number: float, written: str) -> None:
    assert shortest(number) == written


@pytest.mark.parametrize(
    "bad",
    [
        "Bob,nobody,c1,50,p1",
        "=Bob,bob@uni.example,c1,500,p1",
        "'=Bob,bob@uni.example,c1,500,p1",
        "Bob,bob@uni.example,c1",
        '"Bob,Jr.,bob@uni.example,c1,50,p1',
    ],
)
def test_refused_rows_can_be_repaired_and_imported_again(tmp_path: Path, read: Reader, bad: str) -> None:
    path = tmp_path / "usage.csv"
    path.write_text(usage("Ada,ada@uni.example,c1,50,p1", bad))
    for _ in range(2):  # refused once more it is saved once more
        with open_reports([path]) as (report,):
            list(report.batches())
            stream = io.StringIO(newline="")
            assert write_refused(stream, report) == 1
        path = tmp_path / "refused.csv"
        path.write_text(stream.getvalue(), newline="")
        header, row = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
        assert header == ["Name", "Email", "Course ID", "Overall Progress", "Program Slug", "Reason"]
        assert row[-1].startswith("line ")
    repaired = stream.getvalue().replace("nobody", "bob@uni.example").replace(",500,", ",50,")
    found = read(repaired)
    assert found.report.unknown_columns == ()
    if len(bad.split(",")) == 5:
        assert found.column("name")[0] in ("Bob", "=Bob")
    else:
        assert found.rows == []


def test_a_row_refused_for_a_stray_quote_is_saved_as_it_was_meant(tmp_path: Path, read: Reader) -> None:
    path = tmp_path / "usage.csv"
    path.write_text(usage('"Bob,bob@uni.example,c1,50,p1', "Ada,ada@uni.example,c1,50,p1"))
    stream = io.StringIO(newline="")
    with open_reports([path]) as (report,):
        list(report.batches())
        write_refused(stream, report)
    assert [(row["name"], row["email"]) for row in read(stream.getvalue()).rows] == [("Bob", "bob@uni.example")]


PROFILES = (
    "Manager Name,Manager Email,Job Title,Job Type,Business Unit,Business Unit 2,"
    "Location City,Location Country,Location Region"
)


@pytest.mark.parametrize(
    ("report", "header"),
    [
        (
            MEMBER_REPORT,
            "Name,Email,External Id,Program Name,Program Slug,# Enrolled Courses,# Completed Courses,Member State,"
            f"Join Date,Invitation Date,Last Activity Time,Contract(s),{PROFILES}",
        ),
        (
            USAGE_REPORT,
            "Name,Email,External Id,Course,Course ID,Course Slug,University,Enrollment Time,Class Start Time,"
            "Last Course Activity Time,Overall Progress,Estimated Learning Hours,Completed,Removed From Program,"
            "Program Slug,Program Name,Enrollment Source,Completion Time,Course Grade,Contract," + PROFILES,
        ),
        (
            SPECIALIZATION_REPORT,
            "Name,Email,External Id,Specialization,Specialization Slug,University,Enrollment Time,"
            "Last Specialization Activity Time,Completed,Removed From Program,Program Slug,Program Name,"
            f"Enrollment Source,Specialization Completion Time,Contract,{PROFILES}",
        ),
        (
            ASSESSMENT_ATTEMPTS,
            "Name,Email,External Id,Program Slug,Course ID,Assessment ID,Assessment,Assessment Type,Weight,Deadline,"
            "Attempt Time,Score,Max Score,Passing Score,Passed",
        ),
        (GRADEBOOK, "Name,Email,External Id,Program Slug,Course ID,Course Grade,Course Passed"),
    ],
)
def test_the_reports_have_the_columns_of_the_data_dictionary(report: Columns, header: str) -> None:
    assert ",".join(report) == header


def test_a_member_written_is_the_member_read(read: Reader) -> None:
    stream = io.BytesIO()
    assert write_csv_file(stream, member_sheet([MEMBER]), lambda rows: None) == 1
    assert b"2020-01-01T00:00:00.123Z" in stream.getvalue()
    found = read(stream.getvalue().decode())
    assert found.kind is Kind.MEMBERS
    assert found.rows == [{"line": 2, **dict.fromkeys(FIELDS[Kind.MEMBERS]), **MEMBER}]


@pytest.mark.real_data
def test_a_real_member_report_is_written_back_byte_for_byte(shared_data: Path) -> None:
    path = shared_data / "oulad" / "email-report.zip"
    stream = io.BytesIO()
    with open_reports([path]) as reports:
        (report,) = (report for report in reports if report.kind is Kind.MEMBERS)
        fields = ("line", *FIELDS[Kind.MEMBERS])
        people = [dict(zip(fields, row, strict=True)) for batch in report.batches() for row in batch]
        assert write_csv_file(stream, member_sheet(people), lambda rows: None) == 31_512
    with zipfile.ZipFile(path) as archive:
        # One name in it ends with a space, which reading takes off.
        assert stream.getvalue() == archive.read("member-report.csv").replace(b"Fuad ,", b"Fuad,")
