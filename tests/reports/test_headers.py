"""Every header variant of real files is told by its column names alone."""

import pytest

from tests.reports.conftest import Reader
from tui_admin.reports.columns import FIELDS, Kind
from tui_admin.reports.headers import normalised, read_header
from tui_admin.rules.errors import BadInput
from tui_admin.rules.profile import PROFILE

_PROFILE = (
    "Manager Name,Manager Email,Job Title,Job Type,Business Unit,Business Unit 2,Location City,Location Country,"
    "Location Region"
)
_USAGE_2020 = (
    "Name,Email,External Id,Course,Course ID,Course Slug,University,Enrollment Time,Class Start Time,"
    "Last Course Activity Time,Overall Progress,Estimated Learning Hours,Completed,Removed From Program,Program Slug,"
    "Program Name,Enrollment Source,Completion Time,Course Grade"
)
_MEMBERS_2020 = (
    "Name,Email,External Id,Program Name,Program Slug,# Enrolled Courses,# Completed Courses,Member State,Join Date,"
    "Invitation Date"
)
_SPECIALIZATIONS_2020 = (
    "Name,Email,External Id,Specialization,Specialization Slug,University,Enrollment Time,"
    "Last Specialization Activity Time,Completed,Removed From Program,Program Slug,Program Name,Enrollment Source,"
    "Specialization Completion Time"
)
_DEGREE_A = (
    "Original Assessment Grade: A (Passing Threshold: 0.83),Assessment Grade Override: A,Submission Time (UTC): A,"
    "Item Weighting (Percentage): A,Points Scored: A,Points Total Possible: A"
)

VARIANTS = {
    "usage 2020": (_USAGE_2020, Kind.USAGE, "2020", ()),
    "usage 2023": (
        _USAGE_2020.replace("Last Course", "Class End Time,Last Course")
        + ",Course Certificate URL,Contract,Course Type",
        Kind.USAGE,
        "2023",
        ("Course Certificate URL",),
    ),
    "usage 2024-25": (
        _USAGE_2020 + ",Class End Time,Course Certificate URL,For Credit,Contract,Course Type,Job Title,Location City",
        Kind.USAGE,
        "2024-25",
        ("Course Certificate URL", "For Credit"),
    ),
    "usage 2026": (
        _USAGE_2020.replace("External Id", "External ID")
        .replace("Estimated Learning Hours", "Total Estimated Learning Hours (since enrolled)")
        .replace("Enrollment Source", "Collection Name,Collection ID")
        + ",Contract,Is Enterprise Contract Active,Learning Hours,Course Type",
        Kind.USAGE,
        "CourseActivity 2026",
        ("Collection ID", "Is Enterprise Contract Active", "Learning Hours"),
    ),
    "usage ours": (_USAGE_2020 + ",Contract," + _PROFILE, Kind.USAGE, "ours", ()),
    "usage as the guide prints it": (_USAGE_2020 + "s", Kind.USAGE, "2020", ()),
    "members 2020": (_MEMBERS_2020, Kind.MEMBERS, "2020", ()),
    "members 2024-25": (_MEMBERS_2020 + ",Latest Program Activity Date", Kind.MEMBERS, "2024-25", ()),
    "members 2026": (
        _MEMBERS_2020.replace("External Id", "External ID")
        + ",Last Program Activity Date,Contract(s),Contract ID(s),Learning Hours",
        Kind.MEMBERS,
        "ProgramActivity 2026",
        ("Contract ID(s)",),
    ),
    "members ours": (
        _MEMBERS_2020 + ",Last Activity Time,Contract(s)," + _PROFILE,
        Kind.MEMBERS,
        "ours",
        (),
    ),
    "specializations of 14 columns": (_SPECIALIZATIONS_2020, Kind.SPECIALIZATIONS, "2020", ()),
    "specializations 2024-25": (
        _SPECIALIZATIONS_2020 + ",# Completed Courses,# Courses in Specialization,Specialization Certificate URL",
        Kind.SPECIALIZATIONS,
        "2024-25",
        ("Specialization Certificate URL",),
    ),
    "learning paths": (
        "User Name,Email,Badge Title,Badge Slug,Badge Link,Badge Last Transaction Timestamp,Number of Courses,"
        "Progress in Badge (%),Course Name,Course Enrollment Date,Is Course Completed,Course Completion Timestamp,"
        "Badge Completed,Badge Completion Timestamp,Last Activity Timestamp,List of Program,Collection ID,"
        "Collection Name,Total Estimated Learning Hours (since enrolled)," + _PROFILE,
        Kind.SPECIALIZATIONS,
        "LearningPathActivity 2026",
        (
            "Badge Link",
            "Badge Last Transaction Timestamp",
            "Progress in Badge (%)",
            "Course Completion Timestamp",
            "Collection ID",
            "Total Estimated Learning Hours (since enrolled)",
        ),
    ),
    "users list": (
        "Full Name*,Email*,Join Date,Invitation Date,Programs,Latest Program Activity Date",
        Kind.MEMBERS,
        "users list",
        (),
    ),
    "degree gradebook": (
        "Anonymized Coursera ID,External Course ID,Term ID,External Student ID,First Name,Last Name,Email,Student ID,"
        + _DEGREE_A
        + ",Letter Grade,Course Grade,Course Passed",
        Kind.GRADEBOOK,
        "degree gradebook",
        ("Anonymized Coursera ID", "External Course ID", "Term ID", "Student ID", "Letter Grade"),
    ),
    "gradebook history": (
        "Timestamp,Full Name,Email,Assignment Name,Change Type,Assignment Grade",
        Kind.GRADEBOOK,
        "gradebook history",
        (),
    ),
    "gradebook ours": (
        "Name,Email,External Id,Program Slug,Course ID,Course Grade,Course Passed,Quiz 1,Final",
        Kind.GRADEBOOK,
        "ours",
        (),
    ),
    "attempts": (
        "Name,Email,External Id,Program Slug,Course ID,Assessment ID,Assessment,Assessment Type,Weight,Deadline,"
        "Attempt Time,Score,Max Score,Passing Score,Passed",
        Kind.ATTEMPTS,
        "ours",
        (),
    ),
    "courses": (
        "Course ID,Course Slug,Course,University,Course Type,Level,Workload Hours,Skills",
        Kind.COURSES,
        "ours",
        (),
    ),
    "assessments": (
        "Course ID,Assessment ID,Assessment,Assessment Type,Weight,Max Score,Passing Score,Deadline",
        Kind.ASSESSMENTS,
        "ours",
        (),
    ),
    "specialization courses": (
        "Specialization Slug,Specialization,University,Position,Course ID",
        Kind.SPECIALIZATION_COURSES,
        "ours",
        (),
    ),
    "feedback": ("Email,Program Slug,Course ID,Stars,Recommend,Comment,Time", Kind.FEEDBACK, "ours", ()),
    "activity": ("Email,Program Slug,Course ID,Day,Minutes,Lessons", Kind.ACTIVITY, "ours", ()),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_each_variant_is_told_by_its_header_in_any_order(name: str) -> None:
    text, kind, variant, unknown = VARIANTS[name]
    columns = text.split(",")
    header = read_header("x.csv", columns)
    assert (header.kind, header.variant, header.unknown, header.repeated) == (kind, variant, unknown, ())
    backward = read_header("x.csv", columns[::-1])
    assert (backward.kind, backward.variant, set(backward.unknown)) == (kind, variant, set(unknown))
    assert {field: columns[::-1][at] for field, at in backward.fields.items()} == {
        field: columns[at] for field, at in header.fields.items()
    }


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("usage ours", {"class_end_at", "course_type"}),
        ("members ours", {"hours"}),
        ("attempts", set()),
        ("gradebook ours", set()),
        ("feedback", {"name", "external_id"}),
        ("courses", set()),
        ("assessments", set()),
        ("specialization courses", set()),
        ("members 2020", {"last_activity_at", "hours", "contracts", *PROFILE}),
        (
            "users list",
            {"external_id", "program_slug", "enrolled", "completed", "state_raw", "hours", "contracts", *PROFILE},
        ),
    ],
)
def test_what_a_file_has_a_column_for_is_said(read: Reader, name: str, absent: set[str]) -> None:
    report = read(VARIANTS[name][0] + "\n").report
    assert set(FIELDS[report.kind]) - report.present == absent


@pytest.mark.parametrize(
    "written",
    ["External Id", "External ID", " external_id ", "EXTERNAL\u00a0ID*", "\ufeffExternal  Id", '"External Id"'],
)
def test_names_are_matched_however_they_are_written(written: str) -> None:
    assert normalised(written) == "external id"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Nom,Courriel,Cours,Progression", "x.csv: this is no report; its first columns are Nom, Courriel"),
        ("Ada,ada@uni.example,c1,50", "this is no report"),
        ("Name,Email,Course,Course ID,Program Slug", "nearest to a"),
        (
            "Email,Program Slug,Course ID,Comment,Time",
            "It is nearest to a feedback report, but lacks Recommend or Stars",
        ),
        ("Name,Course ID,Overall Progress,Program Slug", "looks like a usage report, but has no column Email"),
        ("Name,Email,Overall Progress", "no column Course ID or Course Slug, Program Slug or Program Name"),
        ("Email,Program Slug,Course ID,Stars", "looks like a feedback report, but has no column Time"),
        ("Email,Join Date,Program Slug", "looks like a members report, but has no column Member State"),
        ("Email,Course ID,Course Passed", "no column Program Slug"),
        ("Full Name,Email,External ID", "list of people to invite, not a report; give it to `tui-admin invite`"),
        ("Email,Bounce Type,Diagnostic Code", "tui-admin bounces import"),
    ],
)
def test_what_is_no_report_is_refused_whole(read: Reader, header: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        read(header + "\nx\n", "x.csv")
    assert said in str(error.value)


def test_a_repeated_column_counts_once_and_is_named(read: Reader) -> None:
    found = read("Email,Course ID,Overall Progress,Email,Program Slug\na@uni.example,c1,5,b@uni.example,p1\n")
    assert found.column("email") == ["a@uni.example"]
    assert found.report.warnings == ["column Email was left out: an earlier column holds the same"]


@pytest.mark.parametrize(
    ("header", "grade"),
    [
        ("Email,Course ID,Program Slug,Overall Progress,Course Grades", "Course Grades"),
        ("Email,Course ID,Program Slug,Overall Progress,Course Grade", "Course Grade"),
    ],
)
def test_the_grade_is_read_under_both_spellings(read: Reader, header: str, grade: str) -> None:
    found = read(f"{header}\na@uni.example,c1,p1,50,71.5\n")
    assert (found.kind, found.column("grade")) == (Kind.USAGE, [71.5])
    book = read(f"Email,Course ID,Program Slug,{grade},Course Passed\na@uni.example,c1,p1,71.5,Yes\n")
    assert (book.kind, book.column("grade")) == (Kind.GRADEBOOK, [71.5])


def test_minutes_are_never_taken_for_hours(read: Reader) -> None:
    header = "Email,Course ID,Program Slug,Overall Progress,Estimated Learning"
    named = read(f"{header} Minutes\na@uni.example,c1,p1,50,90\n")
    assert named.column("hours") == [None]
    assert named.report.unknown_columns == ("Estimated Learning Minutes",)
    written = read(f"{header} Hours\na@uni.example,c1,p1,50,90 min\nb@uni.example,c1,p1,50,1.5\n")
    assert written.column("hours") == [1.5]
    assert [refusal.line for refusal in written.refusals] == [2]


def test_the_file_name_decides_nothing(read: Reader) -> None:
    assert read(VARIANTS["usage 2026"][0] + "\n", "member-report.csv").kind == "usage"


def test_only_gradebooks_that_name_no_program_need_a_target(read: Reader) -> None:
    needing = {name for name in VARIANTS if read(VARIANTS[name][0] + "\n").report.needs_target}
    assert needing == {"degree gradebook", "gradebook history"}
