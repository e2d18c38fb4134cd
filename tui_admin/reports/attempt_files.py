"""Attempts from anywhere, to try the skill model on: any table that says who tried what, in which order, with which
result; and a table of which skills assessments ask for."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from tui_admin.reports.archives import open_sources
from tui_admin.reports.headers import normalised
from tui_admin.reports.limits import Limits
from tui_admin.reports.moments import Moments
from tui_admin.reports.opening import tables_in
from tui_admin.reports.tables import Block, Table
from tui_admin.reports.values import separated, yes_no
from tui_admin.rules.errors import BadInput
from tui_admin.rules.text import clean

_NAMES = {
    "learner": ("learner", "learner id", "user", "user id", "student", "student id", "email", "person"),
    "assessment": ("assessment", "assessment id", "item", "item id", "problem", "problem id", "question", "exercise"),
    "skill": ("skill", "skills", "skill id", "skill name", "kc", "concept"),
    "time": ("time", "at", "timestamp", "date", "graded at", "attempted at", "submitted at", "submission time"),
    "order": ("order", "order id", "position", "sequence", "number"),
    "score": ("score", "points", "grade", "outcome"),
    "most": ("max", "max score", "maximum", "maximum score", "most"),
    "mark": ("passing score", "pass mark", "passing grade", "pass score"),
    "passed": ("passed", "correct", "is passed", "success", "verdict"),
    "relevance": ("relevance", "weight"),
}
_FIELD = {name: key for key, names in _NAMES.items() for name in names}
_BLOCK = 20_000


@dataclass
class AttemptTable:
    """Attempts in the order of the file: each with the line it stood on, the learner, the assessment, where it stands
    in the order of all (equal where the file says so), score, most points, pass mark and verdict. `skills` are those of
    each assessment with their relevance. `notes` say what was taken for granted."""

    rows: list[tuple[int, str, str, int, float | None, float | None, float | None, bool | None]]
    skills: dict[str, dict[str, float]]
    notes: tuple[str, ...]


@dataclass
class _Read:
    """A table with its known columns, read cell by cell."""

    name: str
    table: Table
    columns: Mapping[str, int]
    kept: dict[str, list[Any]] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        for block in self.table.blocks(_BLOCK):
            for refusal in block.broken:
                raise self.fault(refusal.line, refusal.column or "", refusal.value, refusal.reason)
            yield block

    def has(self, key: str) -> bool:
        return key in self.columns

    def fault(self, line: int, column: str, value: str, reason: str) -> BadInput:
        where = f"line {line}" + (f", column {column}" if column else "")
        return BadInput(f"{self.name}, {where}: {clean(value)[:60]!r} {reason}.")

    def cell(self, line: int, row: Sequence[str], key: str, read: Callable[[str], Any]) -> Any:
        """The value of a cell, None where the table has no such column. Raises BadInput with line and column."""
        if key not in self.columns:
            return None
        at = self.columns[key]
        try:
            return read(row[at])
        except ValueError as error:
            raise self.fault(line, self.table.header[at].strip(), row[at], str(error)) from None


def read_attempts(attempts: Path, skills: Path | None = None, limits: Limits | None = None) -> AttemptTable:
    """The attempts of a file, with the skills that it or another names.

    The file has a column for the learner and the assessment, one for the time or the order (else its lines are in
    order), and one for the score or whether it was passed; skills, most points and pass mark may stand beside. Raises
    BadInput for what is missing or cannot be read, with the line and the column.
    """
    with ExitStack() as stack:
        source = _open(attempts, stack, limits or Limits())
        notes: list[str] = []
        _require(source, ("learner", "assessment"))
        if not source.has("score") and not source.has("passed"):
            raise BadInput(f"{source.name}: has no column score and none passed; one of them says how attempts went.")
        taught: dict[str, dict[str, float]] = {}
        rows = list(_rows(source, taught, notes))
        if not rows:
            raise BadInput(f"{source.name}: holds no attempts under its header.")
        if skills is not None:
            taught = _skills(_open(skills, stack, limits or Limits()))
        elif not source.has("skill"):
            notes.append("no skills were named: all assessments count as of one")
    return AttemptTable(_scaled(source, rows, notes), taught, tuple(notes))


def _open(path: Path, stack: ExitStack, limits: Limits) -> _Read:
    sources, _ = open_sources([path], stack, limits)
    tables = [one for source in sources for one in tables_in(source, limits, _known, lambda _sentence: None)]
    if len(tables) != 1:
        raise BadInput(f"{path.name}: holds {len(tables)} tables; give a file with one.")
    ((name, table),) = tables
    columns: dict[str, int] = {}
    for at, cell in enumerate(table.header):
        if key := _FIELD.get(normalised(cell)):
            columns.setdefault(key, at)
    return _Read(name, table, columns)


def _known(cells: Sequence[str]) -> int:
    return sum(normalised(cell) in _FIELD for cell in cells)


def _require(source: _Read, keys: Sequence[str]) -> None:
    missing = [key for key in keys if not source.has(key)]
    if missing:
        has = ", ".join(clean(cell.strip())[:40] for cell in source.table.header[:8])
        raise BadInput(f"{source.name}: has no column {' and none '.join(missing)}; its columns are {has}.")


def _rows(source: _Read, taught: dict[str, dict[str, float]], notes: list[str]) -> Iterator[list[Any]]:
    """Line, learner, assessment, order, score, most, mark, verdict."""
    order, moment = _order(source, notes)
    for block in source.blocks():
        for line, row in zip(block.lines, block.rows, strict=True):
            learner = source.cell(line, row, "learner", _named)
            what = source.cell(line, row, "assessment", _named)
            at = line if order is None else source.cell(line, row, order, moment)
            score, most, mark = (source.cell(line, row, key, _number) for key in ("score", "most", "mark"))
            passed = source.cell(line, row, "passed", yes_no)
            for skill in source.cell(line, row, "skill", _listed) or ():
                taught.setdefault(what, {})[skill] = 1.0
            yield [line, learner, what, at, score, most, mark, passed]


def _order(source: _Read, notes: list[str]) -> tuple[str | None, Callable[[str], float]]:
    """Which column says the order, and how it is read: as numbers where its first cell is one, else as times."""
    key = next((key for key in ("order", "time") if source.has(key)), None)
    if key is None:
        notes.append("no time and no order were named: the lines count as in order")
        return None, float
    first = next((row[source.columns[key]] for block in source.blocks() for row in block.rows), "")
    try:
        float(first)
    except ValueError:
        return key, _Moment()
    return key, _position


class _Moment:
    def __init__(self) -> None:
        self._read = Moments(UTC, None, lambda _sentence: None)

    def __call__(self, text: str) -> float:
        found = self._read.one(text)
        if found is None:
            raise ValueError("is blank; every attempt needs its time")
        return found


def _position(text: str) -> float:
    found = _number(text)
    if found is None:
        raise ValueError("is blank; every attempt needs its place in the order")
    return found


def _named(text: str) -> str:
    found = clean(text).strip()
    if not found:
        raise ValueError("is blank; every attempt needs one")
    return found


def _number(text: str) -> float | None:
    word = text.strip().removesuffix("%").strip()
    if not word:
        return None
    try:
        found = float(word)
    except ValueError:
        found = separated(word)
    if not math.isfinite(found):
        raise ValueError("is no number")
    return found


def _listed(text: str) -> list[str]:
    return [name for part in text.replace("|", ";").split(";") if (name := clean(part).strip())]


def _skills(source: _Read) -> dict[str, dict[str, float]]:
    _require(source, ("assessment", "skill"))
    found: dict[str, dict[str, float]] = {}
    for block in source.blocks():
        for line, row in zip(block.lines, block.rows, strict=True):
            what = source.cell(line, row, "assessment", _named)
            relevance = source.cell(line, row, "relevance", _share)
            for skill in source.cell(line, row, "skill", _listed) or ():
                found.setdefault(what, {})[skill] = 1.0 if relevance is None else relevance
    return found


def _share(text: str) -> float | None:
    found = _number(text)
    if found is not None and found < 0:
        raise ValueError("is below 0")
    return found


def _scaled(source: _Read, rows: list[list[Any]], notes: list[str]) -> list[Any]:
    """Rows with places in the order in the place of times, and with most points and pass mark where scores have none:
    most is 1 where no score is above 1, else 100; half of the points pass where nothing says what does."""
    places = {at: place for place, at in enumerate(sorted({row[3] for row in rows}))}
    highest = max((row[4] for row in rows if row[4] is not None), default=0.0)
    has_verdicts = source.has("mark") or source.has("passed")
    if source.has("score") and not source.has("most"):
        if highest > 100:
            line = next(row[0] for row in rows if row[4] == highest)
            column = source.table.header[source.columns["score"]].strip()
            raise source.fault(line, column, f"{highest:g}", "is above 100; add a column max that says the most points")
        notes.append(f"no most points were named: scores count as of {1 if highest <= 1 else 100}")
    if source.has("score") and not has_verdicts:
        notes.append("no pass mark was named: half of the points count as passed")
    usual = None if source.has("most") else 1.0 if highest <= 1 else 100.0
    scaled = []
    for line, learner, what, at, score, most, mark, passed in rows:
        most = usual if most is None else most
        if mark is None and not has_verdicts and most is not None:
            mark = most / 2
        scaled.append((line, learner, what, places[at], score, most, mark, passed))
    return scaled
