"""How many learning hours it takes to get to a band of a skill."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, masked, part
from ....store.analytics.columns import Bools, Numbers
from ....store.analytics.skills import BANDS
from .. import small
from ..making import REMOVED, Maker, Material
from .learning import DATES_CHOOSE, FILTER_CHOOSES, Learning
from .skills import SEARCH, SHOW, Skills
from .telling import BANDS_MEAN, NO_HOURS, empty_note, of_skill, people

HOURS = Choice("hours", ("to-reach", "so-far"), "to-reach")
"""Hours until a band was first reached, or all hours of those who stand there now."""

_EVER = "1970-01-01"
"""A day before all others."""

_SHARED = (
    "Hours of a course are shared among its skills by relevance. Of a course that was under way when the band was "
    "reached, the part of its time (from enrollment to completion or last activity) that had passed counts."
)
_NOTES = (
    "Already there: first rated at intermediate or above, so left out; at advanced, of both medians.",
    "Only those who got there are counted; who is still on the way may take longer.",
)


@dataclass(frozen=True, slots=True)
class _View:
    """One of the two charts: its bands, what it is, what its figures are called, and the terms that find its people."""

    bands: tuple[str, ...]
    explanation: str
    word: str
    terms: tuple[str, ...]
    so_far: bool

    def of_band(self, band: str, *, at_first: bool = False) -> tuple[str, ...]:
        """The terms that find whom the figures of a band are about; or who was there when first rated."""
        if self.so_far:
            return (f"band:{band}",)
        there = _RATED.index(band)
        first = _RATED[there:] if at_first else _RATED[:there]
        return (f"band:{band}", f"reached>={_EVER}", f"first-band:{','.join(first)}")


_, *_RATED = BANDS
_VIEWS = {
    "to-reach": _View(
        tuple(_RATED[1:]),
        "Median learning hours until a band was first reached.",
        "after",
        (f"band:{_RATED[1]}", f"reached>={_EVER}"),
        so_far=False,
    ),
    "so-far": _View(
        tuple(_RATED),
        "Median learning hours so far of those who stand in a band now.",
        "with",
        (f"band:{','.join(_RATED)}",),
        so_far=True,
    ),
}


@dataclass
class _Found:
    """By skill and band: how many learners, of how many of them hours are known, and the median of these. By skill: how
    many were left out of the first band, since they stood there when first rated, and how many learners it is about.
    `learners` says yes for each of them, by position, `untold` for those of whom no hours are known in a skill."""

    medians: Numbers
    known: Numbers
    numbers: Numbers
    left_out: Numbers
    people: Numbers
    learners: Bools
    untold: Bools

    @classmethod
    def nobody(cls, learning: Learning, skills: int, bands: int) -> "_Found":
        """Before anything is counted."""
        return cls(
            np.full((skills, bands), np.nan),
            np.zeros((skills, bands), np.int64),
            np.zeros((skills, bands), np.int64),
            left_out=np.zeros(skills, np.int64),
            people=np.zeros(skills, np.int64),
            learners=np.zeros(learning.size, np.bool_),
            untold=np.zeros(learning.size, np.bool_),
        )

    @property
    def has_hours(self) -> bool:
        """Whether any hours are known."""
        return bool(self.known.any())

    def put(self, skill: int, band: int, learner: Numbers, hours: Numbers) -> None:
        """Take the median of the hours of some learners."""
        is_known = ~np.isnan(hours)
        self.numbers[skill, band], self.known[skill, band] = len(hours), np.count_nonzero(is_known)
        self.untold[learner[~is_known]] = True
        if is_known.any():
            self.medians[skill, band] = np.median(hours[is_known].astype(np.float64))


def make(material: Material) -> Chart:
    """The chart."""
    view = _VIEWS[material.chosen["hours"]]
    skills, learning = Skills(material), Learning(material)
    found = (_so_far if view.so_far else _to_reach)(learning, len(skills), [BANDS[band] for band in view.bands])
    shown = skills.shown(found.people, material)
    rows = [_row(material, view, skills, found, place) for place in shown]
    return Chart(
        "hours-to-mastery",
        _title(view, skills, shown, found, rows),
        Form.TABLE,
        _columns(view),
        rows,
        int(np.count_nonzero(found.learners)),
        material.as_of,
        explanation=(view.explanation, BANDS_MEAN, _SHARED, FILTER_CHOOSES, DATES_CHOOSE),
        notes=(
            *skills.stand_ins(shown),
            *(_untold(found) if rows else ()),
            *(() if view.so_far else _NOTES),
            *small.note(rows),
            *empty_note(material, rows),
        ),
    )


def _columns(view: _View) -> tuple[ChartColumn, ...]:
    columns = [ChartColumn("skill", "Skill", Kind.TEXT)]
    for band in view.bands:
        columns.append(ChartColumn(band, band.capitalize(), Kind.HOURS, drawn=True, apart=True))
        columns.append(ChartColumn(f"{band}_learners", "n", Kind.COUNT, apart=True))
    already = ChartColumn("already", "Already there", Kind.COUNT, apart=True)
    return (*columns, *(() if view.so_far else (already,)))


def _to_reach(learning: Learning, skills: int, bands: list[int]) -> _Found:
    found = _Found.nobody(learning, skills, len(bands))
    for skill, (learner, band, hours, at_first) in learning.by_skill("reached", "band", "hours", "at_first"):
        found.learners[learner] = True
        here = band == bands[0]  # as are those who got to the next band
        found.left_out[skill] = np.count_nonzero(at_first[here])
        found.people[skill] = np.count_nonzero(here)
        for number, step in enumerate(bands):
            counts = (band == step) & (at_first == 0)
            found.put(skill, number, learner[counts], hours[counts])
    return found


def _so_far(learning: Learning, skills: int, bands: list[int]) -> _Found:
    found = _Found.nobody(learning, skills, len(bands))
    for skill, (learner, band, hours) in learning.by_skill("pairs", "band", "hours", band=bands[0]):
        found.learners[learner] = True
        found.people[skill] = len(learner)
        for number, step in enumerate(bands):
            found.put(skill, number, learner[band == step], hours[band == step])
    return found


def _row(material: Material, view: _View, skills: Skills, found: _Found, place: int) -> ChartRow:
    numbers: list[int] = found.numbers[place].tolist()
    already: list[Cell] = []
    if view.so_far:
        *told, learners = small.parts(numbers)
    else:
        first, *already, learners = small.parts((numbers[0], int(found.left_out[place])))
        told = [first, *(masked(number, number) for number in numbers[1:])]
    skill, parts = of_skill(skills[place]), list[str | None]()
    cells: list[Cell] = [skills[place].name]
    figures = (found.medians[place].tolist(), found.known[place].tolist(), numbers, told)
    for band, hours, known, number, shown in zip(view.bands, *figures, strict=True):
        cells += [None if np.isnan(hours) else masked(hours, known), shown]
        parts += [part(people(material, skill, *view.of_band(band)), shown, number)] * 2
    for cell in already:
        of_band = view.of_band(_RATED[1], at_first=True)
        parts.append(part(people(material, skill, *of_band), cell, int(found.left_out[place])))
    who = people(material, skill, *view.terms) if small.number(learners) else None
    return ChartRow((*cells, *already), n=small.number(learners), people=who, parts=tuple(parts))


def _untold(found: _Found) -> tuple[str, ...]:
    """A note where no hours are known of some."""
    if not found.has_hours:
        return (NO_HOURS,)
    number = int(np.count_nonzero(found.untold))
    many = "some" if number < SMALL else f"{number:,}"
    return (f"No hours are known of {many} learners in a skill: medians leave them out.",) if number else ()


def _title(view: _View, skills: Skills, shown: list[int], found: _Found, rows: Sequence[ChartRow]) -> str:
    if shown and not found.has_hours:
        return "No learning hours are known"
    for place, row in zip(shown, rows, strict=True):
        figures = zip(view.bands, found.medians[place], found.known[place], row.cells[2::2], strict=False)
        told = [
            f"{band} {view.word} {hours:.1f} h{f' (n {known:,})' if isinstance(learners, int) else ''}"
            for band, hours, known, learners in figures
            if known >= SMALL
        ]
        if told:
            return f"{skills[place].name}: {', '.join(told)}"
    return "Too few have reached a band to tell how long it takes" if shown else "Nobody has reached a band yet"


CHARTS = {
    "hours-to-mastery": Maker("hours-to-mastery", "Median hours to mastery", make, (HOURS, SHOW, SEARCH, REMOVED)),
}
