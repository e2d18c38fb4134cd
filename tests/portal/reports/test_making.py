"""Reports as they are made: what is in them, for whom, the same every time."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.portal.conftest import Organization
from tests.portal.report_files import Importer
from tests.portal.reports.conftest import AT, as_bytes, tables
from tests.reports.conftest import read_paths
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports.asked import Asked, Form, ReportKind
from tui_admin.portal.reports.making import make
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.filters.errors import FilterError
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, organization

EMAIL = Asked(ReportKind.EMAIL)
GRADES = Asked(ReportKind.GRADEBOOK, course="STAT")


def rows(content: bytes, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables(content)[f"{table}.csv"], newline="")))


def test_the_usage_report_says_what_was_reported(reported: Importer) -> None:
    found = rows(as_bytes(reported.store, reported.actor, EMAIL), "usage-report")
    zoe, algebra = (
        next(row for row in found if (row["Email"], row["Course ID"], row["Program Slug"]) == ("zoe@x.example", *of))
        for of in (("STAT", "data"), ("ALG", "data"))
    )
    assert zoe["Name"] == 'Zoë "Zed", Ágnes'
    assert (zoe["Overall Progress"], zoe["Course Grade"], zoe["Estimated Learning Hours"]) == ("82.4", "57.73", "")
    assert (zoe["Enrollment Time"], zoe["Class Start Time"]) == ("2026-01-06T10:00:00.000Z", "")
    assert (zoe["Completed"], zoe["Removed From Program"], zoe["Contract"]) == ("No", "No", "Year 1")
    assert (zoe["Job Title"], zoe["External Id"]) == ("'=SUM(A1)", "000")
    assert (algebra["Course"], algebra["Course Slug"], algebra["University"]) == ("Algebra", "algebra", "Northwind")
    (only,) = [row for row in found if row["Email"] == "Only.Usage@x.example"]
    assert only["Last Course Activity Time"] == "2026-03-01T23:59:59.999Z"


def test_people_come_as_the_store_knows_them_and_theirs_by_program_and_course(reported: Importer) -> None:
    content = as_bytes(reported.store, reported.actor, EMAIL)
    found = [(row["Email"], row["Program Slug"], row["Course ID"]) for row in rows(content, "usage-report")]
    assert found[:3] == [
        ("zoe@x.example", "aaa", "STAT"),
        ("zoe@x.example", "data", "ALG"),
        ("zoe@x.example", "data", "STAT"),
    ]
    assert [row["Program Slug"] for row in rows(content, "member-report")[:2]] == ["aaa", "data"]
    assert rows(content, "member-report")[0]["Contract(s)"] == "Year 2; Year 1"


def test_the_specialization_report_says_what_was_reported(reported: Importer) -> None:
    (row,) = rows(as_bytes(reported.store, reported.actor, EMAIL), "specialization-report")
    assert (row["Specialization"], row["Specialization Slug"], row["Completed"]) == ("Data", "sp-data", "Yes")
    assert row["Specialization Completion Time"] == "2026-02-01T10:00:00.000Z"


@pytest.mark.parametrize("asked", [EMAIL, GRADES], ids=["email", "gradebook"])
@pytest.mark.parametrize("form", Form)
def test_the_same_data_and_moment_make_the_same_bytes(reported: Importer, asked: Asked, form: Form) -> None:
    class Pipe(io.RawIOBase):
        """A stream that cannot be sought."""

        content = b""

        def writable(self) -> bool:
            return True

        def write(self, content: object) -> int:
            self.content += bytes(content)  # type: ignore[call-overload]
            return len(content)  # type: ignore[arg-type]

    wanted, pipe = replace(asked, form=form), Pipe()
    first = as_bytes(reported.store, reported.actor, wanted)
    assert as_bytes(reported.store, reported.actor, wanted) == first
    if form is Form.CSV:
        make(reported.store, reported.actor, wanted, AT, pipe)  # type: ignore[arg-type]
        assert pipe.content == first
        dates = {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()}
        assert dates == {(2026, 5, 1, 12, 0, 0)}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("clock", ["1901-01-01T00:00:00Z", "2999-12-31T23:59:59Z"])
def test_a_clock_that_is_wrong_keeps_no_report_from_being_made(reported: Importer, clock: str, form: Form) -> None:
    stream, now = io.BytesIO(), parse_iso(clock)
    made = make(reported.store, reported.actor, replace(EMAIL, form=form), Moments(now, now), stream)
    assert made.rows["usage-report"] == 5
    with zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None


def test_a_report_is_of_one_moment_whatever_is_written_meanwhile(reported: Importer) -> None:
    def rename(_rows: int) -> None:
        with reported.store.write() as connection:
            connection.execute(update(learners).values(name="Somebody Else"))

    stream = io.BytesIO()
    before = as_bytes(reported.store, reported.actor, EMAIL)
    make(reported.store, reported.actor, EMAIL, AT, stream, progress=rename)
    assert stream.getvalue() == before
    assert as_bytes(reported.store, reported.actor, EMAIL) != before


def test_reports_hold_only_whom_the_asker_may_see(organization: Organization) -> None:
    def programs(asked: Asked, actor: Actor) -> set[str]:
        return {row["Program Slug"] for row in rows(as_bytes(organization.store, actor, asked), "member-report")}

    assert programs(EMAIL, organization.ana) == {"data", "teams"}
    assert programs(EMAIL, organization.bo) == {"data"}
    assert programs(Asked(ReportKind.EMAIL, "teams"), organization.ana) == {"teams"}
    assert programs(Asked(ReportKind.EMAIL, where="name:person"), organization.bo) == {"data"}
    with pytest.raises(FilterError):
        programs(Asked(ReportKind.EMAIL, where="program:teams"), organization.bo)
    with pytest.raises(NotAllowed):
        programs(Asked(ReportKind.EMAIL, "teams"), organization.bo)


@pytest.mark.parametrize(
    "where", ["email:zoe@", "status:enrolled or status:completed", "removed>2020-01-01 or name:gone"]
)
def test_a_filter_says_whose_rows_there_are(reported: Importer, where: str) -> None:
    wanted = Asked(ReportKind.EMAIL, where=where)
    content = as_bytes(reported.store, reported.actor, wanted)
    people = {row["Email"] for row in rows(content, "member-report")}
    assert 0 < len(people) < 14
    everything = rows(as_bytes(reported.store, reported.actor, EMAIL), "usage-report")
    assert rows(content, "usage-report") == [row for row in everything if row["Email"] in people]


def test_removed_learners_are_in_no_table_where_they_are_hidden(reported: Importer) -> None:
    with reported.store.write() as connection:
        connection.execute(update(organization).values(removed_learners="hide"))
    told = "".join(tables(as_bytes(reported.store, reported.actor, EMAIL)).values())
    assert "gone@x.example" not in told


def test_what_cannot_be_made_is_refused_before_anything_is_written(reported: Importer) -> None:
    for asked, error in (
        (Asked(ReportKind.EMAIL, "dta"), BadInput),
        (Asked(ReportKind.EMAIL, where="statsu:x"), FilterError),
        (Asked(ReportKind.GRADEBOOK), BadInput),
        (Asked(ReportKind.GRADEBOOK, course="STATS"), BadInput),
    ):
        stream = io.BytesIO()
        with pytest.raises(error) as refused:
            make(reported.store, reported.actor, asked, AT, stream)
        assert stream.getvalue() == b""
    assert "the nearest is 'STAT'" in str(refused.value)


def test_formulas_stay_as_they_are_if_raw(reported: Importer) -> None:
    for raw, name in ((False, "'=1+1"), (True, "=1+1")):
        content = as_bytes(reported.store, reported.actor, Asked(ReportKind.EMAIL, raw=raw))
        assert name in {row["Name"] for row in rows(content, "member-report")}


def test_a_workbook_holds_what_the_csvs_hold(reported: Importer) -> None:
    folder = reported.folder
    for name, form in (("email.zip", Form.CSV), ("email.xlsx", Form.XLSX)):
        content = as_bytes(reported.store, reported.actor, Asked(ReportKind.EMAIL, form=form))
        (folder / name).write_bytes(content)
    by_csv, by_xlsx = read_paths(folder / "email.zip"), read_paths(folder / "email.xlsx")
    assert [read.rows for read in by_xlsx] == [read.rows for read in by_csv]
    assert [read.kind for read in by_xlsx] == ["members", "usage", "specializations"]


def test_progress_counts_every_row_and_may_stop(reported: Importer) -> None:
    heard: list[int] = []
    made = make(reported.store, reported.actor, EMAIL, AT, io.BytesIO(), progress=heard.append)
    assert sum(heard) == sum(made.rows.values())

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(reported.store, reported.actor, EMAIL, AT, io.BytesIO(), progress=stop)


# --- gradebooks


def test_the_attempts_are_all_there_as_they_were_said(reported: Importer) -> None:
    found = rows(as_bytes(reported.store, reported.actor, GRADES), "assessment_attempts")
    told = [(row["Email"], row["Assessment ID"], row["Score"], row["Max Score"], row["Passed"]) for row in found]
    assert told == [
        ("zoe@x.example", "q1", "40", "100", "No"),
        ("zoe@x.example", "q1", "8", "10", "Yes"),
        ("later@x.example", "q1", "", "100", ""),
        ("zoe@x.example", "q2", "7", "9", "Yes"),
        ("zoe@x.example", "p", "80", "100", "Yes"),
    ]
    assert {row["Deadline"] for row in found} == {"2026-02-01T00:00:00.000Z"}


def test_the_gradebook_holds_the_best_score_of_each_graded_assessment(reported: Importer) -> None:
    content = as_bytes(reported.store, reported.actor, GRADES)
    found = rows(content, "gradebook")
    assert list(found[0])[5:] == ["Course Grade", "Course Passed", "Quiz 1 (q1)", "Quiz 1 (q2)"]
    assert {row["Email"]: (row["Course Grade"], row["Quiz 1 (q1)"], row["Quiz 1 (q2)"]) for row in found} == {
        "zoe@x.example": ("57.73", "80", "77.78"),
        "later@x.example": ("", "", ""),
        "Only.Usage@x.example": ("", "", ""),
    }
    assert [row["Program Slug"] for row in found if row["Email"] == "zoe@x.example"] == ["aaa", "data"]


def test_a_gradebook_is_called_by_its_course(reported: Importer) -> None:
    made = make(reported.store, reported.actor, GRADES, AT, io.BytesIO())
    assert (made.file_name, dict(made.rows)) == ("gradebook-STAT.zip", {"gradebook": 4, "assessment_attempts": 5})


def test_a_store_that_is_not_there_yet_reports_nothing(tmp_path: Path, reported: Importer) -> None:
    store = Store(f"sqlite:///{tmp_path / 'none.db'}")
    assert rows(as_bytes(store, reported.actor, EMAIL), "usage-report") == []
    assert not store.exists
