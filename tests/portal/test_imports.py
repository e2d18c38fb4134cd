"""What importing reports does to a store: rule by rule, on SQLite and PostgreSQL alike."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.portal.conftest import Organization
from tests.portal.report_files import NOW, Importer, Rows, attempt, member, usage
from tui_admin.portal import contract_changes, edits, journal
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, Progress
from tui_admin.rules.errors import BadInput, Cancelled, NotAllowed
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    activity,
    administrator_programs,
    assessments,
    attempts,
    contracts,
    course_results,
    courses,
    enrollments,
    feedback,
    imported_files,
    learner_addresses,
    learners,
    membership_contracts,
    memberships,
    organization,
    program_contracts,
    programs,
    specialization_enrollments,
)

ADA, BOB = "ada@x.example", "bob@x.example"


def test_everything_named_is_made_and_said_before(importer: Importer) -> None:
    receipt = importer([member(ADA, **{"Contract(s)": "Year 1"})], [usage(ADA, Contract="Year 2")], [attempt(ADA)])
    assert receipt.applied
    assert receipt.totals == Counts(new=3)
    made = receipt.creates
    assert (made.programs, made.contracts, made.courses) == (("data",), ("Year 1", "Year 2"), ("STAT",))
    assert (made.people, made.assessments) == (1, 1)
    assert importer.all(courses, "key", "slug", "name", "partner") == [
        ("STAT", "statistics", "Statistics", "Northwind")
    ]
    assert importer.all(contracts, "name", "licenses") == [("Year 1", None), ("Year 2", None)]
    assert importer.all(program_contracts, "program_id", "contract_id") == [(1, 1), (1, 2)]


def test_the_same_files_twice_change_nothing(importer: Importer) -> None:
    files = ([member(ADA), member(BOB)], [usage(ADA)], [attempt(ADA), attempt(BOB, **{"Attempt Time": ""})])
    importer(*files)
    again = importer(*files)
    assert again.totals == Counts(unchanged=5)
    assert again.creates.people == 0


def test_a_plan_writes_nothing(importer: Importer) -> None:
    with open_import(importer.store, importer.actor, importer.request([member(ADA)])) as found:
        assert found.plan.totals == Counts(new=1)
        assert not found.plan.applied
    assert importer.all(learners, "email") == []
    assert importer.all(programs, "slug") == []


def test_a_stale_plan_is_judged_again_when_applied(importer: Importer) -> None:
    with open_import(importer.store, importer.actor, importer.request([member(ADA)])) as found:
        assert found.plan.totals == Counts(new=1)
        importer([member(ADA)], name="meanwhile")
        assert found.apply(NOW).totals == Counts(unchanged=1)
    assert importer.all(memberships, "state") == ["MEMBER"]


def test_people_who_came_while_the_files_were_read_are_known(importer: Importer) -> None:
    with open_import(importer.store, importer.actor, importer.request([member(ADA), member(BOB)])) as found:
        importer([member(BOB)], name="meanwhile")
        assert found.plan.creates.people == 1
        assert found.apply(NOW).totals == Counts(new=1, unchanged=1)
    assert importer.all(learners, "email") == [BOB, ADA]


def test_one_new_person_after_many_rows_of_others(importer: Importer) -> None:
    importer([member(ADA)])
    importer([usage(ADA, Course_ID=f"C{number}") for number in range(20)] + [usage(BOB)])
    ada, bob = importer.all(learners, "id")
    assert bob == ada + 1
    assert importer.all(memberships, "learner_id") == [ada, bob]


def test_what_changed_is_counted_and_written(importer: Importer) -> None:
    importer([member(ADA), member(BOB)], [usage(ADA)])
    receipt = importer([member(ADA, Job_Title="Analyst"), member(BOB)], [usage(ADA, Overall_Progress="60")])
    assert [file.rows for file in receipt.files] == [Counts(changed=1, unchanged=1), Counts(changed=1)]
    assert importer.all(learners, "job_title") == ["Analyst", None]
    assert importer.all(enrollments, "progress") == [60.0]


def test_an_older_file_never_overwrites_newer_facts(importer: Importer) -> None:
    new = {"Last Course Activity Time": "2026-03-01T00:00:00.000Z", "Overall Progress": "70", "Job Title": "Lead"}
    old = {"Last Course Activity Time": "2026-02-01T00:00:00.000Z", "Overall Progress": "20", "Job Title": "Clerk"}
    importer([usage(ADA, **new)])
    receipt = importer([usage(ADA, **old)])
    assert receipt.totals == Counts(unchanged=1)
    assert any("older" in warning.reason for warning in receipt.files[0].warnings)
    assert importer.all(enrollments, "progress") == [70.0]
    assert importer.all(learners, "job_title") == ["Lead"]


def test_an_edited_field_stands_against_older_files_only(importer: Importer) -> None:
    importer([member(ADA, Job_Title="Clerk")], name="Export 2026-03-01 00-00-00 UTC")
    plan = edits.plan(importer.store, importer.actor, importer.all(learners, "id"), {"job_title": "Lead"})
    edits.apply(importer.store, importer.actor, plan, parse_iso("2026-03-05T00:00:00Z"))
    importer([member(ADA, Job_Title="Clerk")], name="Export 2026-03-04 00-00-00 UTC")
    assert importer.all(learners, "job_title") == ["Lead"]
    importer([member(ADA, Job_Title="Director")], name="Export 2026-03-06 00-00-00 UTC")
    assert importer.all(learners, "job_title") == ["Director"]


def test_a_changed_contract_stands_against_older_files_only(importer: Importer) -> None:
    def contract() -> list[str]:
        called = dict(importer.all(contracts, "id", "name"))
        return [called[id] for id in importer.all(memberships, "contract_id")]

    here, there = (member(ADA, **{"Contract(s)": name}) for name in ("Year 1", "Year 2"))
    importer([here, member(BOB, **{"Contract(s)": "Year 2"})], name="Export 2026-03-01 00-00-00 UTC")
    ada = importer.all(memberships, "id")[0]
    plan = contract_changes.plan(importer.store, importer.actor, [ada], "Year 2")
    contract_changes.apply(importer.store, importer.actor, plan, parse_iso("2026-03-05T00:00:00Z"))
    for name in ("Export 2026-03-01 00-00-00 UTC", "Export 2026-03-04 00-00-00 UTC"):
        assert importer([here], name=name).totals == Counts(unchanged=1)
        assert contract() == ["Year 2", "Year 2"]
    assert importer([there], name="Export 2026-03-06 00-00-00 UTC").totals == Counts(unchanged=1)
    assert importer([here], name="Export 2026-03-07 00-00-00 UTC").totals == Counts(changed=1)
    assert contract() == ["Year 1", "Year 2"]


def test_the_stamp_in_a_name_is_the_files_moment(importer: Importer) -> None:
    importer([usage(ADA, Overall_Progress="70")], name="Export 2026-04-02 00-00-00 UTC")
    older = importer([usage(ADA, Overall_Progress="20")], name="Export 2026-04-01 00-00-00 UTC")
    assert older.files[0].moment == parse_iso("2026-04-01T00:00:00Z")
    assert importer.all(enrollments, "progress") == [70.0]


def test_a_newer_file_that_says_the_same_guards_against_one_between(importer: Importer) -> None:
    importer([usage(ADA, Overall_Progress="50")], name="Export 2026-04-01 00-00-00 UTC")
    importer([usage(ADA, Overall_Progress="50")], name="Export 2026-04-03 00-00-00 UTC")
    importer([usage(ADA, Overall_Progress="40")], name="Export 2026-04-02 00-00-00 UTC")
    assert importer.all(enrollments, "progress") == [50.0]


def test_files_of_one_import_count_by_moment_not_by_the_order_given(importer: Importer) -> None:
    newer = importer.request([usage(ADA, Overall_Progress="70")], name="Export 2026-04-02 00-00-00 UTC").paths[0]
    older = importer.request([usage(ADA, Overall_Progress="20")], name="Export 2026-04-01 00-00-00 UTC").paths[0]
    receipt = importer(newer, older)
    assert [file.rows for file in receipt.files] == [Counts(new=1), Counts(unchanged=1)]
    assert importer.all(enrollments, "progress") == [70.0]


def test_files_of_several_kinds_and_moments_in_any_order(importer: Importer) -> None:
    def stamped(day: str, rows: Rows) -> Path:
        return importer.request(rows, name=f"Export {day} 00-00-00 UTC").paths[0]

    newer = stamped("2026-04-03", [member(ADA, Job_Title="Lead", **{"# Enrolled Courses": "3"})])
    between = stamped("2026-04-02", [usage(ADA, Job_Title="Analyst")])
    older = stamped("2026-04-01", [member(ADA, Job_Title="Clerk", **{"# Enrolled Courses": "2"})])
    receipt = importer(newer, between, older)
    assert [file.rows for file in receipt.files] == [Counts(new=1), Counts(new=1), Counts(unchanged=1)]
    assert importer.all(learners, "job_title") == ["Lead"]
    assert importer.all(memberships, "reported_enrolled") == [3]


def test_a_report_with_nothing_but_its_header(importer: Importer) -> None:
    path = importer.folder / "members.csv"
    path.write_text(",".join(member(ADA)) + "\n", encoding="utf-8")
    assert importer(path).totals == Counts()


def test_limits_that_are_passed_are_said(importer: Importer) -> None:
    importer([member(ADA, **{"Contract(s)": "Year 1", "# Enrolled Courses": "3"})])
    with importer.store.write() as connection:
        connection.execute(update(contracts).values(licenses=1))
        connection.execute(update(programs).values(enrollment_limit=2))
    with open_import(
        importer.store, importer.actor, importer.request([member(BOB, **{"Contract(s)": "Year 1"})])
    ) as found:
        warnings = found.apply(NOW).files[0].warnings[1:]
    assert [one.reason for one in warnings] == [
        "Year 1 has more learners than licenses: 2 / 1 over by 1",
        "1 learner of Data Foundations with more than the 2 courses they may take",
    ]


def test_a_blank_is_kept_as_said_but_never_erases_a_persons_fields(importer: Importer) -> None:
    importer([usage(ADA, Overall_Progress="70", Job_Title="Lead", Course_Grade="90")])
    importer([usage(ADA, Overall_Progress="70", Job_Title="", Course_Grade="")])
    assert importer.all(enrollments, "grade") == [None]
    assert importer.all(learners, "job_title") == ["Lead"]


def test_a_column_the_file_lacks_leaves_the_store_alone(importer: Importer) -> None:
    importer([usage(ADA, Course_Grade="90")])
    row = usage(ADA, Overall_Progress="80")
    del row["Course Grade"], row["Job Title"], row["Contract"]
    assert importer([row]).totals == Counts(changed=1)
    assert importer.all(enrollments, "grade", "progress") == [(90.0, 80.0)]


def test_what_only_the_older_of_two_files_has_a_column_for_is_not_lost(importer: Importer) -> None:
    older, newer = usage(ADA, Course_Grade="90"), usage(ADA, Overall_Progress="80")
    del newer["Course Grade"]
    importer([older], [newer])
    assert importer.all(enrollments, "grade", "progress") == [(90.0, 80.0)]


def test_repeated_rows_count_once_and_of_conflicting_ones_the_last(importer: Importer) -> None:
    rows = [usage(ADA), usage(ADA), usage(ADA, Overall_Progress="33")]
    receipt = importer(rows)
    assert receipt.totals == Counts(new=1, unchanged=2)
    assert any(warning.reason.startswith("2 rows say something else") for warning in receipt.files[0].warnings)
    assert importer.all(enrollments, "progress") == [33.0]
    assert importer(rows).totals == Counts(unchanged=3)


def test_of_a_persons_fields_the_last_that_is_not_blank_wins(importer: Importer) -> None:
    rows = [member(ADA, Job_Title="Clerk"), member(ADA, Program_Slug="teams", Job_Title="Lead")]
    files = (rows, [usage(ADA, Job_Title=""), usage(ADA, Course_ID="R", Job_Title="")])
    importer(*files)
    assert importer.all(learners, "job_title") == ["Lead"]
    assert importer(*files).totals == Counts(unchanged=4)


def test_letter_case_of_an_address_makes_no_second_person(importer: Importer) -> None:
    importer([member("Ada@X.example")], [usage(ADA)])
    assert importer.all(learners, "email") == [ADA]
    assert len(importer.all(memberships, "id")) == len(importer.all(enrollments, "id")) == 1


def test_a_former_address_is_the_same_person(importer: Importer) -> None:
    importer([member(ADA)])
    with importer.store.write() as connection:
        id = connection.execute(select(learners.c.id)).scalar_one()
        connection.execute(insert(learner_addresses).values(learner_id=id, email="ada@old.example", until=NOW))
    receipt = importer([member("ada@old.example", Job_Title="Lead"), member(ADA, Program_Slug="teams")])
    assert receipt.creates.people == 0
    assert importer.all(learners, "email") == [ADA]
    assert len(importer.all(memberships, "id")) == 2


def test_somebody_in_usage_or_attempts_alone_becomes_a_member_of_unknown_join_date(importer: Importer) -> None:
    importer([usage(ADA)], [attempt(BOB)])
    assert importer.all(memberships, "state", "joined_at", "moment") == [("MEMBER", None, None)] * 2
    assert importer.all(memberships, "enrolled") == [1, 0]
    importer([member(ADA, **{"Member State": "INVITED", "Join Date": ""})])
    assert importer.all(memberships, "state") == ["INVITED", "MEMBER"]


def test_left_courses_and_membership_are_both_kept_as_said(importer: Importer) -> None:
    importer([member(ADA)], [usage(ADA, Removed_From_Program="Yes")])
    assert importer.all(memberships, "state") == ["MEMBER"]
    assert importer.all(enrollments, "removed") == [True]


def test_a_row_of_a_contract_that_is_not_active_counts_like_any_other(importer: Importer) -> None:
    said = {"Is Enterprise Contract Active": "No"}
    people = [member(ADA, **{"Contract(s)": "Year 1"}), member(BOB)]
    receipt = importer(people, [usage(ADA, Contract="Year 1") | said, usage(BOB) | said])
    assert (receipt.totals.refused, importer.all(contracts, "name")) == (0, ["Year 1"])
    assert importer.all(enrollments, "contract_id", "removed") == [(1, False), (None, False)]
    assert importer.all(memberships, "state", "contract_id") == [("MEMBER", 1), ("MEMBER", None)]


def test_people_who_are_not_in_a_file_stay(importer: Importer) -> None:
    importer([member(ADA), member(BOB)])
    importer([member(ADA)])
    assert importer.all(memberships, "state") == ["MEMBER", "MEMBER"]


@pytest.mark.parametrize(("day", "state"), [("2026-04-01", "DELETED_MEMBER"), ("2026-04-03", "MEMBER")])
def test_a_removal_here_stands_against_older_files_only(importer: Importer, day: str, state: str) -> None:
    importer([member(ADA)], name="Export 2026-03-01 00-00-00 UTC")
    with importer.store.write() as connection:
        removed = {"state": "DELETED_MEMBER", "removed_at": parse_iso("2026-04-02T00:00:00Z")}
        connection.execute(update(memberships).values(removed))
    importer([member(ADA, **{"# Enrolled Courses": "4"})], name=f"Export {day} 00-00-00 UTC")
    ((found, removed_at, reported),) = importer.all(memberships, "state", "removed_at", "reported_enrolled")
    assert (found, reported) == (state, 4)
    assert (removed_at is None) == (state == "MEMBER")


def test_the_contracts_a_member_has_beside_the_first(importer: Importer) -> None:
    importer([member(ADA, **{"Contract(s)": "Year 1; Year 2; Year 3"})])
    assert importer.all(memberships, "contract_id") == [1]
    assert importer.all(membership_contracts, "position", "contract_id") == [(1, 2), (2, 3)]
    assert importer([member(ADA, **{"Contract(s)": "Year 1; Year 2; Year 3"})]).totals == Counts(unchanged=1)
    assert importer([member(ADA, **{"Contract(s)": "Year 1; Year 3"})]).totals == Counts(changed=1)
    assert importer.all(membership_contracts, "position", "contract_id") == [(1, 3)]


def test_counts_and_activity_of_a_member(importer: Importer) -> None:
    told = {"# Enrolled Courses": "3", "Last Activity Time": "2026-02-01T00:00:00.000Z"}
    later = {"Last Course Activity Time": "2026-03-01T00:00:00.000Z", "Completed": "Yes"}
    importer([member(ADA, **told)], [usage(ADA, **later)])
    names = ("enrolled", "completed", "last_activity_at", "active_at")
    newest = parse_iso("2026-03-01T00:00:00Z")
    assert importer.all(memberships, *names) == [(3, 1, newest, newest)]
    assert importer.all(organization, "data_as_of") == [newest]


def test_hours_are_those_of_the_report_else_of_the_courses(importer: Importer) -> None:
    importer([member(ADA, **{"Learning Hours": "7.5"}), member(BOB)], [_hours(ADA, "1", "4"), _hours(BOB, "1", "0.1")])
    importer([member("cy@x.example")], [_hours(BOB, "2", "0.2")])
    assert importer.all(memberships, "hours", "reported_hours") == [(7.5, 7.5), (0.3, None), (None, None)]
    importer([member(ADA, **{"Learning Hours": ""})])
    assert importer.all(memberships, "hours")[0] == 4.0


def _hours(email: str, course: str, hours: str) -> dict[str, str]:
    return usage(
        email, **{"Course": course, "Course ID": course, "Course Slug": course, "Estimated Learning Hours": hours}
    )


def test_data_as_of_ignores_deadlines_and_never_goes_back(importer: Importer) -> None:
    importer([attempt(ADA, Deadline="2026-12-01T00:00:00.000Z")])
    importer([attempt(BOB, **{"Attempt Time": "2026-01-01T00:00:00.000Z"})])
    assert importer.all(organization, "data_as_of") == [parse_iso("2026-01-20T00:00:00Z")]


def test_an_assessments_deadline_is_the_latest_any_row_names(importer: Importer) -> None:
    importer([attempt(ADA), attempt(BOB, Deadline="2026-02-09T00:00:00.000Z")])
    importer([attempt(BOB, Deadline="2026-02-03T00:00:00.000Z")])
    assert importer.all(assessments, "deadline") == [parse_iso("2026-02-09T00:00:00Z")]


def test_a_new_assessment_is_due_from_all_who_take_the_course(importer: Importer) -> None:
    importer([usage(ADA), usage(BOB), usage("cyd@x.example", Course_ID="R")])
    importer([attempt(BOB)])
    due = parse_iso("2026-02-01T00:00:00Z")
    assert importer.all(memberships, "next_deadline") == [due, None, None]


def test_an_attempt_is_graded_later(importer: Importer) -> None:
    importer([usage(ADA)], [attempt(ADA, Score="", Passed="")])
    assert importer.all(memberships, "failed") == [0]
    assert importer([attempt(ADA, Score="30", Passed="No")]).totals == Counts(changed=1)
    assert importer.all(attempts, "score", "passed") == [(30.0, False)]
    assert importer.all(memberships, "failed") == [1]


def test_a_gradebook_brings_grades_and_best_scores_where_attempts_are_unknown(importer: Importer) -> None:
    row = {"Name": "Ada", "Email": ADA, "External Id": "", "Program Slug": "data", "Course ID": "STAT"}
    book = [{**row, "Course Grade": "81.5", "Course Passed": "Yes", "Quiz 1": "80", "Final": "83", "Essay": ""}]
    assert importer([attempt(ADA)], book).totals == Counts(new=2)
    assert importer.all(course_results, "grade", "passed") == [(81.5, True)]
    assert importer.all(assessments, "name") == ["Quiz 1", "Final", "Essay"]
    assert importer.all(attempts, "score") == [80.0, 83.0]
    assert importer([attempt(ADA)], book).totals == Counts(unchanged=2)
    better = importer([{**book[0], "Final": "90"}])
    assert better.totals == Counts(changed=1)
    assert importer.all(attempts, "score") == [80.0, 90.0]


def test_a_gradebook_that_names_neither_program_nor_course(importer: Importer) -> None:
    importer([member(ADA)])
    rows = [
        {"Timestamp": "2026-02-01T10:00:00Z", "Full Name": "Ada", "Email": ADA, "Assignment Name": "Quiz 1"}
        | {"Change Type": change, "Assignment Grade": grade}
        for change, grade in (("Started", ""), ("Submitted", ""), ("Graded", "0.9"))
    ]
    with pytest.raises(BadInput, match="--program SLUG --course ID"):
        importer(rows)
    with pytest.raises(BadInput, match="no program"):
        importer(rows, program="typo", course="STAT")
    receipt = importer(rows, program="data", course="STAT")
    assert receipt.totals == Counts(new=1, unchanged=1)
    assert importer.all(attempts, "score", "attempted_at") == [(90.0, parse_iso("2026-02-01T10:00:00Z"))]
    again = importer(rows, program="data", course="STAT")
    assert (again.totals.new, again.totals.changed) == (0, 0)


def test_feedback_of_no_moment_is_refused_by_line_and_the_rest_is_taken(importer: Importer) -> None:
    row = {"Name": "Ada", "Email": ADA, "Program Slug": "data", "Course ID": "STAT", "Stars": "4", "Recommend": "9"}
    assert importer([{**row, "Time": ""}, {**row, "Time": "2026-03-01T00:00Z"}]).totals == Counts(new=1, refused=1)


def test_a_program_is_recommended_without_a_course(importer: Importer) -> None:
    row = {"Email": ADA, "Program Slug": "data", "Recommend": "9", "Time": "2026-03-01T00:00Z"}
    assert importer([row], [row | {"Time": "2026-04-01T00:00Z"}]).totals == Counts(new=2)
    assert importer([row]).totals == Counts(unchanged=1)
    assert importer([row | {"Course ID": "", "Recommend": "3"}]).totals == Counts(changed=1)
    assert sorted(importer.all(feedback, "course_id", "recommend")) == [(None, 3), (None, 9)]
    assert importer([row | {"Course ID": "STAT", "Stars": "4"}]).totals == Counts(new=1)
    assert importer([row | {"Course ID": "", "Stars": "4"}]).totals == Counts(refused=1)


def test_specializations_feedback_and_activity(importer: Importer) -> None:
    person = {"Name": "Ada", "Email": ADA, "Program Slug": "data"}
    files = (
        [
            {**person, "Specialization": "Data Science", "Specialization Slug": "data-science", "University": "N"}
            | {"Enrollment Time": "2026-01-06T10:00:00Z", "Last Specialization Activity Time": "", "Completed": "Yes"}
        ],
        [
            {
                **person,
                "Course ID": "STAT",
                "Stars": "4",
                "Recommend": "9",
                "Comment": "Fine",
                "Time": "2026-03-01T00:00Z",
            }
        ],
        [{**person, "Course ID": "STAT", "Day": "2026-02-03", "Minutes": "45.5", "Lessons": "3"}],
    )
    assert importer(*files).totals == Counts(new=3)
    assert importer.all(specialization_enrollments, "completed", "removed") == [(True, False)]
    assert importer.all(feedback, "stars", "recommend", "comment") == [(4, 9, "Fine")]
    assert [(str(day), *rest) for day, *rest in importer.all(activity, "day", "minutes", "lessons")] == [
        ("2026-02-03", 45.5, 3)
    ]
    assert importer(*files).totals == Counts(unchanged=3)


def test_refused_rows_are_named_and_the_rest_goes_on(importer: Importer) -> None:
    receipt = importer([member(ADA), member("no address"), member(BOB, **{"Member State": "GONE"})])
    assert receipt.totals == Counts(new=1, refused=2)
    assert [(one.line, one.column, one.value) for one in receipt.files[0].refusals] == [
        (3, "Email", "no address"),
        (4, "Member State", "GONE"),
    ]
    told = receipt.to_json()
    assert told["files"][0]["rows"] == told["totals"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 2}
    assert list(told["files"][0]) == ["name", "kind", "variant", "rows", "unknown_columns", "refusals", "warnings"]


def test_hostile_text_is_kept_harmless(importer: Importer) -> None:
    names = [
        "[/x]",
        "[@click=app.quit]x[/]",
        "\x1b[31mred",
        "‮evil",
        "Ng " * 3_000,
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE x",
    ]
    rows = [member(f"p{number}@x.example", Name=name) for number, name in enumerate(names)]
    assert importer(rows).totals == Counts(new=len(names))
    stored = importer.all(learners, "name")
    assert stored[0] == "[/x]"
    assert stored[6] == "'; DROP TABLE x"
    assert not any(mark in name for name in stored for mark in "\x1b‮")
    assert importer(rows).totals == Counts(unchanged=len(names))


def test_a_program_admin_imports_rows_of_own_programs(organization: Organization, tmp_path: Path) -> None:
    importer = Importer(organization.store, organization.bo, tmp_path)
    rows = [
        member(ADA),
        member(BOB, Program_Slug="teams"),
        member("cyd@x.example", Program_Slug="other"),
        member("dan@x.example", **{"Contract(s)": "Year 1"}),
        member("eve@x.example", **{"Contract(s)": "Year 2"}),
    ]
    receipt = importer(rows)
    assert receipt.totals == Counts(new=2, refused=3)
    assert [one.line for one in receipt.files[0].refusals] == [3, 4, 6]
    assert receipt.creates.programs == receipt.creates.contracts == ()
    assert BOB not in importer.all(learners, "email")


def test_rights_that_were_taken_meanwhile_are_gone(organization: Organization, tmp_path: Path) -> None:
    importer = Importer(organization.store, organization.bo, tmp_path)
    with open_import(importer.store, importer.actor, importer.request([member(ADA)])) as found:
        with organization.store.write() as connection:
            connection.execute(administrator_programs.delete())
        with pytest.raises(NotAllowed):
            found.apply(NOW)
    assert ADA not in importer.all(learners, "email")


def test_a_limited_contract_refuses_nobody(organization: Organization, tmp_path: Path) -> None:
    importer = Importer(organization.store, organization.ana, tmp_path)
    rows = [member(f"p{number}@x.example", **{"Contract(s)": "Year 1"}) for number in range(20)]
    assert importer(rows).totals == Counts(new=20)


def test_a_program_admin_hears_of_no_limit_that_others_pass(organization: Organization, tmp_path: Path) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=3))
        connection.execute(update(programs).values(enrollment_limit=1))
        connection.execute(update(memberships).where(memberships.c.program_id == 2).values(enrolled=2))
    told = {}
    for actor in (organization.bo, organization.ana):
        importer = Importer(organization.store, actor, tmp_path)
        rows = [member("person1@northwind.example", Member_State="MEMBER")]
        with open_import(importer.store, actor, importer.request(rows)) as found:
            told[actor.email] = [one.reason for one in found.apply(NOW).files[0].warnings if "than" in one.reason]
    assert told[organization.bo.email] == []
    assert told[organization.ana.email] == ["3 learners of Leading Teams with more than the 1 courses they may take"]


def test_an_import_is_journaled_with_its_files(importer: Importer) -> None:
    receipt = importer([member(ADA)])
    entry = journal.entry(importer.store, importer.actor, receipt.entry or 0)
    assert entry.action == "import"
    assert "1 new" in entry.summary
    assert importer.all(imported_files, "entry_id", "kind", "new", "moment") == [
        (receipt.entry, "members", 1, parse_iso("2026-01-05T10:00:00Z"))
    ]
    assert journal.verify(importer.store, importer.actor).whole


@pytest.mark.parametrize("after", [1, 2, 5, 9, 12])
def test_a_stopped_import_leaves_nothing(importer: Importer, after: int) -> None:
    importer([member(ADA)])
    before = [importer.all(table, "id") for table in (learners, memberships, programs)]
    heard: list[Progress] = []
    request = importer.request(
        [member(f"p{number}@x.example", Program_Slug="new") for number in range(50)], [usage(BOB)]
    )
    with (
        pytest.raises(Cancelled),
        open_import(
            importer.store, importer.actor, request, progress=heard.append, cancelled=lambda: len(heard) >= after
        ) as found,
    ):
        found.apply(NOW)
    assert [importer.all(table, "id") for table in (learners, memberships, programs)] == before


def test_progress_is_told_in_bytes_then_in_steps(importer: Importer) -> None:
    heard: list[Progress] = []
    request = importer.request([member(ADA)])
    size = request.paths[0].stat().st_size
    with open_import(importer.store, importer.actor, request, progress=heard.append) as found:
        found.apply(NOW)
    reading = [one for one in heard if one.phase == "reading"]
    assert (reading[-1].done, reading[-1].total) == (size, size)
    steps = [one.done for one in heard if one.phase != "reading"]
    assert steps == list(range(1, len(steps) + 1))


def test_a_store_that_does_not_exist_is_planned_on_and_made_by_applying(tmp_path: Path) -> None:
    from tui_admin.portal.rights import sign_in

    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    importer = Importer(store, sign_in(store, None), tmp_path)
    with open_import(store, importer.actor, importer.request([member(ADA)], [usage(ADA)])) as found:
        assert found.plan.totals == Counts(new=2)
        assert not store.exists
        assert found.apply(NOW).totals == Counts(new=2)
    assert importer.all(learners, "email") == [ADA]
    store.close()


def test_a_program_known_by_name_alone(importer: Importer) -> None:
    row = member(ADA)
    del row["Program Slug"]
    importer([row], [usage(ADA)])
    assert importer.all(programs, "slug", "name") == [("data", "Data Foundations")]
    other = member(BOB, Program_Name="Leading Teams!")
    del other["Program Slug"]
    importer([other])
    assert importer.all(programs, "slug") == ["data", "leading-teams"]


def test_a_course_first_met_by_its_id_gets_its_name_later(importer: Importer) -> None:
    importer([attempt(ADA)])
    assert importer.all(courses, "name", "slug") == [("STAT", None)]
    importer([usage(ADA)])
    assert importer.all(courses, "name", "slug") == [("Statistics", "statistics")]


def test_reports_and_their_refused_rows_are_there_to_save(importer: Importer) -> None:
    with open_import(importer.store, importer.actor, importer.request([member("nobody")])) as found:
        (report,) = found.reports
        assert [refusal.cells[1] for refusal in report.every_refusal()] == ["nobody"]
