"""From the records of report files to staged rows: programs, courses and the like become numbers, the person two texts.

One function per kind, over whole batches: a million records go through here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from sqlalchemy import Table

from ..reports.columns import FIELDS, Kind
from ..reports.shapes import Records
from ..rules.profile import PROFILE
from ..store import staging
from ..store.imports.people import NO_TAIL, SEPARATOR
from ..store.imports.things import Named

Row = tuple[Any, ...]
Columns = dict[str, Any]
Staged = list[tuple[Table, Sequence[str], Iterable[Row]]]
"""Rows by table, with the columns they hold."""

_PERSON = ("ord", "line", "email", "head", "tail", "program")
_REMEMBERED = 50_000


class _Tails(dict[Row, str]):
    """Profiles as one text; they repeat. Forgets all when full, so that it never grows."""

    def __missing__(self, profile: Row) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        empty = not any(profile)
        self[profile] = tail = NO_TAIL if empty else SEPARATOR.join([field or "" for field in profile])
        return tail


@dataclass
class Rows:
    """What staging needs beside the records: the numbers of things, the next `ord`, and the program and course of
    gradebooks that name neither."""

    named: Named
    ords: "count[int]"
    program: str | None = None
    course: str | None = None
    tails: _Tails = field(default_factory=_Tails)

    def staged(self, kind: Kind, records: Records) -> Staged:
        """The staged rows of a batch."""
        columns = dict(zip(FIELDS[kind], records.columns, strict=True))
        return _STAGERS[kind](self, {"line": records.lines, **columns})

    def person(self, columns: Columns) -> list[Sequence[Any]]:
        """The columns `_PERSON`."""
        emails = columns["email"]
        told = zip(emails, columns["email_shown"], columns["name"], columns["external_id"], strict=True)
        heads = [
            f"{'' if shown == email else shown or ''}{SEPARATOR}{name or ''}{SEPARATOR}{external_id or ''}"
            for email, shown, name, external_id in told
        ]
        tails: Sequence[str] = [NO_TAIL] * len(heads)
        if "manager_name" in columns:
            tails = list(map(self.tails.__getitem__, zip(*(columns[name] for name in PROFILE), strict=True)))
        ords = list(islice(self.ords, len(heads)))
        return [ords, columns["line"], emails, heads, tails, self.programs(columns)]

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

    def contracts(self, names: Sequence[str | None], programs: Sequence[int]) -> list[int | None]:
        """The numbers of the first contract of each row."""
        contracts = self.named.contracts
        numbers = [None if name is None else contracts[name.split("; ", 1)[0],] for name in names]
        self.named.links.update((program, one) for program, one in zip(programs, numbers, strict=True) if one)
        return numbers


def _members(rows: Rows, columns: Columns) -> Staged:
    person = rows.person(columns)
    ords, programs, names = person[0], person[5], columns["contracts"]
    further: list[Row] = []
    for ord, program, several in zip(ords, programs, names, strict=True):
        if several and "; " in several:
            numbers = [rows.named.contracts[name,] for name in several.split("; ")]
            rows.named.links.update((program, number) for number in numbers)
            further += [(ord, position, number) for position, number in enumerate(numbers[1:], 1)]
    found = {**dict(zip(_PERSON, person, strict=True)), "contract": rows.contracts(names, programs)}
    facts = ("enrolled", "completed", "state", "state_raw", "joined_at", "invited_at", "last_activity_at", "hours")
    return [
        _table(staging.members, found | {name: columns[name] for name in facts}),
        (staging.further_contracts, ("ord", "position", "contract"), further),
    ]


def _usage(rows: Rows, columns: Columns) -> Staged:
    person = rows.person(columns)
    found = dict(zip(_PERSON, person, strict=True))
    found |= {"course": rows.courses(columns), "contract": rows.contracts(columns["contract"], person[5])}
    facts = ("course_type", "enrolled_at", "class_start_at", "class_end_at", "last_activity_at", "progress", "hours")
    more = ("completed", "removed", "source", "completed_at", "grade")
    return [_table(staging.usage, found | {name: columns[name] for name in (*facts, *more)})]


def _specializations(rows: Rows, columns: Columns) -> Staged:
    person = rows.person(columns)
    told = zip(columns["specialization_slug"], columns["specialization"], columns["partner"], strict=True)
    found = dict(zip(_PERSON, person, strict=True))
    found["specialization"] = list(map(rows.named.specializations.__getitem__, told))
    found["contract"] = rows.contracts(columns["contract"], person[5])
    facts = ("enrolled_at", "last_activity_at", "completed", "removed", "source", "completed_at", "completed_courses")
    return [_table(staging.specializations, found | {name: columns[name] for name in (*facts, "total_courses")})]


def _attempts(rows: Rows, columns: Columns) -> Staged:
    found = dict(zip(_PERSON, rows.person(columns), strict=True))
    said = ("assessment_id", "assessment", "assessment_type", "weight", "max_score", "passing_score", "deadline")
    told = zip(rows.courses(_only(columns, "course_id")), *(columns[name] for name in said), strict=True)
    found["assessment"] = list(map(rows.named.assessments.__getitem__, told))
    facts = ("deadline", "attempted_at", "score", "max_score", "passing_score", "weight", "passed")
    return [_table(staging.attempts, found | {name: columns[name] for name in facts})]


def _gradebook(rows: Rows, columns: Columns) -> Staged:
    person, courses = rows.person(columns), rows.courses(columns)
    found = {**dict(zip(_PERSON, person, strict=True)), "course": courses}
    scores: list[Row] = []
    for ord, *of_person, course, given in zip(*person, courses, columns["scores"], strict=True):
        for title, percent, attempted_at, weight, mark in given or ():
            assessment = rows.named.assessments[course, None, title, None, weight, 100.0, mark, None]
            if percent is not None or attempted_at is not None:
                score = (assessment, attempted_at, percent, 100.0, mark, weight)
                scores.append((next(rows.ords), *of_person, ord, *score))
    score_columns = ("row", "assessment", "attempted_at", "score", "max_score", "passing_score", "weight")
    return [
        _table(staging.results, found | {name: columns[name] for name in ("grade", "passed")}),
        (staging.scores, (*_PERSON, *score_columns), scores),
    ]


def _feedback(rows: Rows, columns: Columns) -> Staged:
    found = {**dict(zip(_PERSON, rows.person(columns), strict=True)), "course": rows.courses(columns)}
    facts = ("stars", "recommend", "comment", "given_at")
    return [_table(staging.feedback, found | {name: columns[name] for name in facts})]


def _activity(rows: Rows, columns: Columns) -> Staged:
    found = {**dict(zip(_PERSON, rows.person(columns), strict=True)), "course": rows.courses(columns)}
    return [_table(staging.activity, found | {name: columns[name] for name in ("day", "minutes", "lessons")})]


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
