"""Whole report files: what real ones are like, and what becomes of the rows that cannot be taken."""

import tracemalloc
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reports.conftest import Reader, members, read_paths, usage, zipped
from tui_admin.reports import readers
from tui_admin.reports.readers import open_reports
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import parse_iso

T = parse_iso


def _only(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record that are known."""
    return {name: value for name, value in row.items() if value is not None}


def test_a_usage_row_is_read_whole(read: Reader) -> None:
    header = (
        "Name,Email,External Id,Course,Course ID,Course Slug,University,Enrollment Time,Class Start Time,"
        "Class End Time,Last Course Activity Time,Overall Progress,Estimated Learning Hours,Completed,"
        "Removed From Program,Program Slug,Program Name,Enrollment Source,Completion Time,Course Grade,Contract,"
        "Course Type,Manager Name,Manager Email,Job Title,Job Type,Business Unit,Business Unit 2,Location City,"
        "Location Country,Location Region"
    )
    row = (
        "Ada,Ada@Uni.example,0017,Logic,c1,logic,Uni,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2020-03-01T00:00:00Z,"
        "2020-02-01T00:00:00Z,85.55000305175781,12.5,Yes,No,p1,Program One,Set A,2020-02-02T00:00:00Z,91,K1,Course,"
        "Bob,bob@uni.example,Analyst,Full,BU,BU2,Turin,Italy,Piedmont"
    )
    found = read(f"{header}\n{row}\n")
    assert found.report.present >= {"email", "email_shown", "course_type", "region"}
    assert found.rows == [
        {
            "line": 2,
            "email": "ada@uni.example",
            "email_shown": "Ada@Uni.example",
            "name": "Ada",
            "external_id": "0017",
            "course_name": "Logic",
            "course_id": "c1",
            "course_slug": "logic",
            "partner": "Uni",
            "enrolled_at": T("2020-01-01T00:00:00Z"),
            "class_start_at": T("2020-01-02T00:00:00Z"),
            "class_end_at": T("2020-03-01T00:00:00Z"),
            "last_activity_at": T("2020-02-01T00:00:00Z"),
            "progress": 85.55,
            "hours": 12.5,
            "completed": True,
            "removed": False,
            "program_slug": "p1",
            "program_name": "Program One",
            "source": "Set A",
            "completed_at": T("2020-02-02T00:00:00Z"),
            "grade": 91.0,
            "contract": "K1",
            "course_type": "Course",
            "manager_name": "Bob",
            "manager_email": "bob@uni.example",
            "job_title": "Analyst",
            "job_type": "Full",
            "business_unit": "BU",
            "business_unit_2": "BU2",
            "city": "Turin",
            "country": "Italy",
            "region": "Piedmont",
        }
    ]


CONTRADICTIONS = [
    "a@uni.example,c1,2020-02-01T00:00:00Z,2020-03-01T00:00:00Z,2020-01-01T00:00:00Z,40,Yes,Yes,p1",
    "a@uni.example,c2,2020-02-01T00:00:00Z,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z,100,No,No,p1",
    "A@UNI.EXAMPLE,c3,2020-02-01T00:00:00Z,,,0,Yes,,p2",
]


def test_contradictions_inside_a_row_are_kept_as_they_were_said(read: Reader) -> None:
    header = (
        "Email,Course ID,Enrollment Time,Last Course Activity Time,Completion Time,Overall Progress,Completed,"
        "Removed From Program,Program Slug\n"
    )
    found = read(header + "\n".join(CONTRADICTIONS))
    assert not found.refusals
    assert found.column("email") == ["a@uni.example"] * 3
    assert found.column("completed") == [True, False, True]
    assert found.column("removed") == [True, False, None]
    assert found.column("progress") == [40.0, 100.0, 0.0]
    assert found.rows[0]["completed_at"] < found.rows[0]["enrolled_at"]
    assert found.rows[0]["last_activity_at"] > found.rows[0]["completed_at"]


def test_blank_is_unknown_and_not_zero(read: Reader) -> None:
    found = read(usage("Ada,a@uni.example,c1,,p1", "Ada,a@uni.example,c2,0,p1", "Ada,a@uni.example,c3,NaN,p1"))
    assert found.column("progress") == [None, 0.0, None]


def test_a_refused_row_names_line_column_value_and_reason_and_the_rest_goes_on(read: Reader) -> None:
    found = read(
        usage(
            "Ada,ada@uni.example,c1,150,p1",
            "Bob,not an address,c1,50,p1",
            "Cy,cy@uni.example,,50,p1",
            "Di,di@uni.example,c1,-5,p1",
            "Ed,ed@uni.example,c1,much,p1",
            "Flo,flo@uni.example,c1,50,",
            ",,,,",
            "Total,,,355,",
            "Gus,,c1,50,p1",
            "Hal,hal@uni.example,c1,50,p1",
        )
    )
    assert [(one.line, one.column, one.value, one.reason[:24]) for one in found.refusals] == [
        (2, "Overall Progress", "150", "is not between 0 and 100"),
        (3, "Email", "not an address", "'not an address' is no e"),
        (4, "Course ID", "", "is blank"),
        (5, "Overall Progress", "-5", "is not between 0 and 100"),
        (6, "Overall Progress", "much", "is no number"),
        (7, "Program Slug", "", "is blank"),
        (10, "Email", "", "the e-mail address is bl"),
    ]
    assert found.refusals[0].cells == ("Ada", "ada@uni.example", "c1", "150", "p1")
    assert found.report.refused == 7
    assert [(row["line"], row["name"]) for row in found.rows] == [(11, "Hal")]


def test_a_course_by_slug_and_a_program_by_name_are_enough(read: Reader) -> None:
    found = read(
        "Email,Course ID,Course Slug,Overall Progress,Program Slug,Program Name\n"
        "a@uni.example,,logic,5,,Program One\nb@uni.example,,,5,p1,\n"
    )
    assert [_only(row) for row in found.rows] == [
        {
            "line": 2,
            "email": "a@uni.example",
            "email_shown": "a@uni.example",
            "course_slug": "logic",
            "progress": 5.0,
            "program_name": "Program One",
        }
    ]
    assert [refusal.line for refusal in found.refusals] == [3]


def test_a_column_from_0_to_1_is_read_as_percent_and_said(read: Reader) -> None:
    found = read(usage("Ada,a@uni.example,c1,0.5,p1", "Ada,a@uni.example,c2,1,p1"))
    assert found.column("progress") == [50.0, 100.0]
    assert found.report.warnings == ["Overall Progress runs from 0 to 1 in this file; it was read as 0 to 100 percent"]


@pytest.mark.parametrize(
    ("said", "state", "raw"),
    [
        ("INVITED", "INVITED", None),
        ("member", "MEMBER", None),
        ("DELETED_MEMBER", "DELETED_MEMBER", None),
        ("INVITED_EMAIL_NOT_VERIFIED", "INVITED", "INVITED_EMAIL_NOT_VERIFIED"),
        ("WHITELISTED", "INVITED", "WHITELISTED"),
        ("NOT_MEMBER", "DELETED_MEMBER", "NOT_MEMBER"),
    ],
)
def test_member_states(read: Reader, said: str, state: str, raw: str | None) -> None:
    found = read(members(f"Ada,a@uni.example,p1,{said}"))
    assert [(row["state"], row["state_raw"]) for row in found.rows] == [(state, raw)]
    assert found.report.warnings == ([f"Member State {raw} was read as {state}"] if raw else [])


def test_an_unknown_member_state_refuses_its_row(read: Reader) -> None:
    found = read(members("Ada,a@uni.example,p1,GHOST", "Ada,a@uni.example,p1,", "Bob,b@uni.example,p1,MEMBER"))
    assert [(one.column, one.value) for one in found.refusals] == [("Member State", "GHOST"), ("Member State", "")]
    assert found.column("name") == ["Bob"]


def test_a_users_list_gives_a_membership_per_program(read: Reader) -> None:
    found = read(
        "Full Name*,Email*,Join Date,Invitation Date,Programs,Latest Program Activity Date\n"
        "ADA LOVELACE,ada@uni.example,2020-01-02,2020-01-01,One; Two,2020-02-01\n"
        "Bob,bob@uni.example,,2020-01-01,One,\n"
        "Cy,cy@uni.example,,2020-01-01,,\n"
    )
    assert [(row["line"], row["email"], row["program_name"], row["state"]) for row in found.rows] == [
        (2, "ada@uni.example", "One", "MEMBER"),
        (2, "ada@uni.example", "Two", "MEMBER"),
        (3, "bob@uni.example", "One", "INVITED"),
    ]
    assert [(refusal.line, refusal.column) for refusal in found.refusals] == [(4, "Programs")]


LEARNING_PATHS = (
    "User Name,Email,Badge Title,Badge Slug,Number of Courses,Course Name,Course Enrollment Date,Is Course Completed,"
    "Badge Completed,Badge Completion Timestamp,Last Activity Timestamp,List of Program,Collection Name\n"
)


def test_learning_paths_become_one_record_per_person_badge_and_program(read: Reader) -> None:
    found = read(
        LEARNING_PATHS
        + "Ada,ada@uni.example,Data,data,3,SQL,2020-01-05T00:00:00Z,Yes,No,,2020-02-01T00:00:00Z,One;Two,Set\n"
        + "Bob,bob@uni.example,Data,data,,SQL,,No,No,,,One,Set\n"
        + "Ada,ADA@uni.example,Data,data,3,R,2020-01-02T00:00:00Z,Yes,No,,2020-03-01T00:00:00Z,One,Set\n"
        + "Bob,bob@uni.example,Data,data,,R,,No,No,,,One,Set\n"
        + "Ada,ada@uni.example,Data,data,3,R,2020-01-03T00:00:00Z,No,No,,,One,Set\n"
    )
    shown = (
        "line",
        "email",
        "specialization_slug",
        "program_name",
        "enrolled_at",
        "last_activity_at",
        "completed_courses",
        "total_courses",
        "completed",
    )
    assert [tuple(row[name] for name in shown) for row in found.rows] == [
        (2, "ada@uni.example", "data", "One", T("2020-01-02T00:00:00Z"), T("2020-03-01T00:00:00Z"), 2, 3, False),
        (2, "ada@uni.example", "data", "Two", T("2020-01-05T00:00:00Z"), T("2020-02-01T00:00:00Z"), 1, 3, False),
        (3, "bob@uni.example", "data", "One", None, None, 0, 2, False),
    ]
    assert found.rows[0]["source"] == "Set"


def test_attempts_not_yet_graded_have_no_score_and_no_verdict(read: Reader) -> None:
    found = read(
        "Email,Program Slug,Course ID,Assessment ID,Assessment,Weight,Deadline,Attempt Time,Score,Max Score,"
        "Passing Score,Passed\n"
        "a@uni.example,p1,c1,7,Quiz,10,2020-01-05T00:00:00Z,2020-01-04T00:00:00Z,,100,40,\n"
        "a@uni.example,p1,c1,7,Quiz,10,2020-01-05T00:00:00Z,2020-01-06T00:00:00Z,78,100,40,Yes\n"
    )
    assert [(row["score"], row["passed"]) for row in found.rows] == [(None, None), (78.0, True)]
    assert found.column("weight") == [10.0, 10.0]


def test_our_gradebook_has_a_score_per_assessment(read: Reader) -> None:
    found = read(
        "Name,Email,Program Slug,Course ID,Course Grade,Course Passed,Quiz 1,Final exam\n"
        "Ada,a@uni.example,p1,c1,82.4,Yes,90,\nBob,b@uni.example,p1,c1,,No,,120\n"
    )
    assert [(row["grade"], row["passed"], row["scores"]) for row in found.rows] == [
        (82.4, True, (("Quiz 1", 90.0, None, None, None), ("Final exam", None, None, None, None)))
    ]
    assert [(one.column, one.value) for one in found.refusals] == [("Final exam", "120")]


def test_a_degree_gradebook_is_wide(read: Reader) -> None:
    parts = (
        "Original Assessment Grade: Quiz: A (Passing Threshold: 0.83),Assessment Grade Override: Quiz: A,"
        "Submission Time (UTC): Quiz: A,Item Weighting (Percentage): Quiz: A,Points Scored: Final,"
        "Points Total Possible: Final"
    )
    found = read(
        f"First Name,Last Name,Email,External Student ID,{parts},Letter Grade,Course Grade,Course Passed\n"
        "Ada,Lovelace,a@uni.example,S1,0.5,0.9,2020-01-01T00:00:00Z,0.25,30,40,A,0.88,TRUE\n"
        "Bob,,b@uni.example,S2,0.5,,,0.25,,40,F,0.2,FALSE\n"
    )
    assert [(row["name"], row["external_id"], row["grade"], row["passed"]) for row in found.rows] == [
        ("Ada Lovelace", "S1", 88.0, True),
        ("Bob", "S2", 20.0, False),
    ]
    assert found.rows[0]["scores"] == (
        ("Quiz: A", 90.0, T("2020-01-01T00:00:00Z"), 25.0, 83.0),
        ("Final", 75.0, None, None, None),
    )
    assert len(found.report.warnings) == 4  # one for each sort of column, not for each assessment
    assert found.rows[1]["scores"] == (("Quiz: A", 50.0, None, 25.0, 83.0), ("Final", None, None, None, None))
    assert found.report.unknown_columns == ("Letter Grade",)


def test_a_gradebook_history_is_long_and_a_start_is_no_attempt(read: Reader) -> None:
    found = read(
        "Timestamp,Full Name,Email,Assignment Name,Change Type,Assignment Grade\n"
        "2020-01-01T00:00:00Z,Ada,a@uni.example,Quiz,Started,\n"
        "2020-01-02T00:00:00Z,Ada,a@uni.example,Quiz,Submitted,\n"
        "2020-01-05T00:00:00Z,Ada,a@uni.example,Quiz,Graded,1\n"
        "2020-01-06T00:00:00Z,Bob,b@uni.example,Quiz,Graded,0.25\n"
    )
    assert [(row["line"], row["scores"]) for row in found.rows] == [
        (3, (("Quiz", None, T("2020-01-02T00:00:00Z"), None, None),)),
        (4, (("Quiz", 100.0, T("2020-01-02T00:00:00Z"), None, None),)),
        (5, (("Quiz", 25.0, T("2020-01-06T00:00:00Z"), None, None),)),
    ]
    assert found.report.needs_target


def test_feedback_and_activity(read: Reader) -> None:
    feedback = read(
        "Email,Program Slug,Course ID,Stars,Recommend,Comment,Time\n"
        'a@uni.example,p1,c1,5,10,"good,\nreally",2020-01-01T00:00:00Z\na@uni.example,p1,c1,6,10,,\n'
        "b@uni.example,p1,c1,3,,,\nc@uni.example,p1,,,8,,2020-01-01\nd@uni.example,p1,,4,8,,2020-01-01\n"
        "e@uni.example,p1,,,,,2020-01-01\n"
    )
    assert [(row["course_id"], row["stars"], row["recommend"], row["comment"]) for row in feedback.rows] == [
        ("c1", 5, 10, "good, really"),
        (None, None, 8, None),
    ]
    assert [(one.line, one.column, one.reason) for one in feedback.refusals][1:] == [
        (5, "Time", "is blank"),
        (7, "Stars", "needs a Course ID"),
        (8, "Course ID", "is blank"),
    ]
    assert (feedback.refusals[0].line, feedback.refusals[0].column) == (4, "Stars")
    (activity,) = read("Email,Program Slug,Course ID,Day,Minutes,Lessons\na@uni.example,p1,c1,2020-01-01,30,2\n").rows
    assert (activity["day"], activity["minutes"], activity["lessons"]) == ("2020-01-01", 30.0, 2)


def test_catalogue_files(read: Reader) -> None:
    (course,) = read("Course ID,Course Slug,Course,Level,Skills\nc1,logic,Logic,Beginner,SQL:0.8; R:1\n").rows
    assert (course["course_name"], course["skills"]) == ("Logic", (("SQL", 0.8), ("R", 1.0)))
    (assessment,) = read("Course ID,Assessment ID,Assessment,Weight,Passing Score\nc1,7,Quiz,10,40\n").rows
    assert (assessment["assessment_id"], assessment["weight"], assessment["passing_score"]) == ("7", 10.0, 40.0)
    (place,) = read("Specialization Slug,Specialization,Position,Course ID\nds,Data,1,c1\n").rows
    assert (place["specialization_slug"], place["position"]) == ("ds", 1)


@pytest.mark.parametrize(
    "name",
    [
        "[/x]",
        "[@click=app.quit]x[/]",
        "\x1b[2J\x07",
        "\u202egnp.exe",
        "x" * 10_000,
        "👩‍👩‍👧‍👦" * 50,
        "محمد",
        "O'Neil, Jr.",
        "NULL",
        "KOVÁCS ÁGNES",
    ],
)
def test_no_name_harms(read: Reader, name: str) -> None:
    (row,) = read(usage(f'"{name}",a@uni.example,c1,50,p1')).rows
    assert row["name"]
    assert not any(mark in row["name"] for mark in "\x1b\x07\u202e")


def test_external_ids_stay_as_they_are(read: Reader) -> None:
    found = read(
        "Email,External Id,Program Slug,Member State\n"
        "a@uni.example,,p1,MEMBER\nb@uni.example,b@uni.example,p1,MEMBER\nc@uni.example,0017,p1,MEMBER\n"
        "d@uni.example,1.23E+11,p1,MEMBER\n"
    )
    assert found.column("external_id") == [None, "b@uni.example", "0017", "1.23E+11"]


def test_contracts_are_joined_alike(read: Reader) -> None:
    found = read("Email,Program Slug,Member State,Contract(s)\na@uni.example,p1,MEMBER, K1 ;K2;K1\n")
    assert found.column("contracts") == ["K1; K2"]


def test_times_without_a_zone_are_read_in_the_zone_given(read: Reader) -> None:
    header = "Email,Course ID,Enrollment Time,Program Slug\n"
    found = read(header + "a@uni.example,c1,2020-07-01 00:00:00,p1\n", zone=ZoneInfo("America/Los_Angeles"))
    assert found.column("enrolled_at") == [T("2020-07-01T07:00:00Z")]


def test_the_moment_is_in_the_member_name_else_in_the_archive_name(tmp_path: Path) -> None:
    path = tmp_path / "export 2026-05-04.zip"
    member = "x/CourseActivity Org - Export 2026-05-03 17-33-53 UTC.csv"
    row = "Ada,a@uni.example,c1,5,p1"
    path.write_bytes(zipped({member: usage(row), "usage.csv": usage(row)}))
    assert [one.report.moment for one in read_paths(path)] == [T("2026-05-03T17:33:53Z"), T("2026-05-04T00:00:00Z")]


def test_batches_hold_no_more_than_asked_for_and_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "usage.csv"
    path.write_text(usage(*[f"Ada,a{i}@uni.example,c{i},{'x' if i == 3 else 5},p1" for i in range(25)]))
    with open_reports([path]) as (report,):
        for _ in range(2):
            assert [len(batch) for batch in report.batches(10)] == [9, 10, 5]
            assert report.refused == len(report.refusals) == 1


def test_of_very_many_refusals_all_are_counted_and_found_again(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "REFUSALS_KEPT", 10)
    path = tmp_path / "usage.csv"
    path.write_text(usage(*[f"Ada,a{i}@uni.example,c{i},x,p1" for i in range(100)]))
    with open_reports([path]) as (report,):
        assert [list(batch) for batch in report.batches(30)] == [[], [], [], []]
        assert (report.refused, len(report.refusals)) == (100, 10)
        assert [refusal.line for refusal in report.every_refusal()] == list(range(2, 102))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text(usage(*[f"Ada {i},a{i}@uni.example,c{i},{i % 100},p1" for i in range(rows)]))
        with open_reports([path]) as (report,):
            next(report.batches())  # what is imported on first use is not the file's
        tracemalloc.start()
        with open_reports([path]) as (report,):
            assert sum(map(len, report.batches(1_000))) == rows
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(120_000) < 1.5 * peak(40_000)


def test_several_files_are_read_in_the_order_given(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("b.csv", "a.csv")]
    for path in paths:
        path.write_text(usage("Ada,a@uni.example,c1,5,p1"))
    assert [one.report.name for one in read_paths(*paths)] == ["b.csv", "a.csv"]
    with pytest.raises(BadInput, match="no file: holds no report"):
        read_paths()
