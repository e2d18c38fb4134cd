"""From the records of report files to staged rows: programs, courses, profiles and the like become numbers.

One function per kind, over whole batches: a million records go through here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from sqlalchemy import Table

from ...reports.columns import CELLS, FIELDS, Kind
from ...reports.shapes import Records
from ...rules.profile import PROFILE
from ...store import staging
from ...store.imports.catalogue_rows import CatalogueRows, Said
from ...store.imports.people import NO_PROFILE
from ...store.imports.things import Named

Row = tuple[Any, ...]
Columns = dict[str, Any]
Staged = list[tuple[Table, Sequence[str], Iterable[Row]]]
"""Rows by table, with the columns they hold."""

_REMEMBERED = 50_000


class _Profiles(dict[Row, int]):
    """Numbers of profiles; they repeat. Forgets all when full, so that it never grows. `new` are those numbered since
    they were last taken."""

    def __init__(self) -> None:
        self._numbers = count(NO_PROFILE + 1)
        self._new: list[Row] = []

    def __missing__(self, profile: Row) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        number = NO_PROFILE
        if any(profile):
            number = next(self._numbers)
            self._new.append((number, *profile))
        self[profile] = number
        return number

    def taken(self) -> list[Row]:
        """Those numbered since the last time, to be staged."""
        new, self._new = self._new, []
        return new


@dataclass
class Rows:
    """What staging needs beside the records: the numbers of things, the rows of catalogues, the next `ord`, and the
    program and course of gradebooks that name neither."""

    named: Named
    catalogue: CatalogueRows
    ords: "count[int]"
    program: str | None = None
    course: str | None = None
    profiles: _Profiles = field(default_factory=_Profiles)

    def staged(self, kind: Kind, records: Records) -> Staged:
        """The staged rows of a batch."""
        columns = dict(zip(FIELDS[kind], records.columns, strict=True))
        staged = _STAGERS[kind](self, {"line": records.lines, **columns})
        return [*staged, (staging.profiles, ("number", *PROFILE), self.profiles.taken())]

    def person(self, columns: Columns) -> Columns:
        """The columns that all staged rows have."""
        emails = columns["email"]
        profiles: Sequence[int] = [NO_PROFILE] * len(emails)
        if "manager_name" in columns:
            told = zip(*(columns[name] for name in PROFILE), strict=True)
            profiles = list(map(self.profiles.__getitem__, told))
        typed = zip(columns["email_shown"], emails, strict=True)
        return {
            "ord": list(islice(self.ords, len(emails))),
            "line": columns["line"],
            "email": emails,
            "shown": ["" if shown == email else shown or "" for shown, email in typed],
            "name": [name or "" for name in columns["name"]],
            "external_id": [external_id or "" for external_id in columns["external_id"]],
            "profile": profiles,
            "program": self.programs(columns),
        }

    def programs(self, columns: Columns) -> list[int]:
        """The programs' numbers."""
        slugs = columns["program_slug"]
        if self.program is not None:
            slugs = [slug or self.program for slug in slugs]
        names = columns.get("program_name") or [None] * len(slugs)
        return list(map(self.named.programs.__getitem__, zip(slugs, names, strict=True)))

    def courses(self, columns: Columns) -> list[int]:
        """The courses' numbers."""
        keys = columns["course_id"]
        if self.course is not None:
            keys = [key or self.course for key in keys]
        blank = [None] * len(keys)
        told = (columns.get(name) or blank for name in ("course_slug", "course_name", "partner", "course_type"))
        return list(map(self.named.courses.__getitem__, zip(keys, *told, strict=True)))

    def said(self, kind: Kind, columns: Columns) -> list[Said]:
        """The rows of a catalogue."""
        lines, names = columns["line"], [name for name in FIELDS[kind] if name != CELLS]
        cells = columns.get(CELLS) or [()] * len(lines)
        told = zip(*(columns[name] for name in names), strict=True)
        file = self.named.courses.file
        return [
            Said(file, line, dict(zip(names, one, strict=True)), own)
            for line, one, own in zip(lines, told, cells, strict=True)
        ]

    def contracts(self, names: Sequence[str | None], programs: Sequence[int]) -> list[int | None]:
        """The numbers of the first contract of each row."""
        contracts = self.named.contracts
        numbers = [None if name is None else contracts[name.split("; ", 1)[0],] for name in names]
        self.named.links.update((program, one) for program, one in zip(programs, numbers, strict=True) if one)
        return numbers


def _members(rows: Rows, columns: Columns) -> Staged:
    found, names = rows.person(columns), columns["contracts"]
    programs = found["program"]
    further: list[Row] = []
    for ord, program, several in zip(found["ord"], programs, names, strict=True):
        if several and "; " in several:
            numbers = [rows.named.contracts[name,] for name in several.split("; ")]
            rows.named.links.update((program, number) for number in numbers)
            further += [(ord, position, number) for position, number in enumerate(numbers[1:], 1)]
    found["contract"] = rows.contracts(names, programs)
    facts = ("enrolled", "completed", "state", "state_raw", "joined_at", "invited_at", "last_activity_at", "hours")
    return [
        _table(staging.members, found | {name: columns[name] for name in facts}),
        (staging.further_contracts, ("ord", "position", "contract"), further),
    ]


def _usage(rows: Rows, columns: Columns) -> Staged:
    found = rows.person(columns)
    found |= {"course": rows.courses(columns), "contract": rows.contracts(columns["contract"], found["program"])}
    facts = ("course_type", "enrolled_at", "class_start_at", "class_end_at", "last_activity_at", "progress", "hours")
    more = ("completed", "removed", "source", "completed_at", "grade")
    return [_table(staging.usage, found | {name: columns[name] for name in (*facts, *more)})]


def _specializations(rows: Rows, columns: Columns) -> Staged:
    found = rows.person(columns)
    told = zip(columns["specialization_slug"], columns["specialization"], columns["partner"], strict=True)
    found["specialization"] = list(map(rows.named.specializations.__getitem__, told))
    found["contract"] = rows.contracts(columns["contract"], found["program"])
    facts = ("enrolled_at", "last_activity_at", "completed", "removed", "source", "completed_at", "completed_courses")
    return [_table(staging.specializations, found | {name: columns[name] for name in (*facts, "total_courses")})]


def _attempts(rows: Rows, columns: Columns) -> Staged:
    found = rows.person(columns)
    said = ("assessment_id", "assessment", "assessment_type", "weight", "max_score", "passing_score", "deadline")
    told = zip(rows.courses(_only(columns, "course_id")), *(columns[name] for name in said), strict=True)
    found["assessment"] = list(map(rows.named.assessments.__getitem__, told))
    facts = ("deadline", "attempted_at", "score", "max_score", "passing_score", "weight", "passed")
    return [_table(staging.attempts, found | {name: columns[name] for name in facts})]


def _gradebook(rows: Rows, columns: Columns) -> Staged:
    person, courses = rows.person(columns), rows.courses(columns)
    scores: list[Row] = []
    for ord, *of_person, course, given in zip(*person.values(), courses, columns["scores"], strict=True):
        for title, percent, attempted_at, weight, mark in given or ():
            assessment = rows.named.assessments[course, None, title, None, weight, 100.0, mark, None]
            if percent is not None or attempted_at is not None:
                score = (assessment, attempted_at, percent, 100.0, mark, weight)
                scores.append((next(rows.ords), *of_person, ord, *score))
    score_columns = ("row", "assessment", "attempted_at", "score", "max_score", "passing_score", "weight")
    return [
        _table(staging.results, {**person, "course": courses, **_only(columns, "grade", "passed")}),
        (staging.scores, (*person, *score_columns), scores),
    ]


def _feedback(rows: Rows, columns: Columns) -> Staged:
    keys = columns["course_id"]
    named = iter(rows.courses({"course_id": [key for key in keys if key is not None]}))
    found = {**rows.person(columns), "course": [None if key is None else next(named) for key in keys]}
    facts = ("stars", "recommend", "comment", "given_at")
    return [_table(staging.feedback, found | {name: columns[name] for name in facts})]


def _activity(rows: Rows, columns: Columns) -> Staged:
    found = {**rows.person(columns), "course": rows.courses(columns)}
    return [_table(staging.activity, found | {name: columns[name] for name in ("day", "minutes", "lessons")})]


def _courses(rows: Rows, columns: Columns) -> Staged:
    rows.catalogue.courses += zip(rows.said(Kind.COURSES, columns), rows.courses(columns), strict=True)
    return []


def _assessments(rows: Rows, columns: Columns) -> Staged:
    rows.catalogue.assessments += rows.said(Kind.ASSESSMENTS, columns)
    return []


def _places(rows: Rows, columns: Columns) -> Staged:
    rows.catalogue.places += rows.said(Kind.SPECIALIZATION_COURSES, columns)
    return []


def _taxonomy(rows: Rows, columns: Columns) -> Staged:
    rows.catalogue.skills += rows.said(Kind.TAXONOMY, columns)
    return []


def _table(table: Table, columns: Columns) -> tuple[Table, Sequence[str], Iterable[Row]]:
    return table, tuple(columns), zip(*columns.values(), strict=True)


def _only(columns: Columns, *names: str) -> Columns:
    return {name: columns[name] for name in names}


_STAGERS: Mapping[Kind, Callable[[Rows, Columns], Staged]] = {
    Kind.MEMBERS: _members,
    Kind.USAGE: _usage,
    Kind.SPECIALIZATIONS: _specializations,
    Kind.ATTEMPTS: _attempts,
    Kind.GRADEBOOK: _gradebook,
    Kind.FEEDBACK: _feedback,
    Kind.ACTIVITY: _activity,
    Kind.COURSES: _courses,
    Kind.ASSESSMENTS: _assessments,
    Kind.SPECIALIZATION_COURSES: _places,
    Kind.TAXONOMY: _taxonomy,
}

# Where a record names its program and its contracts, counted with the line.
PLACES: Mapping[Kind, tuple[int, int | None, int | None]] = {
    Kind.MEMBERS: (5, 6, 15),
    Kind.USAGE: (17, 18, 22),
    Kind.SPECIALIZATIONS: (12, 13, 18),
    Kind.ATTEMPTS: (5, None, None),
    Kind.GRADEBOOK: (5, None, None),
    Kind.FEEDBACK: (5, None, None),
    Kind.ACTIVITY: (5, None, None),
}
