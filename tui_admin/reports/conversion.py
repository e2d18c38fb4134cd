"""Blocks of cells to columns of values: converters chosen once per file, whole columns at a time, and a look at
single cells only where a column has one that is refused."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import compress
from typing import Any

from tui_admin.reports import values
from tui_admin.reports.columns import CELLS, Kind
from tui_admin.reports.decoding import Warn
from tui_admin.reports.headers import Header, title
from tui_admin.reports.layouts import BESIDE, HISTORY
from tui_admin.reports.moments import Moments, dates_of, day_first
from tui_admin.reports.tables import Block, Refusal

Columns = dict[str, list[Any]]

_TOTAL = re.compile(r"(?:grand )?(?:total|sum|summe|insgesamt|count)\w*:?", re.IGNORECASE).fullmatch
_TIMES = (
    "enrolled_at",
    "last_activity_at",
    "completed_at",
    "attempted_at",
    "joined_at",
    "changed_at",
    "given_at",
    "invited_at",
)
_REPEATING_TIMES = ("class_start_at", "class_end_at", "deadline")
_EVERY_TIME = frozenset((*_TIMES, *_REPEATING_TIMES, "day"))
_SHARES = frozenset(("progress", "grade", "percent"))
_HOURS = values.within(0, 100_000)
_POINTS = values.within(0, 1_000_000)
_REPEATING: Mapping[str, Callable[[str], Any]] = {
    "completed": values.yes_no,
    "removed": values.yes_no,
    "passed": values.yes_no,
    "course_completed": values.yes_no,
    "hours": _HOURS,
    "workload_hours": _HOURS,
    "minutes": values.within(0, 1_000_000),
    "lessons": values.count,
    "enrolled": values.count,
    "completed_courses": values.count,
    "total_courses": values.count,
    "position": values.count,
    "weight": values.within(0, 1_000),
    "score": _POINTS,
    "max_score": _POINTS,
    "passing_score": _POINTS,
    "state": values.state,
    "contracts": values.listed,
    "programs": values.programs,
    "skills": values.skills,
    "former_names": values.listed,
    "stars": values.whole_within(1, 5),
    "recommend": values.whole_within(0, 10),
}
# Members' counts of courses share the field name `completed` with usage's yes and no.
_MEMBER_COUNTS = frozenset(("enrolled", "completed"))
_LONG_TEXTS = frozenset(("name", "first_name", "last_name", "external_id", "email_shown", "comment", "description"))
_FROM = {"email_shown": "email", "state_raw": "state"}


@dataclass(frozen=True)
class Setting:
    """What a file's values are read with."""

    header: Header
    titles: tuple[str, ...]
    zone: tzinfo
    sample: Sequence[Sequence[str]]
    warn: Warn


@dataclass(frozen=True)
class _Step:
    field: str
    column: int
    converter: values.Converter[Any]


def _converter(setting: Setting, field: str, column: int, moments: Moments) -> values.Converter[Any]:
    kind = setting.header.kind
    if field == "email":
        return values.Addresses()
    if field in _TIMES:
        return moments
    if field in _REPEATING_TIMES:
        return values.Repeating(moments.one)
    if field == "day":
        return values.Repeating(moments.day)
    if field == "state_raw":
        return values.Repeating(_said(setting.warn))
    if field in _SHARES or field.startswith("percent "):
        return values.Repeating(_share(setting, field, column))
    if field.startswith("points "):
        return values.Repeating(_POINTS)
    if field.startswith("submitted "):
        return moments
    if kind is Kind.MEMBERS and field in _MEMBER_COUNTS:
        return values.Repeating(values.count)
    if field in _LONG_TEXTS:
        return values.Texts()
    return values.Repeating(_REPEATING.get(field, values.text))


def _said(warn: Warn) -> Callable[[str], str | None]:
    def convert(value: str) -> str | None:
        raw = values.state_raw(value)
        if raw:
            warn(f"Member State {raw} was read as {values.state(value)}")
        return raw

    return convert


def _share(setting: Setting, field: str, column: int) -> Callable[[str], float | None]:
    columns = [column]
    what = field.rpartition(" ")[0]
    if what:  # a wide gradebook's columns are all of one scale, whichever of them have marks in the sample
        columns = [scores.columns[what] for scores in setting.header.scores if what in scores.columns]
    sample = [row[at] for at in columns for row in setting.sample]
    fraction = values.is_fraction(sample, expected=setting.header.variant == HISTORY)
    if fraction:
        title = setting.titles[columns[0]].strip()
        setting.warn(f"{title} runs from 0 to 1 in this file; it was read as 0 to 100 percent")
    return values.percent(fraction=fraction)


class Conversion:
    """Converts the blocks of one file. `fields` are the names of the columns that come out."""

    def __init__(self, setting: Setting, wanted: Iterable[str]) -> None:
        header = setting.header
        at = {**header.fields, **{field: header.fields[base] for field, base in _FROM.items() if base in header.fields}}
        for index, scores in enumerate(header.scores):
            at.update({f"{what} {index}": column for what, column in scores.columns.items()})
        times = [column for field, column in at.items() if field in _EVERY_TIME or field.startswith("submitted ")]
        moments = Moments(setting.zone, day_first(dates_of(setting.sample, times)), setting.warn)
        self._kind, self._titles, self._warn = header.kind, setting.titles, setting.warn
        fields = frozenset(wanted)
        self._absent, self._keeps_cells = tuple(fields - at.keys() - {CELLS}), CELLS in fields
        self._steps = [
            _Step(field, column, _converter(setting, field, column, moments)) for field, column in at.items()
        ]
        self._needed = [
            [field for field in group if field in at] for group in header.layout.needed() if group != ("email",)
        ]
        self._at = at

    def convert(self, block: Block) -> tuple[Sequence[int], Columns, list[Refusal]]:
        """The lines kept, their values by field, and the records refused in this block."""
        faults: dict[int, tuple[int, str]] = {}
        cells = list(zip(*block.rows, strict=True))
        columns: Columns = {}
        for step in self._steps:
            given = cells[step.column] if cells else ()
            try:
                columns[step.field] = step.converter.column(given)
            except ValueError:
                columns[step.field] = self._singly(step, given, faults)
        for group in self._needed:
            self._refuse_blank(group, columns, faults)
        columns.update((field, [None] * len(block.rows)) for field in self._absent)
        for field, other in BESIDE.get(self._kind, ()):
            self._refuse_alone(field, other, columns, faults)
        if self._keeps_cells:
            columns[CELLS] = list(map(tuple, block.rows))
        refused = [refusal for index in sorted(faults) if (refusal := self._refusal(block, index, *faults[index]))]
        if not faults:
            return block.lines, columns, refused
        kept = [index not in faults for index in range(len(block.rows))]
        columns = {field: list(compress(column, kept)) for field, column in columns.items()}
        return list(compress(block.lines, kept)), columns, refused

    @staticmethod
    def _singly(step: _Step, given: Sequence[str], faults: dict[int, tuple[int, str]]) -> list[Any]:
        found: list[Any] = []
        for index, value in enumerate(given):
            try:
                found.append(step.converter.one(value))
            except ValueError as error:
                found.append(None)
                faults.setdefault(index, (step.column, str(error)))
        return found

    def _refuse_blank(self, group: list[str], columns: Columns, faults: dict[int, tuple[int, str]]) -> None:
        if any(None not in columns[field] for field in group):
            return
        for index, found in enumerate(zip(*(columns[field] for field in group), strict=True)):
            if all(value is None for value in found):
                faults.setdefault(index, (self._at[group[0]], "is blank"))

    def _refuse_alone(self, field: str, other: str, columns: Columns, faults: dict[int, tuple[int, str]]) -> None:
        if field in self._at and None in columns[other]:
            for index, (value, beside) in enumerate(zip(columns[field], columns[other], strict=True)):
                if value is not None and beside is None:
                    faults.setdefault(index, (self._at[field], f"needs a {title(self._kind, (other,))}"))

    def _refusal(self, block: Block, index: int, column: int, reason: str) -> Refusal | None:
        row = block.rows[index]
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled:
            return None
        key = self._at.get("email", column)
        if not row[key].strip() and any(map(_TOTAL, filled)):
            self._warn(f"line {block.lines[index]} holds totals and was read over")
            return None
        return Refusal(block.lines[index], self._titles[column].strip(), row[column], reason, tuple(row))
