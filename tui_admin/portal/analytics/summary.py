"""What learning adds up to: enrollments, hours, lessons, in all and lately."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from ...rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, part, shown
from ...store.analytics.columns import NONE, Facts, Numbers
from ...store.analytics.days import number_of
from ..home import GAIN_DAYS, WEEKS
from . import small
from .making import Maker, Material
from .skill_charts.telling import people
from .small import Sum

ALL_MEMBERS = Choice("removed", ("yes", "no"), "yes")
"""Home's figures count what removed members did too."""

_GAINED = WEEKS
"""The cell of the last 30 days, after those of the weeks."""

_ALL = WEEKS + 1

_UNSEEN = range(_ALL + 1, _ALL + 4)
"""What of the week in which the 30 days begin is among them, what is before them, and what is before all weeks: so much
stands between figures that are shown, and nobody is behind it alone."""

_BETWEEN = [0] * len(_UNSEEN)

_WHOLE = GAIN_DAYS // 7
"""Weeks that are wholly among the 30 days."""

_SUMS = (
    Sum(_GAINED, (*range(_WHOLE), _UNSEEN[0])),
    Sum(_WHOLE, _UNSEEN[:2]),
    Sum(_ALL, (*range(WEEKS), _UNSEEN[2])),
)
"""How the figures add up, the last those of all time."""

_SUMMARY_TOLD = (
    "Enrollments: how many times learners enrolled in a course, ended and left ones included; a second enrollment in "
    "the same course counts once.",
    "Learning hours are those that the reports say, an estimate; lessons are those of imported activity.",
    f"The last column is the last {GAIN_DAYS} days; the weeks are the last {WEEKS}, the newest last, each of 7 days "
    "up to the newest fact.",
)


@dataclass
class Figure:
    """A figure: in all, by week back from today (0: the last), and in the last 30 days; the learners behind each."""

    total: float = 0
    people: int = 0
    parts: Numbers = field(default_factory=lambda: np.zeros(WEEKS + 1))
    behind: Numbers = field(default_factory=lambda: np.zeros(WEEKS + 1, np.int64))
    is_known: bool = False

    def add(self, facts: Facts, values: Numbers, days: Numbers, today: int) -> None:
        """Count a block: what each fact adds, and when."""
        self.is_known = self.is_known or len(values) > 0
        self.total += float(values.sum())
        self.people += facts.different(values > 0)
        late = (days > max(0, today - 7 * WEEKS)) & (days <= today) & (values > 0)
        back, values, facts = today - days[late].astype(np.int64), values[late], facts.some(late)
        for cell in (back // 7, np.where(back < GAIN_DAYS, _GAINED, -1)):
            self.behind += facts.people(WEEKS + 1, cell)
            self.parts += np.bincount(cell[cell >= 0], values[cell >= 0], WEEKS + 1)

    def cells(self, *, is_dated: bool) -> list[Cell]:
        """In all, the last 30 days, and the weeks, the oldest first. `is_dated` says whether all that is added up has a
        day, so that the weeks are part of it."""
        if not self.is_known:
            return [None] * (WEEKS + 2)
        figures = [*(round(float(value), 1) for value in self.parts), round(self.total, 1)]
        people = [*self.behind.tolist(), self.people, *_BETWEEN]
        tenths = [*(round(10 * figure) for figure in figures), *_BETWEEN]
        found = small.cells(tenths, _SUMS[: None if is_dated else -1], people=people, unseen=_UNSEEN)
        told = [figure if isinstance(cell, int) else cell for cell, figure in zip(found, figures, strict=False)]
        return [told[_ALL], told[_GAINED], *reversed(told[:WEEKS])]


def summary(material: Material) -> Chart:
    """What learning adds up to, since the beginning or between two days."""
    enrollments, hours, lessons = Figure(), Figure(), Figure()
    today = number_of(material.end) if material.end else 0
    by_day = material.is_dated
    for facts in material.columns.facts("enrollments", "enrolled", "hours", counted=material.members):
        material.check()
        enrolled, spent = facts.columns
        counts = np.ones(len(enrolled)) if not by_day else material.holds(enrolled).astype(float)
        enrollments.add(facts, counts, enrolled, today)
        if not by_day:
            known = np.where(spent == NONE, 0, spent) / 100
            hours.add(facts, known, np.zeros(len(known), np.int64), today)
            hours.is_known = bool(hours.total)
    reported = hours.total, hours.people, hours.is_known
    for facts in material.columns.facts("activity", "day", "hours", "lessons", counted=material.members):
        material.check()
        day, spent, taken = facts.columns
        inside = material.holds(day) if by_day else np.ones(len(day), np.bool_)
        hours.add(facts, np.where(inside, spent, 0) / 100, day, today)
        lessons.add(facts, np.where(inside, taken, 0).astype(float), day, today)
    if not by_day:
        hours.total, hours.people, hours.is_known = reported
    return _tiles(material, enrollments, hours, lessons, by_day)


def _tiles(material: Material, enrollments: Figure, hours: Figure, lessons: Figure, by_day: bool) -> Chart:
    day = material.end
    weeks = [day - timedelta(days=7 * back + 6) for back in reversed(range(WEEKS))] if day else [None] * WEEKS
    columns = (
        ChartColumn("figure", "Figure", Kind.TEXT),
        ChartColumn("total", "In all", Kind.NUMBER, drawn=True),
        ChartColumn("gained", f"Last {GAIN_DAYS} days", Kind.NUMBER),
        *(
            ChartColumn(f"week_{place}", f"Week of {week.isoformat()}" if week else f"Week {place}", Kind.NUMBER, True)
            for place, week in enumerate(weeks, 1)
        ),
    )
    told = (
        ("Enrollments", enrollments, people(material) if by_day else people(material, "enrolled>0")),
        ("Learning hours (~)", hours, None if by_day else people(material, "hours>0")),
        ("Lessons", lessons, None),
    )
    rows = []
    for name, figure, who in told:
        cells = figure.cells(is_dated=by_day or figure is not hours)
        rows.append(ChartRow((name, *cells), figure.people, part(who, cells[0], figure.people) if who else None))
    notes = ["Learning hours and lessons of chosen days are those of imported activity."] if by_day else []
    notes.append(f"No filter finds who {'learned or took lessons on these days' if by_day else 'took lessons'}.")
    notes += small.note(rows)
    return Chart(
        "home-summary",
        _summary_title(
            enrollments.people, *(row.cells[1] for row in rows[:2]), removed=material.chosen["removed"] == "yes"
        ),
        Form.TILES,
        columns,
        rows,
        enrollments.people,
        material.as_of,
        _SUMMARY_TOLD,
        notes,
    )


def _summary_title(people: int, enrollments: Cell, hours: Cell, *, removed: bool) -> str:
    if not people:
        return "No enrollments yet"
    if people < SMALL:
        return small.TITLE
    spent = f", ~{hours:,.0f} learning hours" if isinstance(hours, float) else ""
    return f"{shown(enrollments, Kind.NUMBER)} enrollments{spent}{', with removed members' if removed else ''}"


CHARTS = {"home-summary": Maker("home-summary", "Summary", summary, (ALL_MEMBERS,))}
