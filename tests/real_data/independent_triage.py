"""Triage statuses counted from the report files alone, in plain Python, sharing no code with the program.

The definitions are those of the portal: an open enrollment is neither completed nor removed from the program; an
assessment of weight 0 is practice; a course's assessments are those that any row of the attempts names for it, with the
latest deadline; overdue means a required deadline before now and no attempt at all; failed means graded attempts of
which none passed, and none still to be graded; inactive means that 30 days have passed since the later of the last
activity and the join date, or that neither is known.
"""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

STATUSES = ("invited", "no-enrollment", "enrolled", "completed", "removed", "inactive", "at-risk")


def rows(archive: Path, ending: str) -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            if name.endswith(ending):
                with zipped.open(name) as raw:
                    yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))


def moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) if text else None


def count(email_report: Path, gradebooks: Path, now: datetime) -> dict[str, Counter[str]]:
    """Statuses by program slug."""
    deadlines: dict[str, dict[str, datetime]] = defaultdict(dict)
    tried: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(gradebooks, "attempts.csv"):
        if float(row["Weight"] or 1) == 0:
            continue
        course, assessment, deadline = row["Course ID"], row["Assessment ID"], moment(row["Deadline"])
        if deadline is not None:
            deadlines[course][assessment] = max(deadlines[course].get(assessment, deadline), deadline)
        tried[row["Email"].lower(), row["Program Slug"], course][assessment].append(row["Passed"])

    enrollments: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows(email_report, "usage-report.csv"):
        enrollments[row["Email"].lower(), row["Program Slug"]].append(row)

    found: dict[str, Counter[str]] = defaultdict(Counter)
    for member in rows(email_report, "member-report.csv"):
        email, program = member["Email"].lower(), member["Program Slug"]
        if member["Member State"] != "MEMBER":
            found[program]["invited" if member["Member State"] == "INVITED" else "removed"] += 1
            continue
        learned = enrollments[email, program]
        if any(row["Completed"] == "Yes" for row in learned):
            found[program]["completed"] += 1
        else:
            found[program]["enrolled" if learned else "no-enrollment"] += 1
        known = [moment(row["Last Course Activity Time"]) for row in learned]
        known += [moment(member["Join Date"]), moment(member["Last Activity Time"])]
        last = max((one for one in known if one), default=None)
        if last is None or now - last >= timedelta(days=30):
            found[program]["inactive"] += 1
        for row in learned:
            if row["Completed"] == "Yes" or row["Removed From Program"] == "Yes":
                continue
            work = tried[email, program, row["Course ID"]]
            overdue = any(
                deadline < now and not work.get(assessment)
                for assessment, deadline in deadlines[row["Course ID"]].items()
            )
            failed = any("No" in said and "Yes" not in said and "" not in said for said in work.values())
            if overdue or failed:
                found[program]["at-risk"] += 1
                break
    return found
