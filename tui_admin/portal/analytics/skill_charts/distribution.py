"""How many learners stand in which band of a skill."""

from collections.abc import Sequence

import numpy as np

from ....rules.charts import SMALL, WITHHELD, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, part
from ....rules.intervals import wilson
from ....store.analytics.columns import Numbers
from ....store.analytics.skills import BANDS, INTERMEDIATE
from .. import small
from ..making import REMOVED, Maker, Material
from .learning import DATES_CHOOSE, FILTER_CHOOSES, Learning
from .skills import SEARCH, SHOW, Skill, Skills
from .telling import BANDS_MEAN, apart, empty_note, not_rated, of_skill, people

BY = Choice("by", ("learners", "beginners"), "learners")
"""Which skills stand first: those that most learn, or those in which most of the rated are beginners."""

_UNRATED, *_BANDS = BANDS
_BEGINNER = BANDS["beginner"] - 1

_EXPLANATION = (
    "Learners by the band they stand in now, for the skills that most learners have a graded attempt in.",
    BANDS_MEAN,
    "By beginners: the weakest skills first, those whose share of beginners among the rated is largest, each taken at "
    "the lower end of where it lies with 95 % certainty (Wilson), so that few people make no skill the weakest.",
    FILTER_CHOOSES,
    DATES_CHOOSE,
)


def make(material: Material) -> Chart:
    """The chart."""
    skills, learning = Skills(material), Learning(material)
    counts, n = _counted(learning, len(skills))
    is_by_weakness = material.chosen["by"] == "beginners"
    shown = skills.shown(_weakness(counts) if is_by_weakness else _sizes(counts), material)
    rows = [_row(material, skills[place], counts[place].tolist()) for place in shown]
    title = not_rated(material)
    if shown:
        name, first = skills[shown[0]].name, counts[shown[0]]
        title = _weakest(name, first, rows[0]) if is_by_weakness else _title(name, first, rows[0].n)
    return Chart(
        "skill-distribution",
        title,
        Form.STACKED,
        (
            ChartColumn("skill", "Skill", Kind.TEXT),
            *(ChartColumn(band, band.capitalize(), Kind.COUNT, drawn=True, apart=True) for band in _BANDS),
            ChartColumn("share", "% beginners", Kind.SHARE),
            ChartColumn(_UNRATED, _UNRATED.capitalize(), Kind.COUNT, apart=True),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        n,
        material.as_of,
        explanation=_EXPLANATION,
        notes=(*skills.stand_ins(shown), *apart(material), *small.note(rows), *empty_note(material, rows)),
    )


def _counted(learning: Learning, skills: int) -> tuple[Numbers, int]:
    """How many learners each skill has in each band, from unrated up; how many different ones these are."""
    counts = np.zeros((skills, len(BANDS) + 1), np.int64)
    rated = np.zeros(learning.size, np.bool_)
    for learner, skill, band in learning.blocks("pairs", "band"):
        cell = skill.astype(np.intp) * counts.shape[1] + band
        counts += np.bincount(cell, minlength=counts.size).reshape(counts.shape)
        rated[learner[band > 0]] = True
    return counts[:, 1:], int(np.count_nonzero(rated))


def _row(material: Material, skill: Skill, counted: list[int]) -> ChartRow:
    unrated, *bands, learners = small.parts(counted)
    who = people(material, of_skill(skill)) if small.number(learners) else None
    without, *numbers = counted
    parts = [
        part(people(material, of_skill(skill), f"band:{band}"), cell, number)
        for band, cell, number in zip((*_BANDS, _UNRATED), (*bands, unrated), (*numbers, without), strict=True)
    ]
    cells = (skill.name, *bands, _share(counted, (unrated, *bands, learners)), unrated, learners)
    return ChartRow(cells, n=small.number(learners), people=who, parts=tuple(parts))


def _sizes(counts: Numbers) -> Numbers:
    """By skill how many learn it; where that is hidden the least that it may be, since the order of rows would tell."""
    found: Numbers = counts.sum(axis=1)
    for place in np.flatnonzero(((counts > 0) & (counts < SMALL)).any(axis=1)).tolist():
        *_, learners = small.parts(counts[place].tolist())
        if not isinstance(learners, int):
            found[place] = SMALL if learners == WITHHELD else 1
    return found


def _weakness(counts: Numbers) -> Numbers:
    """By skill that is learned: 2 and what the share of beginners is at the least; 1 where that is hidden."""
    found = np.zeros(len(counts))
    for place in np.flatnonzero(counts.any(axis=1)).tolist():
        counted = counts[place].tolist()
        share = _share(counted, small.parts(counted))
        found[place] = 1 if share is None else 2 + wilson(share, sum(counted[1:]))[0]
    return found


def _share(counted: Sequence[int], cells: Sequence[Cell]) -> float | None:
    """The share of beginners among the rated, from numbers by band, unrated first; None where a cell of theirs is
    hidden."""
    rated = sum(counted[_BEGINNER:])
    return counted[_BEGINNER] / rated if rated and all(isinstance(cell, int) for cell in cells[1:-1]) else None


def _weakest(name: str, counts: Numbers, row: ChartRow) -> str:
    share = row.cells[1 + len(_BANDS)]
    if not isinstance(share, float):
        return "Too few are rated to say which skill is weakest"
    return f"{name} is weakest: {100 * share:.0f} % beginners of {int(counts[_BEGINNER:].sum()):,} rated"


def _title(name: str, counts: Numbers, total: int | None) -> str:
    banded = int(counts[1:].sum())
    if banded < SMALL or any(0 < part < SMALL for part in counts.tolist()):
        return f"{name} is learned most, by {total:,}" if total else f"Too few learn {name} to say how well"
    share = int(counts[INTERMEDIATE - 1 :].sum()) / banded
    return f"{name}: {100 * share:.0f} % intermediate or above"


CHARTS = {
    "skill-distribution": Maker("skill-distribution", "Proficiency by top skill", make, (BY, SHOW, SEARCH, REMOVED)),
}
