"""How many hours learners spend on a skill."""

from collections.abc import Sequence

import numpy as np

from ....rules.charts import SMALL, Chart, ChartColumn, ChartRow, Form, Kind, masked
from ....store.analytics.columns import NONE
from ....store.analytics.teaching import Teaching
from ..making import REMOVED, Maker, Material
from .effort import Different, Effort, of_pairs
from .learning import FILTER_CHOOSES, Learning
from .skills import SEARCH, SHOW, Skills
from .telling import NO_HOURS, effort_notes, learning_of, people

_EXPLANATION = (
    "Learning hours as reports said them, shared among a course's skills by relevance, divided by the learners with "
    "any. They are an estimate: idle time is cut, offline time is not counted.",
    FILTER_CHOOSES,
    "Dates choose the enrollments that began on these days.",
)


def make(material: Material) -> Chart:
    """The chart."""
    skills, learning = Skills(material), Learning(material)
    if material.is_dated:
        effort = _of_days(learning, len(skills))
    else:
        effort = of_pairs(learning, len(skills), "hours", learns="hours")
    shown = skills.shown(effort.learners, material)
    rows = [_row(material, skills, effort, place) for place in shown]
    return Chart(
        "hours-average",
        _title(rows),
        Form.BARS,
        (
            ChartColumn("skill", "Skill", Kind.TEXT),
            ChartColumn("average", "Hours per learner", Kind.HOURS, drawn=True),
            ChartColumn("total", "Hours", Kind.HOURS),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        effort.n,
        material.as_of,
        explanation=_EXPLANATION,
        notes=effort_notes(skills.stand_ins(shown), rows, NO_HOURS),
    )


def _row(material: Material, skills: Skills, effort: Effort, place: int) -> ChartRow:
    n, total, mean = int(effort.learners[place]), float(effort.amount[place]), float(effort.average[place])
    who = people(material, learning_of(skills[place])) if n >= SMALL else None
    return ChartRow((skills[place].name, masked(mean, n), masked(total, n), masked(n, n)), n=n, people=who)


def _of_days(learning: Learning, skills: int) -> Effort:
    """The same of enrollments that began within the days."""
    material, taught = learning.material, Teaching.read(learning.material.columns)
    by_course, different = np.zeros(len(taught.courses)), Different(skills)
    for facts in material.columns.facts("enrollments", "course", "enrolled", "hours"):
        material.check()
        course, enrolled, hours = facts.columns
        learner = facts.first_learner + facts.learner
        inside = material.holds(enrolled) & (hours != NONE) & (hours > 0)
        inside &= material.learners[learner]
        place = taught.places(course[inside])
        by_course += np.bincount(place, hours[inside] / 100, len(by_course))
        different.add(learner[inside], place, taught)
    return Effort(taught.by_skill(by_course, shared=True), different.counts, different.n)


def _title(rows: Sequence[ChartRow]) -> str:
    if not rows:
        return "No learning hours yet"
    name, mean = rows[0].cells[:2]
    return f"{name}: ~{mean:.1f} hours per learner" if isinstance(mean, float) else "Too few people behind the hours"


CHARTS = {
    "hours-average": Maker("hours-average", "Hours per learner by skill", make, (SHOW, SEARCH, REMOVED)),
}
