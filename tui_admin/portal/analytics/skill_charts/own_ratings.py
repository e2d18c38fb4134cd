"""The organization's own mean rating in each skill: what others' benchmarks are compared with."""

import numpy as np

from ....rules.charts import SMALL, Chart, ChartColumn, ChartRow, Form, Kind, masked
from .. import small
from ..making import REMOVED, Maker, Material
from .learning import FILTER_CHOOSES
from .means import HOW, own_means, told
from .skills import SEARCH, SHOW, Skills
from .telling import empty_note, not_rated, of_skill, people

RATED = "band:beginner,intermediate,advanced"
"""The term that finds who is rated, beside that of a skill."""

NAME = "own-ratings"


def make(material: Material) -> Chart:
    """The chart."""
    skills, (means, n) = Skills(material), own_means(material)
    counts = np.array([means[place].n if place in means else 0 for place in range(len(skills))])
    rows = []
    for place in skills.shown(counts, material):
        mean, skill = means[place], skills[place]
        is_told = mean.n >= SMALL
        figures = (told(mean.rating), told(mean.error)) if is_told else (None, None)
        who = people(material, of_skill(skill), RATED) if is_told else None
        rows.append(ChartRow((skill.name, *figures, masked(mean.n, mean.n)), mean.n, who))
    return Chart(
        NAME,
        _title(material, len(skills.places(counts))),
        Form.TABLE,
        (
            ChartColumn("skill", "Skill", Kind.TEXT),
            ChartColumn("rating", "Mean rating", Kind.NUMBER),
            ChartColumn("error", "±", Kind.NUMBER),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        n,
        material.as_of,
        explanation=(HOW, FILTER_CHOOSES),
        notes=(*small.note(rows), *empty_note(material, rows)),
    )


def _title(material: Material, rated: int) -> str:
    if not rated:
        return not_rated(material)
    return f"{rated:,} skills are rated" if rated > 1 else "One skill is rated"


CHARTS = {NAME: Maker(NAME, "Own mean ratings", make, (SHOW, SEARCH, REMOVED), has_dates=False)}
