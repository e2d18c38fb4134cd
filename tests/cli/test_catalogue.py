"""`catalogue`: courses and specializations listed, searched and imported."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Console

CATALOGUE = [
    {
        **{"Course ID": "py", "Course": "Python", "University": "Århus", "Level": "Beginner", "Workload Hours": 12},
        "Skills": [{"name": "Python", "relevance": 0.9}, {"name": "SQL", "relevance": 0.25}],
        "Assessments": [{"Assessment ID": "1", "Assessment": "Quiz", "Weight": 20}],
    },
    {"Course ID": "stat", "Course": "Statistics with Python", "Skills": "Statistics:1"},
    {"Specialization Slug": "path", "Specialization": "The path", "Courses": ["stat", "py", "nowhere"]},
]


@pytest.fixture
def catalogue(tmp_path: Path) -> str:
    """A catalogue of two courses and a specialization, one of whose courses nobody knows."""
    path = tmp_path / "catalogue.jsonl"
    path.write_text("\n".join(map(json.dumps, CATALOGUE)), encoding="utf-8")
    return str(path)


def test_a_catalogue_is_shown_imported_and_told(console: Console, catalogue: str, tmp_path: Path) -> None:
    planned = console("catalogue", "import", catalogue, "--dry-run").stdout
    assert "Would create 2 courses (py, stat), 1 specialization (path), 1 assessments, 3 skills." in planned
    assert not console.path.exists()

    repair = tmp_path / "repair.csv"
    done = console.json("catalogue", "import", catalogue, "--yes", "--json", "--refused", str(repair))
    assert done["totals"] == {"new": 5, "changed": 0, "unchanged": 0, "refused": 1}
    (refusal,) = done["files"][2]["refusals"]
    assert (refusal["line"], refusal["column"], refusal["value"]) == (3, "Course ID", "nowhere")
    (row,) = csv.DictReader(repair.read_text(encoding="utf-8").splitlines())
    assert (row["Course ID"], row["Specialization Slug"]) == ("nowhere", "path")

    again = console.json("import", catalogue, "--yes", "--json")
    assert again["totals"] == {"new": 0, "changed": 0, "unchanged": 5, "refused": 1}


def test_courses_and_specializations_are_listed_and_searched(console: Console, catalogue: str) -> None:
    console("catalogue", "import", catalogue, "--yes")
    rows = console.json("catalogue", "--format", "json")
    assert [row["id"] for row in rows] == ["py", "stat"]
    assert rows[0]["skills"] == [{"name": "Python", "relevance": 0.9}, {"name": "SQL", "relevance": 0.25}]
    assert "Python:0.9; SQL:0.25" in console("catalogue", "--format", "csv").stdout
    assert [row["id"] for row in console.json("catalogue", "--search", "STATIST", "--format", "json")] == ["stat"]
    assert [row["id"] for row in console.json("catalogue", "list", "--search", "arhus sql", "--format", "json")] == [
        "py"
    ]
    assert console("catalogue", "--search", "python", "--count").stdout == "2\n"
    assert console.json("catalogue", "--specializations", "--format", "json") == [
        {"slug": "path", "name": "The path", "partner": None, "courses": ["stat", "py"]}
    ]
    assert console("catalogue", "--specializations", "--search", "sql", "--count").stdout == "1\n"


def test_what_is_no_catalogue_is_named(console: Console, tmp_path: Path) -> None:
    report = tmp_path / "members.csv"
    report.write_text("Email,Program Slug,Member State\na@x.example,p,MEMBER\n", encoding="utf-8")
    refused = console("catalogue", "import", str(report), "--yes", code=4).stderr
    assert "members.csv is a members report, no part of a catalogue" in refused
    assert console.count("users") == 0
