"""The open-university data exported: held against its source by a script that shares no code with the program, imported
again, and opened by pandas."""

import csv
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas
import pytest
from python_calamine import CalamineWorkbook

from tests.real_data.conftest import NOW, import_files
from tests.real_data.independent_report import HEADERS, KEYS, PROFILE, differences, header, rows
from tests.reports.office import AS_CSV, Office, formulas, from_csv, office
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports.asked import Asked, Form, ReportKind
from tui_admin.portal.reports.making import make
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store

__all__ = ["office"]

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("oulad")]

EMAIL = Asked(ReportKind.EMAIL)
AAA = "AAA-2013J"
COURSE = Asked(ReportKind.GRADEBOOK, course=AAA)


def exported(store: Store, asked: Asked, path: Path) -> Path:
    with path.open("wb") as stream:
        make(store, sign_in(store, None), asked, Moments(NOW, NOW), stream)
    return path


@pytest.fixture(scope="module")
def export(oulad_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store(f"sqlite:///{oulad_store}", read_only=True)
    path = exported(store, EMAIL, tmp_path_factory.mktemp("export") / "email-report.zip")
    store.close()
    return path


@pytest.mark.parametrize("name", KEYS)
def test_every_row_and_value_of_the_source_is_where_the_dictionary_says(
    name: str, export: Path, oulad_files: tuple[Path, Path]
) -> None:
    assert header(export, name) == f"{HEADERS[name]}{PROFILE}\r\n"
    assert differences(oulad_files[0], export, name) == []


def test_every_attempt_of_a_course_is_in_its_gradebook(
    oulad_store: Path, oulad_files: tuple[Path, Path], tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{oulad_store}", read_only=True)
    ours, name = exported(store, COURSE, tmp_path / "gradebook.zip"), "assessment_attempts.csv"
    store.close()
    columns = ("Email", "Program Slug", "Assessment ID", "Weight", "Deadline", "Attempt Time", "Score", "Max Score")
    given = [tuple(row[column] for column in columns) for row in rows(oulad_files[1], name) if row["Course ID"] == AAA]
    assert len(given) > 1_000
    assert sorted(tuple(row[column] for column in columns) for row in rows(ours, name)) == sorted(given)


def test_an_import_of_the_export_exports_the_same(export: Path, sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "again.db")
    store = Store(f"sqlite:///{tmp_path / 'again.db'}")
    import_files(store, export)
    assert exported(store, EMAIL, tmp_path / "again.zip").read_bytes() == export.read_bytes()
    store.close()


def test_a_gradebook_of_the_export_goes_round(oulad_store: Path, sqlite_template: Path, tmp_path: Path) -> None:
    source = Store(f"sqlite:///{oulad_store}", read_only=True)
    first = exported(source, COURSE, tmp_path / "first.zip")
    source.close()
    shutil.copy(sqlite_template, tmp_path / "again.db")
    store = Store(f"sqlite:///{tmp_path / 'again.db'}")
    import_files(store, first)
    assert exported(store, COURSE, tmp_path / "again.zip").read_bytes() == first.read_bytes()
    store.close()


def test_pandas_reads_numbers_times_accents_and_leading_zeros(export: Path) -> None:
    with zipfile.ZipFile(export) as archive, archive.open("usage-report.csv") as stream:
        usage = pandas.read_csv(stream, dtype={"External Id": str}, parse_dates=["Enrollment Time"])
    assert len(usage) == 32_593
    assert usage["Course Grade"].dtype == float
    assert usage["Course Grade"].dropna().between(0, 100).all()
    assert str(usage["Enrollment Time"].dtype).startswith("datetime64[")
    assert usage["Enrollment Time"].isna().sum() == 45
    assert set(usage["Completed"]) == {"Yes", "No"}
    assert usage["External Id"].str.fullmatch(r"\d+").all()
    assert usage["Name"].str.contains(r"[^\x00-\x7f]").any()
    texts = [
        column for name, column in usage.items() if name in ("Name", "Email", "Course", "Program Name", "Job Title")
    ]
    assert not any(column.astype(str).str.match(r"[=+\-@]").any() for column in texts)


@pytest.mark.parametrize("name", ["member-report.csv", "usage-report.csv"])
def test_libreoffice_opens_what_is_in_the_zip(name: str, export: Path, office: Office, tmp_path: Path) -> None:
    with zipfile.ZipFile(export) as archive:
        archive.extract(name, tmp_path)
    opened = office.convert(tmp_path / name, "xlsx", from_csv(text=3))
    assert formulas(opened) == 0
    columns, *found = CalamineWorkbook.from_path(opened).get_sheet_by_index(0).to_python()
    assert ",".join(map(str, columns)) == HEADERS[name] + PROFILE
    given = list(rows(export, name))
    texts = [
        place for place, column in enumerate(columns) if column in ("Name", "Email", "External Id", "Program Slug")
    ]
    assert [[row[place] for place in texts] for row in found] == [
        [row[str(columns[place])] for place in texts] for row in given
    ]


def test_libreoffice_shows_the_workbook_as_it_was_written(oulad_store: Path, office: Office, tmp_path: Path) -> None:
    one = replace(EMAIL, program="program-2013b")
    store = Store(f"sqlite:///{oulad_store}", read_only=True)
    book = exported(store, replace(one, form=Form.XLSX), tmp_path / "email-report.xlsx")
    given = exported(store, one, tmp_path / "email-report.zip")
    store.close()
    with office.convert(book, AS_CSV).open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert len(found) > 4_000
    assert found == list(rows(given, "member-report.csv"))
