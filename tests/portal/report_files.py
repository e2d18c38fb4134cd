"""Small report files, written as a platform exports them, and their import."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportPlan, ImportRequest
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant, parse_iso
from tui_admin.store.engine import Store

NOW: Instant = parse_iso("2026-05-01T12:00:00Z")
Rows = list[Mapping[str, str]]


def member(email: str, **fields: str) -> dict[str, str]:
    """A row of a member report."""
    known = {
        "Name": email.split("@")[0].title(),
        "Email": email,
        "External Id": "",
        "Program Name": "Data Foundations",
        "Program Slug": "data",
        "# Enrolled Courses": "",
        "# Completed Courses": "",
        "Member State": "MEMBER",
        "Join Date": "2026-01-05T10:00:00.000Z",
        "Invitation Date": "",
        "Last Activity Time": "",
        "Contract(s)": "",
        "Job Title": "",
    }
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def usage(email: str, **fields: str) -> dict[str, str]:
    """A row of a usage report."""
    known = {
        "Name": email.split("@")[0].title(),
        "Email": email,
        "External Id": "",
        "Course": "Statistics",
        "Course ID": "STAT",
        "Course Slug": "statistics",
        "University": "Northwind",
        "Enrollment Time": "2026-01-06T10:00:00.000Z",
        "Last Course Activity Time": "",
        "Overall Progress": "10",
        "Completed": "No",
        "Removed From Program": "No",
        "Program Slug": "data",
        "Program Name": "Data Foundations",
        "Course Grade": "",
        "Contract": "",
        "Job Title": "",
    }
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def attempt(email: str, **fields: str) -> dict[str, str]:
    """A row of an attempts file."""
    known = {
        "Name": email.split("@")[0].title(),
        "Email": email,
        "External Id": "",
        "Program Slug": "data",
        "Course ID": "STAT",
        "Assessment ID": "q1",
        "Assessment": "Quiz 1",
        "Assessment Type": "quiz",
        "Weight": "50",
        "Deadline": "2026-02-01T00:00:00.000Z",
        "Attempt Time": "2026-01-20T00:00:00.000Z",
        "Score": "80",
        "Max Score": "100",
        "Passing Score": "50",
        "Passed": "Yes",
    }
    return known | {name.replace("_", " "): value for name, value in fields.items()}


def write(path: Path, rows: Rows) -> Path:
    """A CSV file with these rows; the first names the columns."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


class Importer:
    """Imports rows as files of a folder."""

    def __init__(self, store: Store, actor: Actor, folder: Path) -> None:
        self.store, self.actor, self.folder = store, actor, folder

    def __call__(self, *files: Rows | Path, name: str = "report", **request: Any) -> ImportPlan:
        """Import, and check that the plan said the same."""
        with open_import(self.store, self.actor, self.request(*files, name=name, **request)) as found:
            planned = found.plan
            receipt = found.apply(NOW)
        assert [file.rows for file in planned.files] == [file.rows for file in receipt.files]
        assert planned.creates == receipt.creates
        return receipt

    def request(self, *files: Rows | Path, name: str = "report", **request: Any) -> ImportRequest:
        """The request to import these rows, file by file."""
        paths = [
            file if isinstance(file, Path) else write(self.folder / f"{name}-{number}.csv", file)
            for number, file in enumerate(files)
        ]
        return ImportRequest(paths, **request)

    def all(self, table: Table, *columns: str) -> list[Any]:
        """Rows of a table in the order of their making."""
        picked = [table.c[name] for name in columns]
        with self.store.read() as connection:
            found = connection.execute(select(*picked).order_by(*table.primary_key.columns))
            return [row[0] if len(columns) == 1 else tuple(row) for row in found]
