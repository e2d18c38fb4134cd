"""Where the organization stands among others in each skill; without others, where its programs and units stand."""

from collections.abc import Sequence

import numpy as np

from ....rules.benchmarks import Entry, place, standing
from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, masked
from ....rules.text import fold
from .. import small
from ..making import REMOVED, Maker, Material
from ..skill_charts.learning import FILTER_CHOOSES
from ..skill_charts.means import HOW, Mean, own_means, told
from ..skill_charts.own_ratings import RATED
from ..skill_charts.skills import SEARCH, SHOW, Skill, Skills
from ..skill_charts.telling import of_skill, people
from .comparison import compared
from .peers import GROUP, IMPORT, Peers, chosen, groups, left_out, others

_NAMED = 3
"""Skills that a note names."""

WITH = Choice("with", ("peers", "programs", "units"), "peers")
"""Other companies; one's own programs, each with the others; one's own business units, each with the rest."""

_EXPLANATION = (
    "The share of the group's companies whose mean rating is below one's own: between the benchmark's points by a "
    "straight line, ties counting half.",
    "Up to 25 % is called lagging, up to 50 % emerging, up to 75 % competitive, above cutting-edge.",
    "Of few companies it is told of how many one is ahead. The companies of the benchmark are taken to be others.",
    HOW,
    FILTER_CHOOSES,
)

COLUMNS = (
    ChartColumn("skill", "Skill", Kind.TEXT),
    ChartColumn("percentile", "Ahead of", Kind.SHARE, drawn=True),
    ChartColumn("standing", "Standing", Kind.BAND),
    ChartColumn("own", "Own mean", Kind.NUMBER),
    ChartColumn("error", "±", Kind.NUMBER),
    ChartColumn("peers", "Their mean", Kind.NUMBER),
    ChartColumn("companies", "Companies", Kind.COUNT),
    ChartColumn("learners", "Learners", Kind.COUNT),
)


def make(material: Material) -> Chart:
    """The chart."""
    found = groups(material.connection)
    peers = chosen(found, material.chosen["group"])
    if material.chosen["with"] != "peers":
        return compared(material, by=material.chosen["with"])
    if peers is None:
        notes = ("No benchmark is imported, so programs are compared with each other.", IMPORT)
        return compared(material, by="programs", notes=(*notes, *left_out(material.connection)))
    return _among(material, peers, found)


def _among(material: Material, peers: Peers, found: Sequence[Peers]) -> Chart:
    skills, (found_means, n) = Skills(material), own_means(material)
    means = {place: mean for place, mean in found_means.items() if place in skills}
    entries = {place: entry for place in means if (entry := peers.entry(fold(skills[place].raw)))}
    counts = np.array([means[place].n if place in entries else 0 for place in range(len(skills))])
    shown = skills.shown(counts, material)
    rows = [_row(material, skills[place], means[place], entries[place]) for place in shown]
    missing = len(means) - len(entries)
    as_of = f"{peers.publisher} as of {peers.newest}: {peers.name} ({peers.companies:,} companies)."
    without = (f"{missing:,} rated skills are not in the benchmark.",) if missing else ()
    return Chart(
        "benchmark-now",
        _title(rows, peers),
        Form.RULER,
        COLUMNS,
        rows,
        n,
        material.as_of,
        explanation=_EXPLANATION,
        notes=(
            as_of,
            *_older([skills[place] for place in shown], peers),
            *without,
            *others(found, peers),
            *left_out(material.connection),
            *small.note(rows),
        ),
    )


def _older(shown: Sequence[Skill], peers: Peers) -> tuple[str, ...]:
    """A note of the skills that the newest day tells nothing of."""
    days = [(skill.name, peers.day(fold(skill.raw))) for skill in shown]
    told = [f"{name} ({day})" for name, day in days if day != peers.newest]
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return (f"As of earlier days, the newest that tell of them: {', '.join(told[:_NAMED])}{more}.",) if told else ()


def _row(material: Material, skill: Skill, mean: Mean, entry: Entry) -> ChartRow:
    peers = (told(entry.mean), entry.companies)
    if mean.n < SMALL:
        cells: tuple[Cell, ...] = (skill.name, None, "not enough learners", None, None, *peers, masked(mean.n, mean.n))
        return ChartRow(cells, mean.n)
    found = place(mean.rating, entry)
    name = str(standing(found.share))
    number = "" if found.ahead is None else f"{found.ahead} of {entry.companies}"
    if said := f"{found.edge} {number}".strip():
        name += f", {said}"
    own = (told(mean.rating), told(mean.error))
    who = people(material, of_skill(skill), RATED)
    return ChartRow((skill.name, round(found.share, 4), name, *own, *peers, mean.n), mean.n, who)


def _title(rows: Sequence[ChartRow], peers: Peers) -> str:
    shares = [row.cells[1] for row in rows if isinstance(row.cells[1], float)]
    if not shares:
        return f"No skill has both learners enough here and a benchmark of {peers.name}"
    ahead = sum(share > 0.5 for share in shares)
    return f"Better than most companies in {ahead:,} of {len(shares):,} skills, among {peers.name}"


CHARTS = {
    "benchmark-now": Maker(
        "benchmark-now",
        "Benchmark now",
        make,
        (WITH, GROUP, SHOW, SEARCH, REMOVED),
        has_dates=False,
    )
}
