"""How many assessments learners completed, by skill: in all, and each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ....rules.charts import SMALL, Chart, ChartColumn, ChartRow, Choice, Form, Kind, masked
from ....store.analytics.teaching import Teaching
from ..making import REMOVED, Maker, Material
from .effort import Different, Effort, of_pairs
from .learning import FILTER_CHOOSES, Learning
from .skills import SEARCH, SHOW, Skills
from .telling import NOT_YET, days, effort_notes, of_skill, people

COUNT = Choice("count", ("graded", "passed", "attempts"), "graded")
"""Assessments with a graded attempt, those passed, or all graded attempts."""


@dataclass(frozen=True, slots=True)
class _What:
    """What is counted: its column of `pairs`, its mark in `works` (none: each of them), and what it is called."""

    column: str
    mark: str | None
    words: str


_COUNTED = {
    "graded": _What("assessments", "first", "assessments completed"),
    "passed": _What("passed", "mastered", "assessments passed"),
    "attempts": _What("attempts", None, "graded attempts"),
}

_EXPLANATION = (
    "Assessments with at least one graded attempt, each once for a learner, on the day of the first; practice counts "
    "too. By choice those passed, or every graded attempt.",
    "Per learner: divided by the learners with a graded attempt in the skill.",
    FILTER_CHOOSES,
    "Dates choose attempts by the day they were handed in.",
)


def make(material: Material, *, average: bool) -> Chart:
    """The chart: of totals, or of averages."""
    skills, learning, what = Skills(material), Learning(material), _COUNTED[material.chosen["count"]]
    if material.is_dated:
        effort = _of_days(learning, what, len(skills))
    else:
        effort = of_pairs(learning, len(skills), what.column, learns="attempts")
    shown = skills.shown(effort.amount, material)
    if average:
        shown.sort(key=lambda place: (effort.learners[place] < SMALL, -effort.average[place]))
    rows = [_row(material, skills, effort, place) for place in shown]
    return Chart(
        f"assessments-{'average' if average else 'total'}",
        _title(rows, what.words, average=average),
        Form.BARS,
        (
            ChartColumn("skill", "Skill", Kind.TEXT),
            ChartColumn("total", what.words.capitalize(), Kind.COUNT, drawn=not average),
            ChartColumn("average", "Per learner", Kind.NUMBER, drawn=average),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        effort.n,
        material.as_of,
        explanation=_EXPLANATION,
        notes=effort_notes(skills.stand_ins(shown), rows, NOT_YET),
    )


def _row(material: Material, skills: Skills, effort: Effort, place: int) -> ChartRow:
    n, total, mean = int(effort.learners[place]), int(effort.amount[place]), float(effort.average[place])
    who = people(material, of_skill(skills[place]), *days(material, "submitted"), dated=False) if n >= SMALL else None
    return ChartRow((skills[place].name, masked(total, n), masked(mean, n), masked(n, n)), n=n, people=who)


def _of_days(learning: Learning, what: _What, skills: int) -> Effort:
    """The same of attempts handed in within the days."""
    material, taught = learning.material, Teaching.read(learning.material.columns)
    by_course, different = np.zeros(len(taught.courses), np.int64), Different(skills)
    for learner, course, day, *mark in learning.works("course", "day", *((what.mark,) if what.mark else ())):
        inside = material.holds(day)
        chosen = inside & (mark[0] > 0) if mark else inside
        by_course += np.bincount(course[chosen], minlength=len(by_course))
        different.add(learner[inside], course[inside].astype(np.int64), taught)
    return Effort(taught.by_skill(by_course).astype(np.int64), different.counts, different.n)


def _title(rows: Sequence[ChartRow], words: str, *, average: bool) -> str:
    if not rows:
        return f"No {words} yet"
    column = 2 if average else 1
    told = {str(row.cells[0]): cell for row in rows if isinstance(cell := row.cells[column], int | float)}
    if not told:
        return f"Too few people behind the {words} of each skill"
    name = max(told, key=lambda name: told[name])
    return f"{name}: {told[name]:.1f} {words} per learner" if average else f"{name}: {told[name]:,} {words}"


_CHOICES = (COUNT, SHOW, SEARCH, REMOVED)

CHARTS = {
    "assessments-total": Maker(
        "assessments-total", "Assessments completed by skill", partial(make, average=False), _CHOICES
    ),
    "assessments-average": Maker(
        "assessments-average", "Assessments per learner by skill", partial(make, average=True), _CHOICES
    ),
}
