"""From the records of report files to staged rows: programs, courses and the like become numbers, the person two texts.

One function per kind, over whole batches: a million records go through here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Table

from ..reports.readers import Kind
from ..store import staging
from ..store.imports.people import NO_TAIL, SEPARATOR
from ..store.imports.things import Named

Row = tuple[Any, ...]
Staged = list[tuple[Table, Sequence[str], list[Row]]]
"""Rows by table, with the columns they hold."""

_NO_PROFILE = (None,) * 9
_PERSON = ("ord", "line", "email", "head", "tail", "program")


def _head(email: str, shown: str | None, name: str | None, external_id: str | None) -> str:
    return f"{'' if shown == email else shown or ''}{SEPARATOR}{name or ''}{SEPARATOR}{external_id or ''}"


def _tail(profile: Row) -> str:
    return NO_TAIL if profile == _NO_PROFILE else SEPARATOR.join([field or "" for field in profile])


@dataclass
class Rows:
    """What staging needs beside the records: the numbers of things, the next `ord`, and the program and course of
    gradebooks that name neither."""

    named: Named
    ords: "count[int]"
    program: str | None = None
    course: str | None = None

    def staged(self, kind: Kind, records: Sequence[Row]) -> Staged:
        """The staged rows of a batch."""
        return _STAGERS[kind](self, records)


def _members(rows: Rows, records: Sequence[Row]) -> Staged:
    programs, contracts, ords = rows.named.programs, rows.named.contracts, rows.ords
    found: list[Row] = []
    further: list[Row] = []
    links = rows.named.links
    columns = (*_PERSON, "contract", "enrolled", "completed", "state", "state_raw", "joined_at", "invited_at")
    columns = (*columns, "last_activity_at", "hours")
    for record in records:
        line, email, shown, name, external_id, slug, program_name, *facts = record[:15]
        ord, program, names = next(ords), programs[slug, program_name], record[15]
        contract = None
        if names is not None:
            numbers = [contracts[one,] for one in names.split("; ")] if ";" in names else [contracts[names,]]
            contract = numbers[0]
            links.update((program, number) for number in numbers)
            further += [(ord, position, number) for position, number in enumerate(numbers[1:], 1)]
        person = (_head(email, shown, name, external_id), _tail(record[16:]))
        found.append((ord, line, email, *person, program, contract, *facts))
    return [
        (staging.members, columns, found),
        (staging.further_contracts, ("ord", "position", "contract"), further),
    ]


def _usage(rows: Rows, records: Sequence[Row]) -> Staged:
    named, ords = rows.named, rows.ords
    programs, courses, contracts, links = named.programs, named.courses, named.contracts, named.links
    columns = (*_PERSON, "course", "contract", "course_type", "enrolled_at", "class_start_at", "class_end_at")
    columns = (*columns, "last_activity_at", "progress", "hours", "completed", "removed", "source", "completed_at")
    columns = (*columns, "grade")
    found: list[Row] = []
    for record in records:
        (line, email, shown, name, external_id, course_name, course_id, course_slug, partner, *facts) = record[:17]
        slug, program_name, source, completed_at, grade, contract_name, course_type = record[17:24]
        program = programs[slug, program_name]
        course = courses[course_id, course_slug, course_name, partner, course_type]
        contract = None
        if contract_name is not None:
            contract = contracts[contract_name.split("; ", 1)[0],]
            links.add((program, contract))
        person = (_head(email, shown, name, external_id), _tail(record[24:]))
        rest = (source, completed_at, grade)
        found.append((next(ords), line, email, *person, program, course, contract, course_type, *facts, *rest))
    return [(staging.usage, columns, found)]


def _specializations(rows: Rows, records: Sequence[Row]) -> Staged:
    named, ords = rows.named, rows.ords
    columns = (*_PERSON, "specialization", "contract", "enrolled_at", "last_activity_at", "completed", "removed")
    columns = (*columns, "source", "completed_at", "completed_courses", "total_courses")
    found: list[Row] = []
    for record in records:
        line, email, shown, name, external_id, title, slug, partner, *facts = record[:12]
        program_slug, program_name, source, completed_at, completed, total, contract_name = record[12:19]
        program = named.programs[program_slug, program_name]
        contract = None
        if contract_name is not None:
            contract = named.contracts[contract_name.split("; ", 1)[0],]
            named.links.add((program, contract))
        person = (_head(email, shown, name, external_id), _tail(record[19:]), program)
        thing = named.specializations[slug, title, partner]
        rest = (source, completed_at, completed, total)
        found.append((next(ords), line, email, *person, thing, contract, *facts, *rest))
    return [(staging.specializations, columns, found)]


def _attempts(rows: Rows, records: Sequence[Row]) -> Staged:
    named, ords = rows.named, rows.ords
    columns = (*_PERSON, "assessment", "deadline", "attempted_at", "score", "max_score", "passing_score", "weight")
    columns = (*columns, "passed")
    found: list[Row] = []
    for record in records:
        line, email, shown, name, external_id, program, course_id, *said = record
        key, title, type_, weight, deadline, attempted_at, score, most, mark, passed = said
        course = named.courses[course_id, None, None, None, None]
        assessment = named.assessments[course, key, title, type_, weight, most, mark, deadline]
        person = (email, _head(email, shown, name, external_id), NO_TAIL, named.programs[program, None])
        facts = (deadline, attempted_at, score, most, mark, weight, passed)
        found.append((next(ords), line, *person, assessment, *facts))
    return [(staging.attempts, columns, found)]


def _gradebook(rows: Rows, records: Sequence[Row]) -> Staged:
    named, ords = rows.named, rows.ords
    results: list[Row] = []
    scores: list[Row] = []
    for record in records:
        line, email, shown, name, external_id, program_slug, course_id, grade, passed, given = record
        program = named.programs[program_slug or rows.program, None]
        course = named.courses[course_id or rows.course, None, None, None, None]
        person = (email, _head(email, shown, name, external_id), NO_TAIL, program)
        row = next(ords)
        results.append((row, line, *person, course, grade, passed))
        for title, percent, attempted_at, weight, mark in given or ():
            assessment = named.assessments[course, None, title, None, weight, 100.0, mark, None]
            if percent is not None or attempted_at is not None:
                score = (assessment, attempted_at, percent, 100.0, mark, weight)
                scores.append((next(ords), line, *person, row, *score))
    score_columns = ("row", "assessment", "attempted_at", "score", "max_score", "passing_score", "weight")
    return [
        (staging.results, (*_PERSON, "course", "grade", "passed"), results),
        (staging.scores, (*_PERSON, *score_columns), scores),
    ]


def _feedback(rows: Rows, records: Sequence[Row]) -> Staged:
    named, found = rows.named, []
    for line, email, shown, name, external_id, program, course_id, *facts in records:
        person = (email, _head(email, shown, name, external_id), NO_TAIL, named.programs[program, None])
        course = named.courses[course_id, None, None, None, None]
        found.append((next(rows.ords), line, *person, course, *facts))
    return [(staging.feedback, (*_PERSON, "course", "stars", "recommend", "comment", "given_at"), found)]


def _activity(rows: Rows, records: Sequence[Row]) -> Staged:
    named, found = rows.named, []
    for line, email, shown, name, external_id, program, course_id, *facts in records:
        person = (email, _head(email, shown, name, external_id), NO_TAIL, named.programs[program, None])
        course = named.courses[course_id, None, None, None, None]
        found.append((next(rows.ords), line, *person, course, *facts))
    return [(staging.activity, (*_PERSON, "course", "day", "minutes", "lessons"), found)]


_STAGERS: Mapping[Kind, Callable[[Rows, Sequence[Row]], Staged]] = {
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
