"""What reports say about people, courses and time when it does not add up: kept as it was said, never guessed at."""

from pathlib import Path

import pytest

from tests.portal.report_files import NOW, Importer, attempt, member, usage
from tui_admin.portal import members, removal
from tui_admin.portal.imports.plan import Counts, Notice
from tui_admin.portal.members import MembersQuery
from tui_admin.reports.readers import REFUSALS_KEPT
from tui_admin.rules.filters import parse
from tui_admin.rules.times import parse_iso
from tui_admin.store.tables import (
    attempts,
    courses,
    enrollments,
    learners,
    memberships,
    organization,
    programs,
    specialization_enrollments,
)

ADA, BOB, CYD = "ada@x.example", "bob@x.example", "cyd@x.example"
T = parse_iso


def found(importer: Importer, where: str, now: str = "2026-01-10T00:00:00Z") -> list[str]:
    """The addresses of the members a filter finds."""
    rows = members.stream(importer.store, importer.actor, MembersQuery(None, parse(where)), T(now))
    return sorted(row.email for row in rows)


def warnings(receipt: object) -> str:
    """All that was said about the files of an import."""
    return " | ".join(one.reason for file in receipt.files for one in file.warnings)  # type: ignore[attr-defined]


# One row that contradicts itself


def test_completed_is_what_completed_says_whatever_progress_and_times_say(importer: Importer) -> None:
    done = {"Completed": "Yes", "Overall Progress": "62.5"}
    importer(
        [
            {**usage(ADA, **done), "Completion Time": ""},
            {**usage(BOB, Overall_Progress="100", Completed="No"), "Completion Time": ""},
            {**usage(CYD, **done), "Completion Time": "2020-01-01T00:00:00.000Z"},
        ]
    )
    assert importer.all(enrollments, "completed", "progress", "completed_at") == [
        (True, 62.5, None),
        (False, 100.0, None),
        (True, 62.5, T("2020-01-01T00:00:00Z")),
    ]
    assert found(importer, "status:completed") == [ADA, CYD]
    assert found(importer, "status:enrolled") == [BOB]


def test_times_in_the_wrong_order_are_kept_as_they_were_said(importer: Importer) -> None:
    times = {
        "Class Start Time": "2026-01-01T08:00:00.000Z",
        "Enrollment Time": "2026-01-06T08:00:00.000Z",
        "Completion Time": "2026-01-03T08:00:00.000Z",
        "Last Course Activity Time": "2026-01-07T08:00:00.000Z",
    }
    importer([{**usage(ADA, Completed="Yes"), **times}])
    names = ("class_start_at", "enrolled_at", "completed_at", "last_activity_at")
    assert importer.all(enrollments, *names) == [tuple(map(T, times.values()))]


def test_midnights_of_another_zone_stay_the_moments_they_are(importer: Importer) -> None:
    importer([usage(ADA, Enrollment_Time="2026-03-08T08:00:00.000Z", Last_Course_Activity_Time="2026-03-09T07:00:00Z")])
    assert importer.all(enrollments, "enrolled_at", "last_activity_at") == [
        (T("2026-03-08T08:00:00Z"), T("2026-03-09T07:00:00Z"))
    ]


def test_blank_is_unknown_and_zero_is_zero(importer: Importer) -> None:
    row = usage(ADA, Overall_Progress="", Course_Grade="")
    none = {**usage(BOB, Overall_Progress="0", Course_Grade="0"), "Estimated Learning Hours": "0"}
    importer([{**row, "Estimated Learning Hours": ""}, none])
    assert importer.all(enrollments, "progress", "grade", "hours") == [(None, None, None), (0.0, 0.0, 0.0)]


@pytest.mark.parametrize("hours", ["-1", "2000000", "1:30"])
def test_hours_that_cannot_be_are_refused_by_line(importer: Importer, hours: str) -> None:
    rows = [{**usage(email), "Estimated Learning Hours": said} for email, said in ((ADA, hours), (BOB, "12,5"))]
    receipt = importer(rows)
    (refusal,) = receipt.files[0].refusals
    assert (refusal.line, refusal.column, refusal.value) == (2, "Estimated Learning Hours", hours)
    assert importer.all(enrollments, "hours") == [12.5]


def test_hours_of_a_period_are_not_taken_for_all_hours(importer: Importer) -> None:
    receipt = importer([{**usage(ADA), "Learning Hours": "3"}])
    assert receipt.files[0].unknown_columns == ("Learning Hours",)
    assert importer.all(enrollments, "hours") == [None]


def test_courses_that_are_projects_keep_their_type(importer: Importer) -> None:
    importer([{**usage(ADA), "Course Type": "Guided Project"}, {**usage(ADA, Course_ID="R"), "Course Type": "Course"}])
    assert importer.all(enrollments, "course_type") == ["Guided Project", "Course"]


# Member states


def test_states_beyond_the_three_are_mapped_said_and_kept(importer: Importer) -> None:
    said = ("INVITED_EMAIL_NOT_VERIFIED", "WHITELISTED", "NOT_MEMBER", "member")
    receipt = importer([member(f"p{n}@x.example", **{"Member State": state}) for n, state in enumerate(said)])
    assert importer.all(memberships, "state", "state_raw") == [
        ("INVITED", "INVITED_EMAIL_NOT_VERIFIED"),
        ("INVITED", "WHITELISTED"),
        ("DELETED_MEMBER", "NOT_MEMBER"),
        ("MEMBER", None),
    ]
    for state, nearest in zip(said[:3], ("INVITED", "INVITED", "DELETED_MEMBER"), strict=True):
        assert f"Member State {state} was read as {nearest}" in warnings(receipt)


def test_an_unknown_state_costs_its_row_only(importer: Importer) -> None:
    receipt = importer([member(ADA, **{"Member State": "PENDING_REVIEW"}), member(BOB)])
    (refusal,) = receipt.files[0].refusals
    assert (refusal.line, refusal.column, refusal.value) == (2, "Member State", "PENDING_REVIEW")
    assert "INVITED" in refusal.reason and "MEMBER" in refusal.reason
    assert importer.all(learners, "email") == [BOB]


def test_removed_in_a_course_while_member_leaves_the_member_and_drops_the_risk(importer: Importer) -> None:
    importer(
        [member(ADA), member(BOB)],
        [usage(ADA, Removed_From_Program="Yes"), usage(BOB)],
        [attempt(email, Score="10", Passed="No") for email in (ADA, BOB)],
    )
    assert importer.all(memberships, "state") == ["MEMBER", "MEMBER"]
    assert found(importer, "status:at-risk", "2026-02-20T00:00:00Z") == [BOB]
    assert found(importer, "status:no-enrollment") == []


# Who is in which file


def test_in_usage_without_member_and_in_member_without_usage(importer: Importer) -> None:
    importer([member(ADA)], [usage(BOB)])
    assert importer.all(learners, "email") == [ADA, BOB]
    assert found(importer, "status:no-enrollment") == [ADA]
    assert found(importer, "status:enrolled") == [BOB]


def test_a_specialization_without_its_courses(importer: Importer) -> None:
    row = {"Email": ADA, "Specialization": "Data", "Specialization Slug": "data-s", "Completed": "No"}
    times = {"Enrollment Time": "2026-01-06T10:00:00Z", "Last Specialization Activity Time": ""}
    assert importer([{**row, **times, "Program Slug": "data"}]).totals == Counts(new=1)
    assert importer.all(specialization_enrollments, "completed", "removed") == [(False, False)]
    assert importer.all(courses, "key") == []
    assert found(importer, "status:no-enrollment") == [ADA]


def test_counts_a_member_report_says_stand_beside_those_of_usage(importer: Importer) -> None:
    importer([member(ADA, **{"# Enrolled Courses": "1", "# Completed Courses": "0"})])
    importer([usage(ADA, Completed="Yes"), usage(ADA, Course_ID="R", Course_Slug="r")])
    kept = importer.all(memberships, "reported_enrolled", "reported_completed", "enrolled", "completed")
    assert kept == [(1, 0, 2, 1)]


def test_rows_that_vanish_and_come_back_change_nothing(importer: Importer) -> None:
    both = [usage(ADA, Overall_Progress="50"), usage(BOB)]
    importer([member(ADA), member(BOB)], both, name="Export 2026-03-01 00-00-00 UTC")
    without = importer([member(BOB)], [usage(BOB)], name="Export 2026-03-08 00-00-00 UTC")
    said = [file.warnings for file in without.files]
    assert said[0] == (Notice("not in this file, and kept: 1 member of its programs"),)
    assert said[1] == (Notice("not in this file, and kept: 1 enrollment of its programs"),)
    assert importer.all(memberships, "state") == ["MEMBER", "MEMBER"]
    assert importer.all(enrollments, "progress", "removed") == [(50.0, False), (10.0, False)]
    back = importer([member(ADA), member(BOB)], both, name="Export 2026-03-15 00-00-00 UTC")
    assert back.totals == Counts(unchanged=4)
    assert warnings(back) == ""
    other = importer([member(CYD, Program_Slug="teams")], name="Export 2026-03-16 00-00-00 UTC")
    assert warnings(other) == ""


# Who is who


def test_external_ids_name_nobody_twice_and_merge_nobody(importer: Importer) -> None:
    importer(
        [
            member(ADA, External_Id=ADA),
            member(BOB, External_Id="bob"),
            member(CYD, External_Id=""),
            member("dan@x.example", External_Id="0017"),
            member("eve@x.example", External_Id="0017"),
            member("flo@x.example", External_Id=BOB),
        ]
    )
    assert importer.all(learners, "email", "external_id") == [
        (ADA, ADA),
        (BOB, "bob"),
        (CYD, None),
        ("dan@x.example", "0017"),
        ("eve@x.example", "0017"),
        ("flo@x.example", BOB),
    ]


def test_an_external_id_that_a_later_file_leaves_blank_stays(importer: Importer) -> None:
    importer([member(ADA, External_Id="0017")])
    importer([member(ADA, External_Id="")], [usage(ADA, External_Id="")])
    assert importer.all(learners, "external_id") == ["0017"]


def test_an_address_changed_between_exports_loses_nobody(importer: Importer) -> None:
    importer([member(ADA, External_Id="17", Name="Ada L")], [usage(ADA, External_Id="17")])
    receipt = importer([member("ada.l@x.example", External_Id="17", Name="Ada L")])
    assert receipt.creates.people == 1
    assert importer.all(learners, "email", "external_id") == [(ADA, "17"), ("ada.l@x.example", "17")]
    assert len(importer.all(enrollments, "id")) == 1


@pytest.mark.parametrize("said", ["", "redacted", "deleted-user", "unknown@"])
def test_an_erased_person_in_an_export_costs_the_row_and_creates_nobody(importer: Importer, said: str) -> None:
    receipt = importer([{**member(ADA), "Email": said, "Name": "[deleted]"}, member(BOB)])
    (refusal,) = receipt.files[0].refusals
    assert (refusal.line, refusal.column, refusal.value) == (2, "Email", said)
    assert importer.all(learners, "email") == [BOB]


# Which course, which program


def test_one_course_in_two_programs_is_two_enrollments(importer: Importer) -> None:
    other = {"Program Slug": "teams", "Program Name": "Leading Teams"}
    importer([usage(ADA, Overall_Progress="20"), usage(ADA, Overall_Progress="80", **other)])
    assert importer.all(courses, "key") == ["STAT"]
    assert importer.all(enrollments, "progress") == [20.0, 80.0]
    assert len(set(importer.all(enrollments, "membership_id"))) == 2
    importer([usage(ADA, Overall_Progress="90", **other)])
    assert importer.all(enrollments, "progress") == [20.0, 90.0]


def test_one_course_in_two_contracts_or_sessions_is_one_enrollment_and_the_other_row_is_said(
    importer: Importer,
) -> None:
    session = {"Contract": "Year 2", "Class Start Time": "2026-02-01T00:00:00Z"}
    first = {**usage(ADA, Contract="Year 1"), "Class Start Time": "2026-01-01T00:00:00Z"}
    receipt = importer([first, {**usage(ADA), **session}])
    assert receipt.totals == Counts(new=1, unchanged=1)
    assert "1 rows say something else than a later row" in warnings(receipt)
    assert importer.all(enrollments, "class_start_at") == [T("2026-02-01T00:00:00Z")]


def test_identical_rows_are_one_and_need_no_word(importer: Importer) -> None:
    receipt = importer([usage(ADA), usage(ADA), usage(ADA)], [member(ADA), member(ADA)], [attempt(ADA), attempt(ADA)])
    assert receipt.totals == Counts(new=3, unchanged=4)
    assert warnings(receipt) == ""


def test_one_file_given_twice_counts_once(importer: Importer) -> None:
    path = importer.request([usage(ADA), usage(BOB)]).paths[0]
    assert importer(path, path).totals == Counts(new=2, unchanged=2)
    assert importer(path).totals == Counts(unchanged=2)


def test_a_second_enrollment_after_leaving_takes_the_place_of_the_first(importer: Importer) -> None:
    importer([usage(ADA, Removed_From_Program="Yes", Overall_Progress="40")], name="Export 2026-02-01 00-00-00 UTC")
    again = usage(ADA, Enrollment_Time="2026-03-01T00:00:00.000Z", Overall_Progress="0")
    importer([again], name="Export 2026-03-02 00-00-00 UTC")
    assert importer.all(enrollments, "removed", "progress", "enrolled_at") == [(False, 0.0, T("2026-03-01T00:00:00Z"))]


def test_hours_that_go_down_are_what_the_newer_file_says(importer: Importer) -> None:
    for day, hours in (("2026-02-01", "20"), ("2026-02-08", "12.5")):
        importer([{**usage(ADA), "Estimated Learning Hours": hours}], name=f"Export {day} 00-00-00 UTC")
    assert importer.all(enrollments, "hours") == [12.5]


def test_a_course_renamed_or_with_another_slug_stays_one_course(importer: Importer) -> None:
    importer([usage(ADA)])
    importer([usage(ADA, Course="Statistics II", Course_Slug="statistics-2"), usage(BOB, Course_Slug="")])
    assert len(importer.all(courses, "key")) == 1
    assert len(importer.all(enrollments, "id")) == 2
    importer([usage(CYD, Course_ID="", Course_Slug="statistics")])
    assert importer.all(courses, "key") == ["STAT"]


def test_a_program_renamed_in_reports_stays_one_program(importer: Importer) -> None:
    importer([member(ADA)])
    importer([member(ADA, Program_Name="Data Foundations 2026"), member(BOB, Program_Name="")])
    assert importer.all(programs, "slug") == ["data"]
    assert len(importer.all(memberships, "id")) == 2


def test_a_course_nobody_may_see_is_known_by_its_id(importer: Importer) -> None:
    importer([usage(ADA, Course="", Course_Slug="", Course_ID="-XyZ_9", University="")])
    assert importer.all(courses, "key", "name") == [("-XyZ_9", "-XyZ_9")]


# Time


def test_a_time_in_the_far_future_does_not_make_its_file_the_newest_for_ever(importer: Importer) -> None:
    clock = T("2026-03-05T00:00:00Z")
    rows = [
        usage(ADA, Overall_Progress="20", Last_Course_Activity_Time="2099-01-01T00:00:00.000Z"),
        usage(BOB, Last_Course_Activity_Time="2026-03-01T00:00:00.000Z"),
    ]
    receipt = importer(rows, clock=clock)
    assert "some times in it lie in the future" in warnings(receipt)
    assert receipt.files[0].moment == T("2026-03-01T00:00:00Z")
    assert importer.all(enrollments, "last_activity_at")[0] == T("2099-01-01T00:00:00Z")
    later = usage(ADA, Overall_Progress="60", Last_Course_Activity_Time="2026-03-02T00:00:00.000Z")
    importer([later], clock=clock)
    assert importer.all(enrollments, "progress", "last_activity_at")[0] == (60.0, T("2026-03-02T00:00:00Z"))


def test_a_stamp_in_the_future_dates_its_file_as_of_now(importer: Importer) -> None:
    clock = T("2026-03-05T00:00:00Z")
    importer([usage(ADA, Overall_Progress="20")], name="Export 2062-03-01 00-00-00 UTC", clock=clock)
    importer([usage(ADA, Overall_Progress="60")], name="Export 2026-03-05 00-00-00 UTC", clock=clock)
    assert importer.all(enrollments, "progress") == [60.0]


def test_activity_after_the_stamp_of_its_file_is_kept(importer: Importer) -> None:
    late = usage(ADA, Last_Course_Activity_Time="2026-03-02T00:00:00.000Z")
    importer([late], name="Export 2026-03-01 00-00-00 UTC")
    assert importer.all(enrollments, "last_activity_at") == [T("2026-03-02T00:00:00Z")]
    assert importer.all(organization, "data_as_of") == [T("2026-03-02T00:00:00Z")]


def test_times_past_any_calendar_are_refused_by_line(importer: Importer) -> None:
    receipt = importer([usage(ADA, Enrollment_Time="9999-12-31T00:00:00Z"), usage(BOB, Enrollment_Time="45000")])
    (refusal,) = receipt.files[0].refusals
    assert (refusal.line, refusal.column) == (2, "Enrollment Time")
    assert importer.all(enrollments, "enrolled_at") == [T("2023-03-15T00:00:00Z")]


# Nothing is lost


def test_what_a_person_removed_comes_back_only_by_a_newer_report(importer: Importer) -> None:
    importer([member(ADA)], name="Export 2026-04-01 00-00-00 UTC")
    plan = removal.plan(importer.store, importer.actor, None, importer.all(memberships, "id"), NOW)
    removal.apply(importer.store, importer.actor, plan, NOW)
    importer([member(ADA)], [usage(ADA)], [attempt(ADA)], name="Export 2026-04-02 00-00-00 UTC")
    assert importer.all(memberships, "state") == ["DELETED_MEMBER"]
    assert len(importer.all(enrollments, "id")) == len(importer.all(attempts, "id")) == 1


def test_more_refusals_than_are_kept_are_still_counted(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = [f"nobody{n},data,MEMBER" for n in range(REFUSALS_KEPT + 5)]
    path.write_text("Email,Program Slug,Member State\n" + "\n".join(lines) + f"\n{ADA},data,MEMBER\n")
    assert importer(path).totals == Counts(new=1, refused=REFUSALS_KEPT + 5)
