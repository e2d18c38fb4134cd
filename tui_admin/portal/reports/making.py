"""Making a report: from what was asked for to the bytes of a file, streamed."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row

from ...reports.bundles import Progress, Sheet, write_csv_file, write_zip
from ...reports.cells import Cells
from ...reports.dictionary import ASSESSMENT_ATTEMPTS, GRADEBOOK, MEMBER_REPORT, SPECIALIZATION_REPORT, USAGE_REPORT
from ...reports.headers import normalised
from ...reports.sheets import write_book
from ...reports.values import line
from ...rules.errors import BadInput
from ...rules.filters import All, known_to, parse
from ...rules.roles import Actor
from ...store.engine import Store
from ...store.report_rows import gradebook, learned, members
from ...store.report_rows.order import in_blocks
from .. import lookup
from ..mail.audiences import Moments
from ..members import MembersQuery
from .asked import Asked, Form, ReportKind
from .covering import by_name, in_order

_LARGE = 20_000
"""Memberships from which a table may take gigabytes."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made: what its file is to be called, and its rows by table."""

    file_name: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Report:
    """What a file is called without its ending, and the tables in it."""

    name: str
    sheets: list[Sheet]


def make(
    store: Store,
    actor: Actor,
    asked: Asked,
    at: Moments,
    stream: BinaryIO,
    *,
    progress: Progress = lambda rows: None,
) -> Made:
    """Write a report to a binary stream, as of one state of the store; the same data and moment make the same bytes.

    `progress` hears how many more rows are written. Raises NotAllowed, BadInput and FilterError before anything is
    written; what `progress` raises stops it.
    """
    with store.read() as connection:
        report = _REPORTS[asked.kind](connection, actor, asked, at)
        if asked.form is Form.XLSX:
            rows = write_book(stream, report.sheets, at.clock, progress, raw=asked.raw)
            return Made(f"{report.name}.xlsx", rows)
        if len(report.sheets) > 1:
            return Made(f"{report.name}.zip", write_zip(stream, report.sheets, at.clock, progress, raw=asked.raw))
        (sheet,) = report.sheets
        return Made(f"{report.name}.csv", {sheet.name: write_csv_file(stream, sheet, progress, raw=asked.raw)})


def _query(asked: Asked, actor: Actor) -> MembersQuery:
    return MembersQuery(asked.program, parse(asked.where, known_to(actor)) if asked.where else All())


def _members(connection: Connection, actor: Actor, asked: Asked, at: Moments) -> _Report:
    found = by_name(connection, actor, _query(asked, actor), at.now)
    return _Report(
        "member-report", [Sheet("member-report", MEMBER_REPORT, members.members(connection, in_blocks(found)))]
    )


def _email(connection: Connection, actor: Actor, asked: Asked, at: Moments) -> _Report:
    found = in_order(connection, actor, _query(asked, actor), at.now)
    tables = (
        ("member-report", MEMBER_REPORT, members.members),
        ("usage-report", USAGE_REPORT, learned.USAGE.rows),
        ("specialization-report", SPECIALIZATION_REPORT, learned.SPECIALIZED.rows),
    )
    large = len(found) > _LARGE
    sheets = [Sheet(name, columns, read(connection, in_blocks(found)), large) for name, columns, read in tables]
    return _Report("email-report", sheets)


def _gradebook(connection: Connection, actor: Actor, asked: Asked, at: Moments) -> _Report:
    if asked.course is None:
        raise BadInput("Say of which course: the gradebook is one course's.")
    found = in_order(connection, actor, _query(asked, actor), at.now)
    course = lookup.course(connection, asked.course)
    taking = gradebook.taking(connection, course.id)
    found = array("q", (id for id in found if id in taking))
    counted = gradebook.assessed(connection, course.id, graded=True)
    scores = dict.fromkeys(_titles(counted), Cells.NUMBER)
    large = len(found) > _LARGE
    # People are numbered in the order of the first table when it is imported again.
    sheets = [
        Sheet(
            "gradebook", {**GRADEBOOK, **scores}, gradebook.graded(connection, course, counted, in_blocks(found)), large
        ),
        Sheet(
            "assessment_attempts",
            ASSESSMENT_ATTEMPTS,
            gradebook.attempted(connection, course, lambda: in_blocks(found)),
            large,
        ),
    ]
    return _Report(f"gradebook-{_file_word(course.key)}", sheets)


def _file_word(key: str) -> str:
    """A course's id as part of a file's name, whatever is in it."""
    return re.sub(r"[^\w-]+", "-", key).strip("-") or "course"


def _titles(counted: Sequence[Row[Any]]) -> list[str]:
    """What the columns of assessments are called, each otherwise than all the others: by name, else by id as well."""
    names = [line(assessment.name) or assessment.key for assessment in counted]
    alike = Counter(map(normalised, (*GRADEBOOK, *names)))
    taken, titles = {normalised(name) for name in GRADEBOOK}, []
    for name, assessment in zip(names, counted, strict=True):
        usual = [name] if alike[normalised(name)] == 1 else []
        told = chain(usual, [f"{name} ({line(assessment.key)})"], (f"{name} ({number})" for number in count(2)))
        title = next(title for title in told if normalised(title) not in taken)
        titles.append(title)
        taken.add(normalised(title))
    return titles


_REPORTS: Mapping[ReportKind, Callable[[Connection, Actor, Asked, Moments], _Report]] = {
    ReportKind.EMAIL: _email,
    ReportKind.GRADEBOOK: _gradebook,
    ReportKind.MEMBERS: _members,
}
