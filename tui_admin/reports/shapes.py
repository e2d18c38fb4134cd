"""From columns to the records that `ReportFile.batches` gives, for the variants whose rows are not already such."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from tui_admin.reports.columns import FIELDS, Kind
from tui_admin.reports.conversion import Columns
from tui_admin.reports.headers import Header, Scores
from tui_admin.reports.layouts import DEGREE, HISTORY, LEARNING_PATHS, USERS_LIST
from tui_admin.rules.times import Instant

Row = tuple[Any, ...]
Score = tuple[str, float | None, Instant | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of a report, column by column: the line each begins on, and `columns` in the order of the fields of
    its kind. What goes through them a row at a time gets `(line, *fields)`."""

    lines: Sequence[int]
    columns: Sequence[Sequence[Any]]

    @classmethod
    def of(cls, kind: Kind, rows: Sequence[Row]) -> "Records":
        """The same of rows."""
        lines, *columns = zip(*rows, strict=True) if rows else ((),) * (1 + len(FIELDS[kind]))
        return cls(lines, columns)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        return zip(self.lines, *self.columns, strict=True)


class Shape(Protocol):
    """`records` gives those of one block; `rest` rows that can be told only at the file's end."""

    def records(self, lines: Sequence[int], columns: Columns) -> Records: ...

    def rest(self) -> list[Row]: ...


class _Plain:
    """One record per row."""

    def __init__(self, kind: Kind) -> None:
        self._kind, self._fields = kind, FIELDS[kind]

    def records(self, lines: Sequence[int], columns: Columns) -> Records:
        return Records(lines, [columns[name] for name in self._fields])

    def rest(self) -> list[Row]:
        return []


class _Expanding(_Plain):
    """A row may become several records, or none."""

    def records(self, lines: Sequence[int], columns: Columns) -> Records:
        found = []
        for index, line in enumerate(lines):
            row = {name: values[index] for name, values in columns.items()}
            found += [(line, *(one.get(name) for name in self._fields)) for one in self.expanded(row)]
        return Records.of(self._kind, found)

    def expanded(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The records of one row, by field."""
        return [row]


class _UsersList(_Expanding):
    """One membership per program that a person's row names; joined if there is a join date, else invited."""

    def expanded(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        state = "INVITED" if row["joined_at"] is None else "MEMBER"
        return [{**row, "program_name": program, "state": state} for program in row["programs"]]


class _Wide(_Expanding):
    """A gradebook with columns per assessment."""

    def __init__(self, scores: Sequence[Scores]) -> None:
        super().__init__(Kind.GRADEBOOK)
        self._scores = list(zip(count(), scores, strict=False))

    def expanded(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        row["scores"] = tuple(_score(index, scores, row) for index, scores in self._scores)
        if row["name"] is None:
            row["name"] = " ".join(filter(None, (row.get("first_name"), row.get("last_name")))) or None
        return [row]


def _score(index: int, scores: Scores, row: Mapping[str, Any]) -> Score:
    percent = row.get(f"percent override {index}")
    if percent is None:
        percent = row.get(f"percent {index}")
    scored, possible = row.get(f"points scored {index}"), row.get(f"points possible {index}")
    if percent is None and scored is not None and possible:
        percent = round(100 * scored / possible, 2)
    return scores.name, percent, row.get(f"submitted {index}"), row.get(f"percent weight {index}"), scores.passing


class _History(_Expanding):
    """One score per hand-in or grading. A grading is of the hand-in before it, and takes its time, so that both tell
    of the same attempt; that someone started is no attempt."""

    def __init__(self) -> None:
        super().__init__(Kind.GRADEBOOK)
        self._open: dict[tuple[str, str], Instant] = {}

    def expanded(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        change, key = row["change"].casefold(), (row["email"], row["assessment"])
        if change == "submitted":
            self._open[key] = row["changed_at"]
            score: Score = (row["assessment"], None, row["changed_at"], None, None)
        elif change == "graded":
            score = (row["assessment"], row.get("percent"), self._open.pop(key, row["changed_at"]), None, None)
        else:
            return []
        return [{**row, "scores": (score,)}]


@dataclass
class _Badge:
    """What the rows of one person in one learning path say together."""

    line: int
    first: dict[str, Any]
    courses: dict[str | None, bool] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        name = row.get("course_name")
        self.courses[name] = self.courses.get(name, False) or bool(row.get("course_completed"))
        for key, better in (("enrolled_at", min), ("last_activity_at", max), ("completed_at", max)):
            told = [value for value in (self.first[key], row[key]) if value is not None]
            self.first[key] = better(told) if told else None
        self.first["completed"] = self.first["completed"] or row["completed"]

    def record(self) -> dict[str, Any]:
        total = self.first["total_courses"]
        return {
            **self.first,
            "completed_courses": sum(self.courses.values()),
            "total_courses": len(self.courses) if total is None else total,
        }


class _LearningPaths(_Plain):
    """One record per person, badge and program from rows per course. They are held until the file's end, since the
    courses of one badge need not stand together: memory grows with people times badges, not with rows."""

    def __init__(self) -> None:
        super().__init__(Kind.SPECIALIZATIONS)
        self._badges: dict[tuple[Any, ...], _Badge] = {}

    def records(self, lines: Sequence[int], columns: Columns) -> Records:
        for index, line in enumerate(lines):
            row = {name: values[index] for name, values in columns.items()}
            for program in row.get("programs") or (row["program_name"],):
                slug = row["program_slug"]
                key = row["email"], row["specialization_slug"] or row["specialization"], slug or program
                self._badges.setdefault(key, _Badge(line, {**row, "program_name": program})).add(row)
        return Records.of(self._kind, [])

    def rest(self) -> list[Row]:
        found = []
        for badge in self._badges.values():
            record = badge.record()
            found.append((badge.line, *(record.get(name) for name in self._fields)))
        self._badges.clear()
        return found


def shape_of(header: Header) -> Shape:
    """How the rows of a file with this header become records."""
    if header.variant == USERS_LIST:
        return _UsersList(Kind.MEMBERS)
    if header.variant == LEARNING_PATHS:
        return _LearningPaths()
    if header.variant == HISTORY:
        return _History()
    if header.variant == DEGREE or header.scores:
        return _Wide(header.scores)
    if header.kind is Kind.GRADEBOOK:
        return _Wide(())
    return _Plain(header.kind)


def in_batches(kind: Kind, rows: Sequence[Row], size: int) -> Iterator[Records]:
    """Rows as records, at most `size` at a time."""
    for start in range(0, len(rows), size):
        yield Records.of(kind, rows[start : start + size])
