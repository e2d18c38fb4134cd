"""One's own programs or business units beside each other, in one skill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from sqlalchemy import select

from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Form, Kind, masked
from ....rules.filters import quote
from ....rules.text import clean, fold
from ....store.analytics.columns import Bools, Numbers
from ....store.filters.profile_values import values_of
from ....store.tables import learners, programs
from ....store.tables.people import caseless
from ..making import Material
from ..skill_charts.learning import FILTER_CHOOSES, Learning
from ..skill_charts.means import HOW, RATED, Mean, mean_of, rated_counts, told
from ..skill_charts.own_ratings import RATED as RATED_TERM
from ..skill_charts.skills import Skill, Skills
from ..skill_charts.telling import NOT_YET, masked_note, of_skill, people, shown_n

MOST = 40
"""Programs or units that are compared: those of most rated learners."""

_MOST_UNITS = 200

_SURE = 1.96
"""Standard errors that a difference exceeds in 1 of 20 cases by chance alone."""

_EXPLANATION = (
    "Each beside all the others together. Ahead or behind: the difference is more than chance alone makes in 19 of 20 "
    "cases. A learner in two of them counts in both.",
    HOW,
    FILTER_CHOOSES,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A program or unit: its name, the term that finds its people, and who they are."""

    name: str
    term: str
    learners: Bools


@dataclass(frozen=True, slots=True)
class _Rated:
    """Who is rated in a skill, with rating and standard error."""

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
        parts = _PARTS[by](material)
        found = [(part, part.learners[rated.learner]) for part in parts]
        found = sorted(found, key=lambda pair: (-np.count_nonzero(pair[1]), pair[0].name))[:MOST]
        rows = [_row(material, skills[place], part, rated, ours) for part, ours in found if ours.any()]
        rows.sort(key=lambda row: -row.cells[1] if isinstance(row.cells[1], float) else 99)
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
        int(material.learners.sum()),
        material.as_of,
        explanation=_EXPLANATION,
        notes=(*notes, *(() if rows else (NOT_YET,)), *masked_note(rows)),
    )


def _rated(material: Material, skill: int) -> _Rated:
    blocks = Learning(material).blocks("pairs", "band", "rating", "error", skill=skill, band=RATED)
    parts = [(learner, rating, error) for learner, _, _, rating, error in blocks]
    return _Rated(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _row(material: Material, skill: Skill, part: _Part, rated: _Rated, ours: Bools) -> ChartRow:
    own, rest = rated.mean(ours), rated.mean(~ours)
    n = int(np.count_nonzero(ours))
    if own is None:
        return ChartRow((part.name, None, None, None, "not enough learners", masked(n, n)), shown_n(n))
    others = None if rest is None else told(rest.rating)
    cells: tuple[Cell, ...] = (part.name, told(own.rating), told(own.error), others, _beside(own, rest), n)
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
        return f"Own {by} compared: no two have learners enough" if rows else f"Own {by} compared: nothing is rated yet"
    ahead = [str(row.cells[0]) for row in told_of if row.cells[4] == "ahead"]
    return f"Own {by} compared in {skill}: {f'{ahead[0]} stands out' if ahead else 'none stands out'}"


def _programs(material: Material) -> Iterator[_Part]:
    learner, program = material.columns.whole("memberships", "learner", "program")
    for row in material.connection.execute(select(programs.c.id, programs.c.slug, programs.c.name)):
        material.check()
        theirs = np.zeros(material.columns.size("learners"), np.bool_)
        theirs[learner[material.members & (program == row.id)]] = True
        yield _Part(clean(row.name), f"program:{quote(row.slug)}", theirs)


def _units(material: Material) -> Iterator[_Part]:
    key = caseless(learners.c.business_unit)
    (ids,) = material.columns.whole("learners", "id")
    written: dict[str, list[str]] = {}
    for value in values_of(material.connection, key)[:_MOST_UNITS]:
        written.setdefault(fold(clean(value)), []).append(value)
    for values in written.values():
        material.check()
        inside, written_so = key.in_(values), select(learners.c.business_unit).where(key.in_(values)).limit(1)
        theirs = np.fromiter(material.connection.scalars(select(learners.c.id).where(inside)), np.int64)
        places = np.searchsorted(ids, theirs)
        known = places < len(ids)  # others came since
        held = np.zeros(len(ids), np.bool_)
        held[places[known][ids[places[known]] == theirs[known]]] = True
        yield _Part(clean(material.connection.scalars(written_so).one()), f"unit:={quote(values[0])}", held)


_PARTS = {"programs": _programs, "units": _units}
