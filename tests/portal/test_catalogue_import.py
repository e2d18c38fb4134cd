"""Importing a catalogue: courses with skills, assessments and what specializations hold, from CSV and JSON Lines."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.catalogue_rows import HOSTILE
from tests.portal.report_files import NOW, Importer, Rows, attempt, member, usage, write
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, FilePlan, ImportRequest
from tui_admin.reports.writers import write_refused
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import parse_iso
from tui_admin.store.tables import (
    assessments,
    course_skills,
    courses,
    skills,
    specialization_courses,
    specializations,
)

from .conftest import Organization

Row = dict[str, str]


def course(id: str, **fields: str) -> Row:
    """A row of courses."""
    known = {"Course ID": id, "Course Slug": "", "Course": id.title(), "University": "Aarhus", "Course Type": "Course"}
    known |= {"Level": "Beginner", "Workload Hours": "12", "Skills": "Python:0.9; SQL:0.25"}
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def work(course: str, id: str, **fields: str) -> Row:
    """A row of assessments."""
    known = {"Course ID": course, "Assessment ID": id, "Assessment": f"Quiz {id}", "Assessment Type": "quiz"}
    known |= {"Weight": "20", "Max Score": "100", "Passing Score": "50", "Deadline": "2026-02-01T00:00:00Z"}
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def place(slug: str, course: str, position: str, **fields: str) -> Row:
    """A row of what specializations hold."""
    known = {"Specialization Slug": slug, "Specialization": slug.title(), "University": "Aarhus"}
    known |= {"Position": position, "Course ID": course}
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def held(importer: Importer) -> list[tuple[str, list[str]]]:
    """What each specialization holds, in its order, by public ids."""
    keys, found = dict(importer.all(courses, "id", "key")), []
    links = importer.all(specialization_courses, "specialization_id", "position", "course_id")
    for id, slug in importer.all(specializations, "id", "slug"):
        found.append((slug, [keys[one] for whole, _, one in sorted(links) if whole == id]))
    return found


def taught(importer: Importer) -> set[tuple[str, str, float]]:
    """Which course teaches what, and how much."""
    keys, names = dict(importer.all(courses, "id", "key")), dict(importer.all(skills, "id", "name"))
    links = importer.all(course_skills, "course_id", "skill_id", "relevance")
    return {(keys[one], names[skill], relevance) for one, skill, relevance in links}


def refusals(file: FilePlan) -> list[tuple[int, str, str, str]]:
    """The refused rows."""
    return [(one.line, one.column, one.value, one.reason) for one in file.refusals]


FILES: tuple[Rows, ...] = (
    [course("py"), course("stat", Level="Advanced", Skills="Statistics:1; python:0.4")],
    [work("py", "1"), work("py", "2", Weight="80"), work("stat", "1")],
    [place("path", "stat", "1"), place("path", "py", "2")],
)


def test_a_catalogue_is_taken_in_and_the_same_files_change_nothing(importer: Importer) -> None:
    receipt = importer(*FILES)
    assert [file.kind for file in receipt.files] == ["courses", "assessments", "specialization-courses"]
    assert [file.rows for file in receipt.files] == [Counts(2), Counts(3), Counts(2)]
    made = receipt.creates
    assert (made.courses, made.specializations, made.assessments, made.skills) == (("py", "stat"), ("path",), 3, 3)
    facts = ("key", "name", "partner", "course_type", "level", "workload_hours", "in_catalogue")
    assert importer.all(courses, *facts) == [
        ("py", "Py", "Aarhus", "Course", "Beginner", 12.0, True),
        ("stat", "Stat", "Aarhus", "Course", "Advanced", 12.0, True),
    ]
    assert taught(importer) == {
        ("py", "Python", 0.9),
        ("py", "SQL", 0.25),
        ("stat", "Statistics", 1.0),
        ("stat", "Python", 0.4),
    }
    assert held(importer) == [("path", ["stat", "py"])]
    assert importer.all(assessments, "key", "weight", "position") == [("1", 20.0, 1), ("2", 80.0, 2), ("1", 20.0, 1)]
    again = importer(*FILES)
    assert again.totals == Counts(unchanged=7)
    assert not again.matters


def test_json_lines_hold_a_catalogue_whole(importer: Importer, tmp_path: Path) -> None:
    objects: list[dict[str, Any]] = [
        {
            **{"Course ID": "py", "Course": "Py", "University": "Aarhus", "Course Type": "Course"},
            **{"Level": "Beginner", "Workload Hours": 12},
            "Skills": [{"name": "Python", "relevance": 0.9}, {"relevance": 0.25, "name": "SQL"}],
            "Assessments": [{"Assessment ID": "1", "Assessment": "Quiz 1", "Weight": 20}, {"Assessment ID": 2}],
        },
        {"course_id": "stat", "Course": "Stat", "Level": "Advanced", "Skills": "Statistics:1; Python:0.4"},
        {"Specialization Slug": "path", "Specialization": "Path", "Courses": ["stat", {"Course ID": "py"}]},
        {"Specialization Slug": "other", "Course ID": "py", "Position": 7},
    ]
    path = tmp_path / "catalogue.jsonl"
    path.write_text("\n".join(map(json.dumps, objects)) + "\nno object\n", encoding="utf-8")
    receipt = importer(path)
    assert [(file.name, file.kind, file.rows) for file in receipt.files] == [
        ("catalogue.jsonl", "courses", Counts(2, refused=1)),
        ("catalogue.jsonl (assessments)", "assessments", Counts(2)),
        ("catalogue.jsonl (specializations)", "specialization-courses", Counts(3)),
    ]
    assert held(importer) == [("path", ["stat", "py"]), ("other", ["py"])]
    assert ("py", "SQL", 0.25) in taught(importer)
    assert importer.all(assessments, "key", "name", "weight") == [("1", "Quiz 1", 20.0), ("2", "2", None)]
    assert importer(path).totals == Counts(unchanged=7, refused=1)
    assert importer(*FILES).files[2].rows == Counts(unchanged=2)


def test_what_changed_is_told_and_what_is_not_named_stays(importer: Importer) -> None:
    importer(*FILES)
    receipt = importer(
        [course("py", Level="", Skills="SQL:0.5", University=""), course("new")],
        [{"Course ID": "stat", "Assessment ID": "1", "Assessment": "Quiz 1", "Weight": "50"}],
        [place("path", "new", "1")],
    )
    assert [file.rows for file in receipt.files] == [Counts(1, 1), Counts(changed=1), Counts(1)]
    assert [one.reason for one in receipt.files[2].warnings] == [
        "not in this file, and kept: 2 courses of its specializations"
    ]
    facts = importer.all(courses, "key", "partner", "level")
    assert facts == [("py", "Aarhus", None), ("stat", "Aarhus", "Advanced"), ("new", "Aarhus", "Beginner")]
    assert {one for one in taught(importer) if one[0] == "py"} == {("py", "SQL", 0.5)}
    assert held(importer) == [("path", ["new", "stat", "py"])]
    told = importer.all(assessments, "key", "weight", "deadline")[2]
    assert told == ("1", 50.0, parse_iso("2026-02-01T00:00:00Z"))


def stamped(importer: Importer, day: str, *rows: Rows) -> list[Path]:
    """Files made on a day."""
    names = (f"catalogue {day} 10-00-00 UTC {number}.csv" for number, _ in enumerate(rows))
    return [write(importer.folder / name, one) for name, one in zip(names, rows, strict=True)]


def test_an_older_catalogue_never_overwrites_a_newer_one(importer: Importer) -> None:
    older = stamped(
        importer, "2026-01-10", [course("py", Level="Old")], [work("py", "1", Weight="1")], [place("p", "py", "9")]
    )
    newer = stamped(importer, "2026-02-10", [course("py")], [work("py", "1")], [place("p", "py", "1")])
    importer(*newer)
    receipt = importer(*older)
    assert receipt.totals == Counts(unchanged=3)
    assert [one.reason for file in receipt.files for one in file.warnings].count(
        "1 rows are older than what the store knows and change nothing"
    ) == 3
    assert importer.all(courses, "level") == ["Beginner"]
    assert importer.all(assessments, "weight") == [20.0]
    assert importer.all(specialization_courses, "position") == [1]
    assert importer(*reversed(older), *newer).totals == Counts(unchanged=6)
    assert importer.all(courses, "level") == ["Beginner"]


def test_a_newer_report_leaves_what_only_a_catalogue_says(importer: Importer) -> None:
    told = [
        usage("a@x.example", Course_ID="py", Course="Python, renamed", Last_Course_Activity_Time="2026-04-01T00:00:00Z")
    ]
    importer(told)
    receipt = importer(*stamped(importer, "2026-02-10", [course("py")]))
    assert receipt.totals == Counts(changed=1)
    assert importer.all(courses, "name", "level", "in_catalogue") == [("Python, renamed", "Beginner", True)]
    assert importer(told).totals == Counts(unchanged=1)
    assert importer.all(courses, "level", "in_catalogue") == [("Beginner", True)]


def test_a_catalogue_has_the_last_word_on_deadlines(importer: Importer) -> None:
    importer([member("a@x.example")], [usage("a@x.example")], [attempt("a@x.example", Deadline="2026-03-01T00:00:00Z")])
    importer([work("STAT", "q1", Deadline="2026-02-15T00:00:00Z"), work("STAT", "q2")])
    assert importer.all(assessments, "key", "deadline")[0] == ("q1", parse_iso("2026-02-15T00:00:00Z"))
    importer([attempt("a@x.example", Deadline="2026-04-01T00:00:00Z", Score="90")])
    assert importer.all(assessments, "key", "deadline")[0] == ("q1", parse_iso("2026-02-15T00:00:00Z"))


def test_an_assessment_known_by_its_name_gets_its_id(importer: Importer) -> None:
    importer([attempt("a@x.example", Assessment_ID="", Assessment="Quiz 1")])
    assert importer([work("STAT", "1")]).totals == Counts(changed=1)
    assert importer.all(assessments, "key", "name") == [("1", "Quiz 1")]


UNFIT: Sequence[tuple[Row, str, str]] = (
    (place("path", "nowhere", "3"), "nowhere", "is no course that is known; import it first, or with this file"),
    (place("path", "s-py", "3"), "s-py", "is the slug of the course py; write that id"),
    (place("path", "path", "3"), "path", "is the specialization itself; name the courses it holds"),
    (
        place("path", "other", "3"),
        "other",
        "is a specialization, which cannot be part of another; name its courses instead",
    ),
    (place("path", "py", "3"), "py", "stands in it already, at line 2; keep one"),
    (place("path", "stat", "1"), "1", "is taken by line 2; give it another"),
)


@pytest.mark.parametrize(("row", "value", "reason"), UNFIT, ids=[value for _, value, _ in UNFIT])
def test_a_row_that_cannot_be_taken_is_refused_with_the_way_out_and_repaired(
    importer: Importer, tmp_path: Path, row: Row, value: str, reason: str
) -> None:
    importer([course("py", Course_Slug="s-py"), course("stat")], [place("other", "stat", "1")])
    path = write(tmp_path / "places.csv", [place("path", "py", "1"), row])
    with open_import(importer.store, importer.actor, ImportRequest([path])) as found:
        (file,) = found.apply(NOW).files
        text = io.StringIO()
        assert write_refused(text, found.reports[0]) == 1
    assert [(line, told, why) for line, _, told, why in refusals(file)] == [(3, value, reason)]
    assert file.rows == Counts(1, refused=1)
    assert held(importer)[1] == ("path", ["py"])
    (saved,) = csv.DictReader(io.StringIO(text.getvalue()))
    assert reason in saved.pop("Reason") and saved == row
    repaired = importer([{**saved, "Course ID": "stat", "Position": "2"}], name="repaired")
    assert repaired.totals == Counts(1)
    assert held(importer)[1] == ("path", ["py", "stat"])


def test_assessments_of_a_course_nobody_knows_are_refused(importer: Importer) -> None:
    receipt = importer([course("py")], [work("py", "1"), work("nowhere", "1")])
    assert receipt.files[1].rows == Counts(1, refused=1)
    assert [line for line, *_ in refusals(receipt.files[1])] == [3]
    assert importer.all(assessments, "key") == ["1"]


def test_skills_are_checked_by_line(importer: Importer) -> None:
    rows = [
        course("a", Skills="Python:1.5"),
        course("b", Skills="C: the language:0.5; Go"),
        course("c", Skills="Logic: formal"),
        course("d", Skills=":0.5"),
        course("e", Skills="SQL:0.2; SQL:0.3"),
        course("f", Skills="SQL:-0.1"),
        course("g", Skills=f"{HOSTILE}:1"),
        course("h", Skills="SQL:nan"),
    ]
    (file,) = importer(rows).files
    assert [line for line, *_ in refusals(file)] == [2, 4, 5, 6, 7]
    assert file.rows == Counts(3, refused=5)
    assert {(key, share) for key, _, share in taught(importer)} == {("b", 0.5), ("b", 1.0), ("g", 1.0), ("h", 1.0)}
    assert "skills named without a relevance, which count as 1: 2" in [one.reason for one in file.warnings]
    assert not any("\x1b" in name for name in importer.all(skills, "name"))


def test_a_catalogue_is_the_organization_admins(organization: Organization, tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{number}.csv", rows) for number, rows in enumerate(FILES)]
    with open_import(organization.store, organization.bo, ImportRequest(paths)) as found:
        receipt = found.apply(NOW)
    assert receipt.totals == Counts(refused=7)
    assert {one.reason for file in receipt.files for one in file.refusals} == {
        "belongs to the catalogue, which only an organization admin changes"
    }
    assert refusals(receipt.files[2])[0][:3] == (2, "Course ID", "stat")
    importer = Importer(organization.store, organization.ana, tmp_path)
    assert importer.all(courses, "key") == importer.all(specializations, "slug") == []


def test_what_another_wrote_since_the_plan_is_judged_again(importer: Importer, tmp_path: Path) -> None:
    path = write(tmp_path / "places.csv", [place("path", "py", "1")])
    with open_import(importer.store, importer.actor, ImportRequest([path])) as found:
        assert found.plan.totals == Counts(refused=1)
        importer([course("py")])
        assert found.apply(NOW).totals == Counts(1)
        assert not found.reports[0].savable


def test_json_that_is_none_is_named(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"Courses": ["py"]}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="is no report"):
        importer(path)


# --- hostile files


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-16", "\t"), ("utf-8-sig", ";"), ("cp1252", ","), ("utf-8", "|")], ids=str
)
def test_a_catalogue_comes_in_any_encoding(importer: Importer, tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "Course ID,Course,University,Skills\r\nc1,Écriture,Århus,Écrire:0.5\r\n".replace(",", delimiter)
    path = tmp_path / "courses.csv"
    path.write_bytes(text.encode(encoding))
    assert importer(path).totals == Counts(1)
    assert importer.all(courses, "name", "partner") == [("Écriture", "Århus")]
    assert taught(importer) == {("c1", "Écrire", 0.5)}


def test_rows_that_repeat_and_places_that_are_none(importer: Importer) -> None:
    without = [
        {name: cell for name, cell in place("path", key, "").items() if name != "Position"} for key in ("b", "a")
    ]
    receipt = importer(
        [course("a"), course("a", Level="Advanced"), course("a", Level="Advanced"), course("b")],
        [*without],
        [
            place("odd", "a", "-1"),
            place("odd", "a", "1.5"),
            place("odd", "a", "x"),
            place("odd", "b", "0"),
            place("odd", "", "2"),
            place("odd", "a", "3000000000"),
            place("odd", "a", "1e999"),
        ],
    )
    assert receipt.files[0].rows == Counts(2, unchanged=2)
    assert [one.reason for one in receipt.files[0].warnings] == [
        "1 rows say something else than a later row about the same; the later counts"
    ]
    assert importer.all(courses, "key", "level") == [("a", "Advanced"), ("b", "Beginner")]
    assert held(importer) == [("path", ["b", "a"]), ("odd", ["b"])]
    assert [line for line, *_ in refusals(receipt.files[2])] == [2, 3, 4, 6, 7, 8]


def test_two_files_of_one_import_agree_on_a_specialization(importer: Importer) -> None:
    importer([course(key) for key in "abc"])
    receipt = importer([place("p", "a", "1"), place("p", "b", "2")], [place("p", "b", "1"), place("p", "c", "2")])
    assert receipt.totals.refused == 0
    assert held(importer) == [("p", ["b", "c", "a"])]
    files = ([place("p", "a", "1"), place("p", "b", "2")], [place("p", "b", "1"), place("p", "c", "2")])
    assert importer(*files).totals == Counts(unchanged=4)


def test_json_of_any_shape_is_refused_by_line_or_taken(importer: Importer, tmp_path: Path) -> None:
    objects: list[Any] = [
        {"Course ID": "a", "Course": HOSTILE, "Skills": [{"name": "A; B", "relevance": 1}, {"name": "C"}, None]},
        {"Course ID": {"x": ["y"]}, "Course": ["p", ["q"]], "Workload Hours": True, "Skills": {"name": "D"}},
        {"Course ID": "b", "Assessments": [None, 5, "x", {"Assessment ID": "q", "Weight": "heavy"}, []]},
        {"Specialization": "S", "Courses": [["a"], None, {"Course ID": "a", "Position": "first"}, "a"]},
        {"Course ID": "c", "Workload Hours": 1e400},
        {"Specialization": "Empty", "Courses": []},
        [1],
        None,
        "text",
    ]
    path = tmp_path / "odd.jsonl"
    path.write_text("\n".join(map(json.dumps, objects)) + "\n" + "[" * 20_000 + "\n\x00\n", encoding="utf-8")
    receipt = importer(path)
    assert importer.all(courses, "key")[0] == "a"
    assert {line for line, *_ in refusals(receipt.files[0])} == {2, 5, 7, 8, 9, 10}
    assert {line for line, *_ in refusals(receipt.files[1])} == {3}
    assert [line for line, *_ in refusals(receipt.files[2])] == [4, 4, 4, 6]
    assert held(importer) == [("s", ["a"])]
    assert not any("\x1b" in name for name in importer.all(courses, "name"))
    assert ("a", "A, B", 1.0) in taught(importer)
    assert importer(path).totals.new == 0


def test_the_examples_of_the_manual_are_a_catalogue(importer: Importer, tmp_path: Path) -> None:
    manual = (Path(__file__).parent.parent.parent / "docs" / "catalogue.md").read_text(encoding="utf-8")
    paths = []
    for number, (kind, example) in enumerate(re.findall(r"```(\w+)\n(.*?)```", manual, flags=re.DOTALL)):
        paths.append(tmp_path / f"{number}.{kind}")
        paths[-1].write_text(example, encoding="utf-8")
    *delimited, lines = paths
    assert importer(*delimited).totals == Counts(9)
    assert held(importer) == [("python-path", ["py-1", "stat"])]
    assert taught(importer) >= {("py-1", "Python", 0.9), ("stat", "Probability", 0.8)}
    receipt = importer(lines)
    assert [file.kind for file in receipt.files] == ["courses", "assessments", "specialization-courses"]
    assert (receipt.totals.new, receipt.totals.refused) == (0, 0)
