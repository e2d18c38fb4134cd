"""Learner activity: enrollments and completions over time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, part, shown
from ...store.analytics.columns import Numbers, counted
from . import small
from .buckets import BY, Buckets
from .making import REMOVED, Maker, Material, unfinished_note

MEASURE = Choice("measure", ("count", "rate"), "count")
"""Enrollments and completions, each in its own month or week; or how many of those who enrolled then completed."""

_EXPLANATION = {
    "count": (
        "Enrollments are counted on the day a learner enrolled in a course, completions on the day they completed it: "
        "a completion may belong to an earlier enrollment.",
        "A second enrollment in the same course counts once. Courses that were left count.",
    ),
    "rate": (
        "Of the enrollments of each bucket, how many were completed so far: recent ones had less time.",
        "A second enrollment in the same course counts once. Courses that were left count.",
    ),
}


@dataclass
class _Counts:
    """By bucket: enrollments, completions, and the different learners behind each and behind either. In all: the
    different learners who enrolled, who completed, and who did either."""

    enrolled: Numbers
    completed: Numbers
    enrolling: Numbers
    completing: Numbers
    either: Numbers
    enrolling_ever: int
    completing_ever: int
    n: int
    undated: int

    @classmethod
    def none(cls, cells: int) -> "_Counts":
        """Nothing counted yet, in so many buckets."""
        enrolled, completed, enrolling, completing, either = np.zeros((5, cells), np.int64)
        return cls(enrolled, completed, enrolling, completing, either, 0, 0, 0, 0)

    def told(self, span: range) -> tuple[list[Cell], list[Cell]]:
        """The cells of enrollments and of completions of some buckets, beside which nothing happened in others, and
        after them those of all together."""
        some = slice(span.start, span.stop)
        return (
            small.column(self.enrolled[some].tolist(), self.enrolling[some].tolist(), self.enrolling_ever),
            small.column(self.completed[some].tolist(), self.completing[some].tolist(), self.completing_ever),
        )

    def add(self, *counts: Numbers) -> None:
        """Add what a block counted."""
        mine = (self.enrolled, self.completed, self.enrolling, self.completing, self.either)
        for own, more in zip(mine, counts, strict=True):
            own += more


def make(material: Material) -> Chart:
    """The chart."""
    buckets, by_rate = Buckets(material.chosen["by"]), material.chosen["measure"] == "rate"
    counts = _count(material, buckets, by_rate)
    span = _span(material, buckets, counts)
    told = counts.told(span)
    rows = list(_rows(material, buckets, counts, span, told, by_rate))
    notes = [*small.note(rows)]
    if counts.undated:
        notes.append(f"{counts.undated:,} enrollments or completions without a day are left out.")
    if any(row.unfinished for row in rows):
        notes.append(unfinished_note(material, buckets.by))
    second = (
        ChartColumn("rate", "Completed of these", Kind.SHARE, drawn=True)
        if by_rate
        else ChartColumn("completed", "Completed", Kind.COUNT, drawn=True, apart=True)
    )
    return Chart(
        name="activity",
        title=_title(counts, told[0][-1], told[1][-1], by_rate),
        form=Form.LINES,
        columns=(
            ChartColumn("start", buckets.by.capitalize(), Kind.BUCKET),
            ChartColumn("enrolled", "Enrolled", Kind.COUNT, drawn=not by_rate, apart=not by_rate),
            second,
        ),
        rows=rows,
        n=counts.n,
        as_of=material.as_of,
        explanation=_EXPLANATION[material.chosen["measure"]],
        notes=notes,
    )


def _count(material: Material, buckets: Buckets, by_rate: bool) -> _Counts:
    found = _Counts.none(buckets.count)
    size, first, last = buckets.count, material.first, material.newest
    columns = ("enrolled", "completed", "is_completed")
    for facts in material.columns.facts("enrollments", *columns, counted=material.members):
        material.check()
        enrolled, completed, is_completed = facts.columns
        began = buckets.of(enrolled, first, last)
        ended = np.where(is_completed > 0, began, -1) if by_rate else buckets.of(completed, first, last)
        people = (facts.people(size, *cells) for cells in ((began,), (ended,), (began, ended)))
        found.add(counted(began, size), counted(ended, size), *people)
        found.enrolling_ever += facts.different(began >= 0)
        found.completing_ever += facts.different(ended >= 0)
        found.n += facts.different((began >= 0) | (ended >= 0))
        found.undated += int(np.count_nonzero(enrolled == 0))
        if not by_rate:
            found.undated += int(np.count_nonzero((is_completed > 0) & (completed == 0)))
    return found


def _span(material: Material, buckets: Buckets, counts: _Counts) -> range:
    """The buckets that are shown."""
    told = np.flatnonzero(counts.either)
    if not len(told):
        return range(0)
    first, last = int(told[0]), int(told[-1])
    if material.since is not None:
        first = buckets.holding(material.since)
    if material.end is not None:
        last = max(last, buckets.holding(material.end))
    return range(first, last + 1)


def _rows(
    material: Material,
    buckets: Buckets,
    counts: _Counts,
    span: range,
    told: tuple[list[Cell], list[Cell]],
    by_rate: bool,
) -> Iterator[ChartRow]:
    enrolled, completed = told
    for place, bucket in enumerate(span):
        n, start, end = int(counts.either[bucket]), buckets.start(bucket), buckets.end(bucket)
        begin = max(start, material.since or start)
        until = min(end, material.end or end)
        second = _rate(enrolled[place], completed[place]) if by_rate else completed[place]
        days = f"{begin.isoformat()}..{until.isoformat()}"
        terms = f"begun:{days}" if by_rate else f"(begun:{days} or finished:{days})"
        is_hidden = isinstance(enrolled[place], str) or isinstance(completed[place], str)
        # Where one of both is hidden, the people of the other, taken from those of the row, would tell of it.
        parts = (
            ()
            if by_rate or is_hidden
            else (
                part(f"begun:{days} {material.standing}", enrolled[place], int(counts.enrolling[bucket])),
                part(f"finished:{days} {material.standing}", completed[place], int(counts.completing[bucket])),
            )
        )
        yield ChartRow(
            (start.isoformat(), enrolled[place], second),
            None if by_rate and small.number(enrolled[place]) is None else n,
            f"{terms} {material.standing}" if n >= SMALL else None,
            unfinished=material.is_unfinished(start, end),
            parts=parts,
        )


def _rate(enrolled: Cell, completed: Cell) -> Cell:
    """How many of the enrollments were completed; hidden where one of both is."""
    if isinstance(enrolled, int) and isinstance(completed, int):
        return completed / enrolled if enrolled else None
    return completed if isinstance(enrolled, int) else enrolled


def _title(counts: _Counts, enrolled: Cell, completed: Cell, by_rate: bool) -> str:
    if 0 < counts.n < SMALL:
        return small.TITLE
    if not counts.n:
        return "No enrollments yet"
    if by_rate:
        share = _rate(enrolled, completed)
        told = shown(share, Kind.SHARE) if isinstance(share, float) else "Too few to be told"
        return f"{told} of {shown(enrolled, Kind.COUNT)} enrollments were completed so far" if enrolled else "–"
    return f"{shown(enrolled, Kind.COUNT)} enrollments, {shown(completed, Kind.COUNT)} completions"


CHARTS = {"activity": Maker("activity", "Learner activity", make, (BY, MEASURE, REMOVED))}
