"""Who stands at intermediate or above, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import not_, select

from ....rules.charts import Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind
from ....rules.filters import quote
from ....rules.ranks import shared_ranks
from ....rules.text import clean
from ....store.analytics.columns import Numbers
from ....store.analytics.days import LAST, day_of
from ....store.analytics.skills import BANDS
from ....store.selection import among
from ....store.tables import learners
from ..making import REMOVED, Maker, Material
from .learning import DATES_CHOOSE, FILTER_CHOOSES, Learning
from .skills import ONE, Skills
from .telling import BANDS_MEAN, apart, empty_note, people

SCORES = Choice("scores", ("no", "yes"), "no")
"""Whether ratings are shown beside the bands."""

PLACES = Choice("places", ("100", "1000"), "100")
"""How many places it has."""

_ORDER = (
    "Learners who stand at intermediate or advanced now, by what their rating is at least (rating less one standard "
    "error), then by who reached the band first, then by name. Equal ones share a rank; of all skills, a learner has a "
    "place for each of theirs."
)
_LEFT_OUT = "Left out: who asked not to be listed (tui-admin people unlist), and who was erased."
_SCORES = (ChartColumn("rating", "Rating", Kind.NUMBER), ChartColumn("error", "±", Kind.NUMBER))
_BANDS = dict(zip(BANDS.values(), BANDS, strict=True))


@dataclass(frozen=True, slots=True)
class _Leader:
    """A learner's place in a skill before names are known: who (a position), in which skill and band, since which day
    (0: not known), rated how."""

    learner: int
    skill: int
    band: int
    since: int
    rating: float
    error: float

    @property
    def standing(self) -> tuple[float, int]:
        """What the order goes by before names, best first."""
        return self.error - self.rating, self.since or LAST


def make(material: Material) -> Chart:
    """The chart."""
    skills, learning = Skills(material), Learning(material)
    place, places = skills.chosen(material), int(material.chosen["places"])
    leaders, known, standing = _listed(learning, skills, place, places)
    leaders.sort(key=lambda one: (*one.standing, known[one.learner].name or "", one.learner))
    rows = _rows(material, skills, leaders[:places], known)
    subject = "at least one skill" if place is None else skills[place].name
    return Chart(
        "leaderboard",
        f"{standing:,} people stand at intermediate or above in {subject}"
        if standing
        else f"Nobody stands at intermediate or above in {subject} yet",
        Form.TABLE,
        (
            ChartColumn("rank", "Rank", Kind.COUNT),
            ChartColumn("name", "Name", Kind.TEXT),
            ChartColumn("email", "E-mail", Kind.TEXT),
            ChartColumn("skill", "Skill", Kind.TEXT),
            ChartColumn("band", "Band", Kind.BAND),
            ChartColumn("since", "First reached", Kind.DAY),
            *(_SCORES if material.chosen["scores"] == "yes" else ()),
        ),
        rows,
        standing,
        material.as_of,
        explanation=(_ORDER, BANDS_MEAN, FILTER_CHOOSES, DATES_CHOOSE),
        notes=(
            *((f"The first {places:,} places.",) if len(leaders) > places else ()),
            *((_LEFT_OUT,) if rows else ()),
            *(() if place is None else skills.stand_ins([place])),
            *apart(material),
            *empty_note(material, rows),
        ),
    )


def _listed(
    learning: Learning, skills: Skills, skill: int | None, places: int
) -> tuple[list[_Leader], dict[int, Any], int]:
    """Those who may be among the first places, the people by position, and how many different learners stand at
    intermediate or above. As long as too many turn out not to be listed, more are looked at."""
    looked_at = 2 * places
    while True:
        found, standing = _leaders(learning, skill, looked_at)
        known = _known(learning.material, {one.learner for one in found})
        leaders = [one for one in found if one.learner in known and one.skill in skills]
        if len(leaders) >= places or len(found) < looked_at:
            return leaders, known, standing
        looked_at *= 4


def _leaders(learning: Learning, skill: int | None, places: int) -> tuple[list[_Leader], int]:
    """The first of all, with those who stand equal to the last of them, and how many different learners there are."""
    best = [np.zeros(0)] * 6
    seen = np.zeros(learning.size, np.bool_)
    for block in learning.blocks("leaders", "band", "since", "rating", "error", skill=skill):
        seen[block[0]] = True
        first = _first(list(block), places)  # of few rows: those of a block in one type would take tens of megabytes
        best = _first([np.concatenate(both) for both in zip(best, first, strict=True)], places)
    whole = [map(int, column.tolist()) for column in best[:4]]
    found = zip(*whole, best[4].tolist(), best[5].tolist(), strict=True)
    return [_Leader(*row) for row in found], int(np.count_nonzero(seen))


def _first(columns: list[Numbers], places: int) -> list[Numbers]:
    """The rows with the highest lower bounds, and those that stand equal to the last of them."""
    bound = columns[4] - columns[5]
    if len(bound) <= places:
        return columns
    least = np.partition(bound, len(bound) - places)[len(bound) - places]
    return [column[bound >= least] for column in columns]


def _known(material: Material, positions: set[int]) -> dict[int, Any]:
    """Learners by position, with name and address as the store has them now; neither who asked not to be listed nor
    who was erased is among them."""
    (ids,) = material.columns.whole("learners", "id")
    by_id = {int(ids[position]): position for position in positions}
    column = learners.c
    query = select(column.id, column.name, column.email, column.email_shown).where(
        among(material.connection, column.id, by_id), column.email.is_not(None), not_(column.unlisted)
    )
    return {by_id[row.id]: row for row in material.connection.execute(query)}


def _rows(material: Material, skills: Skills, leaders: Sequence[_Leader], known: Mapping[int, Any]) -> list[ChartRow]:
    rows = []
    for rank, one in zip(shared_ranks(leader.standing for leader in leaders), leaders, strict=True):
        person = known[one.learner]
        cells: tuple[Cell, ...] = (
            rank,
            clean(person.name or ""),
            clean(person.email_shown or person.email),
            skills[one.skill].name,
            _BANDS[one.band],
            day_of(one.since).isoformat() if one.since else None,
        )
        if material.chosen["scores"] == "yes":
            cells += (round(one.rating, 2), round(one.error, 2))
        rows.append(ChartRow(cells, n=1, people=people(material, f"email:={quote(person.email)}", dated=False)))
    return rows


CHARTS = {
    "leaderboard": Maker(
        "leaderboard", "Skill mastery leaderboard", make, (ONE, SCORES, PLACES, REMOVED), is_masked=False
    ),
}
