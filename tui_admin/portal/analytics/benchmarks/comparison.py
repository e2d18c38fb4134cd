"""One's own programs or business units beside each other, in one skill."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nsmallest
from math import sqrt

import numpy as np
from sqlalchemy import select

from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Form, Kind, masked
from ....rules.filters import quote
from ....rules.text import clean, fold
from ....store.analytics import profiles
from ....store.analytics.columns import Bools, Numbers
from ....store.filters.profile_values import MOST as MANY
from ....store.filters.profile_values import values_of
from ....store.tables import learners, programs
from ....store.tables.people import caseless
from .. import small
from ..making import Material
from ..skill_charts.learning import FILTER_CHOOSES, Learning
from ..skill_charts.means import HOW, RATED, Mean, mean_of, rated_counts, told
from ..skill_charts.own_ratings import RATED as RATED_TERM
from ..skill_charts.skills import Skill, Skills
from ..skill_charts.telling import NOT_YET, of_skill, people

MOST = 40
"""Programs or units that are compared: those of most rated learners."""

_UNIT = caseless(learners.c.business_unit)

_SURE = 1.96
"""Standard errors that a difference exceeds in 1 of 20 cases by chance alone."""

_NONE = f"Units come with reports that name business units; where they name more than {MANY:,}, none is compared."

_EXPLANATION = (
    "Each beside all the others together. Ahead or behind: the difference is more than chance alone makes in 19 of 20 "
    "cases. A learner in two of them counts in both.",
    HOW,
    FILTER_CHOOSES,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A program or unit: what tells its name, the term that finds its people, and who of the rated they are."""

    named: Callable[[], str]
    term: str
    ours: Bools

    @property
    def size(self) -> int:
        """How many of the rated are in it."""
        return int(np.count_nonzero(self.ours))


@dataclass(frozen=True, slots=True)
class _Rated:
    """Who is rated in a skill, by position and in that order, with rating and standard error."""

    learner: Numbers
    rating: Numbers
    error: Numbers

    def mean(self, which: Bools) -> Mean | None:
        """The mean of some of them; None where they are too few to be told."""
        return mean_of(self.rating[which], self.error[which]) if np.count_nonzero(which) >= SMALL else None


def compared(material: Material, *, by: str, notes: Sequence[str] = ()) -> Chart:
    """Programs or units (`by`) in the skill that is chosen, else the one of most rated learners."""
    skills = Skills(material)
    place = skills.chosen(material)
    if place is None:
        place = next(iter(skills.places(rated_counts(material, len(skills)))), None)
    rows: list[ChartRow] = []
    if place is not None:
        rated = _rated(material, place)
        largest = nsmallest(MOST, _PARTS[by](material, rated), key=lambda part: (-part.size, part.term))
        rows = [_row(material, skills[place], part, rated) for part in largest if part.size]
        rows.sort(key=lambda row: -row.cells[1] if isinstance(row.cells[1], float) else 99)
    most = (f"Of more, the {MOST} of most rated learners are compared.",) if len(rows) == MOST else ()
    word = by.removesuffix("s")
    return Chart(
        "benchmark-now",
        _title(rows, skills[place].name if place is not None else "", by),
        Form.BARS,
        (
            ChartColumn(word, word.capitalize(), Kind.TEXT),
            ChartColumn("mean", "Mean rating", Kind.NUMBER, drawn=True),
            ChartColumn("error", "±", Kind.NUMBER),
            ChartColumn("rest", "The others", Kind.NUMBER),
            ChartColumn("differs", "Beside them", Kind.TEXT),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        0 if place is None else len(rated.learner),
        material.as_of,
        explanation=_EXPLANATION,
        notes=(*notes, *most, *(() if rows else (NOT_YET if place is None else _NONE,)), *small.note(rows)),
    )


def _rated(material: Material, skill: int) -> _Rated:
    learner, _, rating, error = Learning(material).whole("pairs", "band", "rating", "error", skill=skill, band=RATED)
    return _Rated(learner, rating, error)


def _row(material: Material, skill: Skill, part: _Part, rated: _Rated) -> ChartRow:
    own, rest, n, name = rated.mean(part.ours), rated.mean(~part.ours), part.size, part.named()
    if own is None:
        return ChartRow((name, None, None, None, "not enough learners", masked(n, n)), n)
    others = None if rest is None else told(rest.rating)
    cells: tuple[Cell, ...] = (name, told(own.rating), told(own.error), others, _beside(own, rest), n)
    return ChartRow(cells, n, people(material, part.term, of_skill(skill), RATED_TERM))


def _beside(own: Mean, rest: Mean | None) -> str:
    if rest is None:
        return "no others"
    difference, error = own.rating - rest.rating, sqrt(own.error**2 + rest.error**2)
    if abs(difference) <= _SURE * error:
        return "alike"
    return "ahead" if difference > 0 else "behind"


def _title(rows: Sequence[ChartRow], skill: str, by: str) -> str:
    told_of = [row for row in rows if isinstance(row.cells[1], float)]
    if not told_of:
        if rows:
            return f"Own {by} compared: no two have learners enough"
        return f"Own {by} compared: {f'nobody rated in {skill} is in any' if skill else 'nothing is rated yet'}"
    ahead, behind = ([str(row.cells[0]) for row in told_of if row.cells[4] == side] for side in ("ahead", "behind"))
    found = [f"{_some(names)} {side}" for names, side in ((ahead, "ahead"), (behind[::-1], "behind")) if names]
    return f"Own {by} compared in {skill}: {', '.join(found) or 'none stands out'}"


def _some(names: Sequence[str]) -> str:
    """The first by name, of the others how many."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


def _programs(material: Material, rated: _Rated) -> Iterator[_Part]:
    learner, program = material.columns.whole("memberships", "learner", "program")
    for row in material.connection.execute(select(programs.c.id, programs.c.slug, programs.c.name)):
        material.check()
        theirs = np.zeros(material.columns.size("learners"), np.bool_)
        theirs[learner[material.members & (program == row.id)]] = True
        yield _Part(partial(clean, row.name), f"program:{quote(row.slug)}", theirs[rated.learner])


def _units(material: Material, rated: _Rated) -> Iterator[_Part]:
    values = values_of(material.connection, _UNIT)
    unit = profiles.numbered(material.columns, "business_unit", values)
    if unit is None:
        return
    alike: dict[str, list[int]] = defaultdict(list)
    for number, value in enumerate(values):
        alike[fold(clean(value))].append(number)
    unit = unit[rated.learner]
    for numbers in alike.values():
        material.check()
        value = values[numbers[0]]
        yield _Part(partial(_written, material, value), f"unit:={quote(value)}", np.isin(unit, numbers))


def _written(material: Material, unit: str) -> str:
    """A unit as somebody wrote it."""
    query = select(learners.c.business_unit).where(_UNIT.in_([unit])).limit(1)
    return clean(material.connection.scalar(query) or unit)


_PARTS = {"programs": _programs, "units": _units}
