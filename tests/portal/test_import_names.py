"""What programs, courses and specializations are called after imports: the newest report's word, and who may say it."""

from pathlib import Path
from typing import Any

import pytest

from tests.portal.conftest import Organization
from tests.portal.report_files import NOW, Importer, attempt, member, usage
from tui_admin.portal import journal, program_settings, programs
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, Notice
from tui_admin.rules.times import DAY
from tui_admin.store import tables

ADA, BOB = "ada@x.example", "bob@x.example"
MARCH, APRIL, MAY = (f"Export 2026-0{month}-01 00-00-00 UTC" for month in (3, 4, 5))
JUNE = "Export 2026-06-01 00-00-00 UTC"


def named(email: str, course: str = "Statistics", program: str = "Data Foundations", **fields: str) -> dict[str, str]:
    return usage(email, Course=course, Program_Name=program, **fields)


def special(email: str, name: str) -> dict[str, str]:
    row = {"Name": "Ada", "Email": email, "Specialization": name, "Specialization Slug": "data-spec"}
    return row | {"University": "Northwind", "Enrollment Time": "", "Completed": "No", "Program Slug": "data"}


def names(importer: Importer, table: Any = tables.courses) -> list[str]:
    return importer.all(table, "name")


def renamings(receipt: Any) -> list[Notice]:
    return [one for file in receipt.files for one in file.warnings if one.column]


def test_a_newer_report_renames_and_says_so(importer: Importer) -> None:
    importer([named(ADA)], [special(ADA, "Data")], name=MARCH)
    receipt = importer([named(ADA, "Statistics I", "Data Basics")], [special(ADA, "Data Science")], name=APRIL)
    assert (names(importer), names(importer, tables.programs)) == (["Statistics I"], ["Data Basics"])
    assert names(importer, tables.specializations) == ["Data Science"]
    usage_file, special_file = receipt.files
    assert usage_file.warnings == (
        Notice("renamed Data Foundations -> Data Basics", None, "Program Slug", "data"),
        Notice("renamed Statistics -> Statistics I", None, "Course ID", "STAT"),
    )
    assert special_file.warnings == (Notice("renamed Data -> Data Science", None, "Specialization Slug", "data-spec"),)
    assert importer.all(tables.programs, "slug") == ["data"]
    (entry, *_) = journal.entries(importer.store, importer.actor)
    assert entry.details["renamed"][1] == {
        "what": "courses",
        "key": "STAT",
        "before": "Statistics",
        "after": "Statistics I",
    }


def test_an_import_that_only_renames_matters_once(importer: Importer) -> None:
    importer([named(ADA)], name=MARCH)
    request = importer.request([named(ADA, "Statistics I")], name=APRIL)
    with open_import(importer.store, importer.actor, request) as found:
        assert found.plan.totals == Counts(unchanged=1)
        assert found.plan.matters
        found.apply(NOW)
    with open_import(importer.store, importer.actor, request) as found:
        assert not found.plan.matters
        assert renamings(found.plan) == []


def test_an_older_report_renames_nothing_and_one_of_the_same_moment_does(importer: Importer) -> None:
    importer([named(ADA, "Statistics I")], name=APRIL)
    assert renamings(importer([named(BOB, "Statistics")], name=MARCH)) == []
    assert names(importer) == ["Statistics I"]
    importer([named(BOB, "Statistics One")], name=APRIL)
    assert names(importer) == ["Statistics One"]


def test_a_report_that_says_the_same_later_keeps_the_name_from_those_between(importer: Importer) -> None:
    importer([named(ADA)], name=MARCH)
    importer([named(ADA)], name=MAY)
    importer([named(ADA, "Statistics I")], name=APRIL)
    assert names(importer) == ["Statistics"]


def test_of_the_files_of_one_import_the_newest_names(importer: Importer) -> None:
    folder = importer.folder
    newer, older = (
        importer.request([named(ADA, course)], name=month).paths[0]
        for course, month in (
            ("Statistics II", MAY),
            ("Statistics I", APRIL),
        )
    )
    assert newer.parent == folder
    assert renamings(importer(newer, older)) == []
    assert names(importer) == ["Statistics II"]
    importer([named(ADA, "Statistics")], name=MARCH)
    assert names(importer) == ["Statistics II"]


def test_a_file_that_gives_no_name_does_not_hold_the_others_back(importer: Importer) -> None:
    importer([attempt(ADA)], name=MAY)
    assert names(importer) == ["STAT"]
    receipt = importer([named(ADA)], name=MARCH)
    assert (names(importer), renamings(receipt)) == (["Statistics"], [])
    importer([named(ADA, "Statistics I")], name=APRIL)
    assert names(importer) == ["Statistics I"]


@pytest.mark.parametrize("made", [False, True], ids=["renamed here", "made here"])
def test_a_name_given_in_the_console_is_kept_from_older_reports(importer: Importer, made: bool) -> None:
    store, ana = importer.store, importer.actor
    if made:
        programs.create(store, ana, "data", "Data for All", NOW)
    else:
        importer([member(ADA)], name=MARCH)
        program_settings.change(store, ana, "data", "name", "Data for All", NOW)
    importer([member(ADA)], name=APRIL)
    assert names(importer, tables.programs) == ["Data for All"]
    importer([member(ADA)], name=JUNE)
    assert names(importer, tables.programs) == ["Data Foundations"]


def test_another_setting_of_a_program_does_not_hold_its_name(importer: Importer) -> None:
    importer([member(ADA)], name=MARCH)
    program_settings.change(importer.store, importer.actor, "data", "tagline", "Learn it", NOW + DAY)
    importer([member(ADA, Program_Name="Data Basics")], name=APRIL)
    assert names(importer, tables.programs) == ["Data Basics"]


def test_a_report_that_gives_only_old_names_renames_nothing_back(importer: Importer) -> None:
    importer([member(ADA)], name=MARCH)
    only_name = member(ADA, Program_Slug="")
    receipt = importer([member(ADA, Program_Name="Data Basics")], [only_name], name=APRIL)
    assert [one.reason for one in renamings(receipt)] == ["renamed Data Foundations -> Data Basics"]
    assert importer.all(tables.programs, "slug", "name") == [("data", "Data Basics")]


def test_an_id_with_another_slug_is_warned_of_and_renames_nothing(importer: Importer) -> None:
    importer([named(ADA)], name=MARCH)
    other = {"Course_Slug": "statistics-2"}
    told = (
        "is statistics-2 (Statistics II) here, but was statistics before; its rows count for statistics: check the id"
    )
    receipt = importer([named(ADA, "Statistics II", **other), named(BOB)], name=APRIL)
    assert renamings(receipt) == [Notice(told, None, "Course ID", "STAT")]
    assert importer.all(tables.courses, "key", "slug", "name") == [("STAT", "statistics", "Statistics")]
    assert len(importer.all(tables.enrollments, "id")) == 2


def test_an_id_with_two_slugs_is_warned_of_when_it_is_new(importer: Importer) -> None:
    receipt = importer([named(ADA), named(BOB, "Statistics II", Course_Slug="statistics-2")], name=MARCH)
    assert [one.value for one in renamings(receipt)] == ["STAT"]
    assert importer.all(tables.courses, "slug", "name") == [("statistics", "Statistics")]


def test_a_program_admin_renames_own_programs_but_no_course(organization: Organization, tmp_path: Path) -> None:
    ana = Importer(organization.store, organization.ana, tmp_path)
    ana([named(ADA)], name=MARCH)
    bo = Importer(organization.store, organization.bo, tmp_path)
    receipt = bo([named(ADA, "Mine", "My Data")], name=APRIL)
    assert names(bo, tables.programs) == ["My Data", "Leading Teams"]
    assert names(bo) == ["Statistics"]
    assert [one.reason for one in renamings(receipt)] == [
        "renamed Data Foundations -> My Data",
        "is called Mine here and stays Statistics: only an organization admin's import renames it",
    ]
    assert len(receipt.renamings) == 1
