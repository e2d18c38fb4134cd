"""Small files to import beside the open-university data, which has no hours, no lessons, no feedback and no skills."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from tests.real_data.independent_triage import rows

Row = Mapping[str, object]

TAUGHT = {
    "BBB": ("Intermediate", "Reading:1; Writing:0.5"),
    "CCC": ("Advanced", "Statistics:0.8; Programming:0.6"),
    "DDD": ("", "Programming:0.9; Statistics:0.1; Writing:0.1"),
    "EEE": ("Intermediate", "Statistics:0.5"),
    "FFF": ("Beginner", "Programming:1; Design:0.25"),
    "GGG": ("Beginner", "Reading:0.7"),
}
"""Level and skills of modules; one has none."""


def write(report: Path, folder: Path) -> list[Path]:
    """The files, of some of the enrollments of the e-mail report."""
    usage = list(rows(report, "usage-report.csv"))
    some = [row for row in usage if row["Enrollment Time"]]
    newest = max(usage, key=lambda row: row["Last Course Activity Time"])  # without it the file is an older report
    spent = enumerate([newest, *(row for row in usage[::6] if row is not newest)])
    hours = ({**row, "Estimated Learning Hours": f"{1 + number % 40 * 2.25}"} for number, row in spent)
    told = {
        "hours.csv": hours,
        "feedback.csv": chain.from_iterable(_said(*one) for one in enumerate(some[::12])),
        "activity.csv": chain.from_iterable(_done(*one) for one in enumerate(some[::12])),
        "courses.csv": _courses(usage),
    }
    return [_written(folder / name, found) for name, found in told.items()]


def _written(path: Path, found: Iterable[Row]) -> Path:
    kept = list(found)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    return path


def _about(row: Mapping[str, str]) -> dict[str, object]:
    return {name: row[name] for name in ("Email", "Program Slug", "Course ID")}


def _said(number: int, row: Mapping[str, str]) -> Iterator[Row]:
    """What a learner says of a course, and every third says otherwise later."""
    for again in range(1 + (number % 3 == 0)):
        day = date.fromisoformat(row["Enrollment Time"][:10]) + timedelta(days=60 + 30 * again)
        stars, likely = 1 + (number * 7 + again) % 5, (number * 5 + again) % 11
        yield _about(row) | {"Stars": stars, "Recommend": likely, "Time": f"{day}T10:00:00Z"}


def _done(number: int, row: Mapping[str, str]) -> Iterator[Row]:
    """Two days of learning, the second of some of them late in what the data covers."""
    first = date.fromisoformat(row["Enrollment Time"][:10])
    for day in (first, date(2015, 9, 17) - timedelta(days=number % 100)):
        yield _about(row) | {"Day": day.isoformat(), "Minutes": 5 + number % 90, "Lessons": number % 4}


def _courses(usage: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    for key, row in {row["Course ID"]: row for row in usage}.items():
        level, skills = TAUGHT.get(key[:3], ("", ""))
        named = {"Course ID": key, "Course": row["Course"], "University": row["University"]}
        yield named | {"Level": level, "Skills": skills}
