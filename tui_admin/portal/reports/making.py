"""Making a report: from what was asked for to the bytes of a file, streamed."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from ...reports.sheets import write_xlsx
from ...reports.writers import MEMBER_REPORT, Value, write_csv
from ...rules.filters import All, parse
from ...rules.roles import Actor
from ...store.engine import Store
from ..mail.audiences import Moments
from ..members import MembersQuery
from . import member_report
from .asked import Asked, Form

Progress = Callable[[int], None]
"""Hears how many rows are written."""

_TELL_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Made:
    """A report that was made: what its file is to be called, and its rows by table."""

    file_name: str
    rows: Mapping[str, int]


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

    Raises NotAllowed, BadInput and FilterError before anything is written; what `progress` raises stops it.
    """
    query = MembersQuery(asked.program, parse(asked.where) if asked.where else All())
    rows = _told(member_report.rows(store, actor, query, at.now), progress)
    name = f"member-report.{asked.form}"
    if asked.form is Form.XLSX:
        return Made(name, {"member-report": write_xlsx(stream, MEMBER_REPORT, rows, at.clock, raw=asked.raw)})
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        return Made(name, {"member-report": write_csv(text, MEMBER_REPORT, rows, raw=asked.raw)})
    finally:
        text.detach()


def _told(rows: Iterator[tuple[Value, ...]], progress: Progress) -> Iterator[tuple[Value, ...]]:
    for number, row in enumerate(rows, 1):
        yield row
        if not number % _TELL_EVERY:
            progress(number)
