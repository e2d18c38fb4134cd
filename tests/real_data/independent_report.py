"""What a report of the open-university data has to say, told from the files alone: no code of the program's."""

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]

KEYS = {
    "member-report.csv": ("Email", "Program Slug"),
    "usage-report.csv": ("Email", "Program Slug", "Course ID"),
    "specialization-report.csv": ("Email", "Program Slug", "Specialization Slug"),
}
"""The files of the e-mail report, and what tells their rows apart."""

HEADERS = {
    "member-report.csv": (
        "Name,Email,External Id,Program Name,Program Slug,# Enrolled Courses,# Completed Courses,Member State,"
        "Join Date,Invitation Date,Last Activity Time,Contract(s)"
    ),
    "usage-report.csv": (
        "Name,Email,External Id,Course,Course ID,Course Slug,University,Enrollment Time,Class Start Time,"
        "Last Course Activity Time,Overall Progress,Estimated Learning Hours,Completed,Removed From Program,"
        "Program Slug,Program Name,Enrollment Source,Completion Time,Course Grade,Contract"
    ),
    "specialization-report.csv": (
        "Name,Email,External Id,Specialization,Specialization Slug,University,Enrollment Time,"
        "Last Specialization Activity Time,Completed,Removed From Program,Program Slug,Program Name,"
        "Enrollment Source,Specialization Completion Time,Contract"
    ),
}
"""What stands before the nine columns of the profile."""

PROFILE = (
    ",Manager Name,Manager Email,Job Title,Job Type,Business Unit,Business Unit 2,"
    "Location City,Location Country,Location Region"
)

NUMBERS = ("# Enrolled Courses", "# Completed Courses", "Overall Progress", "Estimated Learning Hours", "Course Grade")
"""Columns of numbers, which are written in the shortest form with at most two decimals."""

OF_PEOPLE = ("Name", "External Id", *PROFILE[1:].split(","))
"""Columns that say the same of a person everywhere: where rows disagree, the last that is not blank is right."""


def rows(archive: Path, name: str) -> Iterator[Row]:
    """The rows of one file in a zip, by column."""
    with zipfile.ZipFile(archive) as found, found.open(name) as raw:
        yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))


def header(archive: Path, name: str) -> str:
    """The first line of one file in a zip, with its end."""
    with zipfile.ZipFile(archive) as found, found.open(name) as raw:
        return raw.readline().decode()


def people(archive: Path) -> dict[str, Row]:
    """What the files of a zip, read in their order, say of each person in the end, by address."""
    found: dict[str, Row] = {}
    with zipfile.ZipFile(archive) as files:
        names = files.namelist()
    for name in names:
        for row in rows(archive, name):
            told = {column: row[column].strip() for column in OF_PEOPLE if row.get(column, "").strip()}
            found.setdefault(row["Email"].lower(), {}).update(told)
    return found


def _right(row: Row, column: str, person: Row) -> str:
    if column in OF_PEOPLE:
        return person.get(column, "")
    value = row[column].strip()
    if column in NUMBERS and value:
        return f"{Decimal(value).quantize(Decimal('0.01')).normalize():f}"
    return value


def differences(source: Path, ours: Path, name: str) -> list[str]:
    """Where a file of ours says something else than the source: rows that lack or are too many, values that differ."""
    key, everybody = KEYS[name], people(source)
    given = {tuple(row[column].lower() for column in key): row for row in rows(source, name)}
    found = {tuple(row[column].lower() for column in key): row for row in rows(ours, name)}
    told = [f"{name}: {of} is not there" for of in given.keys() - found.keys()]
    told += [f"{name}: {of} is nowhere in the source" for of in found.keys() - given.keys()]
    if len(found) != sum(1 for _ in rows(ours, name)):
        told.append(f"{name}: a row is there twice")
    for of, row in given.items():
        other, person = found.get(of, {}), everybody[row["Email"].lower()]
        for column in (HEADERS[name] + PROFILE).split(","):
            if column in row and other.get(column) != (right := _right(row, column, person)):
                told.append(f"{name}: {of}, {column}: {other.get(column)!r} in place of {right!r}")
    return told
