"""Taking a person's data out of the journal: each act stays, and the chain holds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ...rules.erasures import ERASED
from ...store import journal as store_journal
from .. import journal
from ..journal import REDACTED, JournalRow
from ..mail import suppressions
from ..receipts import Subject
from .traces import Marks, Trace, is_theirs

_OF_ONE_ADDRESS = (suppressions.ADD, suppressions.LIFT)
"""Actions without rows that are about one address: of the details nothing stays."""

_KEPT_ROWS = (None, Subject.MEMBERSHIP)
"""What rows tell that is about a membership, not about who has it: state, contract, moments."""


@dataclass(frozen=True, slots=True)
class _Redacted:
    """An entry as it will be."""

    summary: str
    details: Mapping[str, Any]
    blocks: Mapping[int, bytes]


def needed(connection: Connection, found: Iterable[Trace], marks: Marks) -> list[int]:
    """The entries that hold something which has to go."""
    return [trace.row["id"] for trace in found if _judged(connection, trace, marks)]


def redact(connection: Connection, found: Iterable[Trace], marks: Marks) -> Iterator[JournalRow]:
    """Take the person out of the entries; the rows by which the erasing entry vouches for them."""
    for trace in found:
        if new := _judged(connection, trace, marks):
            yield journal.redact(connection, trace.row, new.summary, new.details, new.blocks)


def _judged(connection: Connection, trace: Trace, marks: Marks) -> _Redacted | None:
    summary, details = trace.row["summary"], json.loads(trace.row["details"])
    blocks = _blocks(connection, trace, marks)
    if _is_whole(trace):
        new = f"{trace.row['action'].capitalize()}: 1 person {ERASED}", {REDACTED: True}
    else:
        new = marks.without(summary), marks.without(details)
    if new == (summary, details) and not blocks:
        return None
    return _Redacted(*new, blocks)


def _is_whole(trace: Trace) -> bool:
    if trace.row["action"] in _OF_ONE_ADDRESS:
        return True
    own = trace.subject is Subject.LEARNER and len(trace.rows) == trace.row["row_count"] > 0
    return own or REDACTED in json.loads(trace.row["details"])


def _blocks(connection: Connection, trace: Trace, marks: Marks) -> dict[int, bytes]:
    found = {}
    for number in trace.blocks:
        content = store_journal.block(connection, trace.row["id"], number)
        rows = list(journal.block_rows(content or b""))
        new = [_row(one, trace.subject, marks) for one in rows]
        if new != rows:
            found[number] = journal.packed(new)
    return found


def _row(row: JournalRow, subject: Subject | None, marks: Marks) -> JournalRow:
    number, before, after = row
    if subject not in _KEPT_ROWS and number in marks.ids.get(subject or Subject.LEARNER, ()):
        return number, ERASED, ERASED
    if is_theirs(marks, subject, row):
        return number, marks.without(before), marks.without(after)
    return row
