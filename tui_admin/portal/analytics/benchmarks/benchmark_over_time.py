"""The organization's mean rating in a skill beside that of others, month by month."""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from ....rules.benchmarks import Entry
from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Form, Kind, masked
from ....rules.text import fold
from ....store.analytics.columns import Numbers
from ....store.analytics.days import day_of, number_of
from .. import small
from ..buckets import Buckets
from ..making import REMOVED, Maker, Material
from ..skill_charts.learning import FILTER_CHOOSES, Learning
from ..skill_charts.means import HOW, Mean, mean_of, rated_counts, told
from ..skill_charts.skills import ONE, Skill, Skills
from ..skill_charts.telling import NOT_YET, of_skill, people
from .peers import GROUP, IMPORT, Peers, chosen, groups, left_out, others

NAME = "benchmark-over-time"

_EXPLANATION = (
    "Own: of the learners rated by the end of each month, each with the rating of their last change of band by then; "
    "what they gained since is not in it, so that the mean of benchmark-now may be another.",
    "Theirs: the mean of the companies' means, each company counting alike, as of a day of that month.",
    "The companies of the benchmark are taken to be others.",
    "Attempts that are imported late or corrected are rated anew in their order: the past may change.",
    HOW,
    FILTER_CHOOSES,
)


def make(material: Material) -> Chart:
    """The chart: of the skill that is chosen, else the first of most learners that the benchmark knows."""
    found = groups(material.connection)
    peers = chosen(found, material.chosen["group"])
    skills = Skills(material)
    place = skills.chosen(material)
    if place is None:
        place = _usual(material, skills, peers)
    rows = [] if place is None else list(_rows(material, skills[place], place, peers))
    notes = (*_about(peers), *(others(found, peers) if peers else ()), *left_out(material.connection))
    return Chart(
        NAME,
        _title(rows, "" if place is None else skills[place].name),
        Form.LINES,
        (
            ChartColumn("start", "Month", Kind.BUCKET),
            ChartColumn("own", "Own mean", Kind.NUMBER, drawn=True),
            ChartColumn("peers", "Their mean", Kind.NUMBER, drawn=True),
            ChartColumn("gap", "Gap", Kind.NUMBER),
            ChartColumn("companies", "Companies", Kind.COUNT),
            ChartColumn("learners", "Learners", Kind.COUNT),
        ),
        rows,
        (rows[-1].n if rows else 0) or 0,
        material.as_of,
        explanation=_EXPLANATION,
        notes=(*notes, *(() if rows else (NOT_YET,)), *small.note(rows)),
    )


def _about(peers: Peers | None) -> tuple[str, ...]:
    if peers is None:
        return ("No benchmark is imported, so one's own mean stands alone.", IMPORT)
    return (f"{peers.publisher}: {peers.name}. Months without a benchmark are left open.",)


def _usual(material: Material, skills: Skills, peers: Peers | None) -> int | None:
    ranked = skills.places(rated_counts(material, len(skills)))
    known = [place for place in ranked if peers and peers.entry(fold(skills[place].raw))]
    return next(iter(known or ranked), None)


def _rows(material: Material, skill: Skill, place: int, peers: Peers | None) -> Iterator[ChartRow]:
    changes = _changes(material, place)
    theirs = _by_month(peers, skill)
    days = [int(changes[1][0])] if len(changes[1]) else []
    days += [number_of(day) for day in theirs]
    end = material.end or max(theirs, default=None)
    if not days or end is None:
        return
    buckets = Buckets("month")
    first = buckets.holding(material.since or day_of(max(min(days), 1)))
    for bucket in range(first, buckets.holding(end) + 1):
        start, last = buckets.start(bucket), min(buckets.end(bucket), end)
        own, entry = _by_then(changes, number_of(last)), theirs.get(start)
        unfinished = material.is_unfinished(last, buckets.end(bucket))
        yield _row(material, skill, start, last, own, entry, unfinished=unfinished)


def _row(
    material: Material, skill: Skill, start: date, last: date, own: Mean | int, entry: Entry | None, *, unfinished: bool
) -> ChartRow:
    peers = None if entry is None else told(entry.mean)
    companies = None if entry is None else entry.companies
    if isinstance(own, int):
        cells: tuple[Cell, ...] = (start.isoformat(), None, peers, None, companies, masked(own, own))
        return ChartRow(cells, own, unfinished=unfinished)
    gap = None if entry is None else told(own.rating - entry.mean)
    who = people(material, of_skill(skill), "band:beginner", f"reached<={last}", dated=False)
    return ChartRow(
        (start.isoformat(), told(own.rating), peers, gap, companies, own.n), own.n, who, unfinished=unfinished
    )


Changes = tuple[Numbers, Numbers, Numbers, Numbers]
"""Learner, day, rating and standard error of changes of band, in the order of days."""


def _changes(material: Material, skill: int) -> Changes:
    changes = Learning(material).whole("banded", "day", "rating", "error", skill=skill, everybody=True)
    learner, day, rating, error = changes
    order = np.argsort(day, kind="stable")
    return learner[order], day[order], rating[order], error[order]


def _by_then(changes: Changes, day: int) -> Mean | int:
    """The mean of who was rated by the end of a day, by their last change until then; of too few only how many."""
    learner, days, rating, error = changes
    count = int(np.searchsorted(days, day, side="right"))
    _, newest = np.unique(learner[:count][::-1], return_index=True)
    which = count - 1 - newest
    return mean_of(rating[which], error[which]) if len(which) >= SMALL else len(which)


def _by_month(peers: Peers | None, skill: Skill) -> Mapping[date, Entry]:
    """What is known of the others by the first day of a month; of several days of one the last counts."""
    days = {} if peers is None else peers.days
    name = fold(skill.raw)
    return {day.replace(day=1): days[day][name] for day in sorted(days) if name in days[day]}


def _title(rows: list[ChartRow], skill: str) -> str:
    compared = [row for row in rows if isinstance(row.cells[3], float)]
    own = [row for row in rows if isinstance(row.cells[1], float)]
    if not own:
        return f"{skill}: too few learners are rated" if skill else "No skills are rated yet"
    if not compared:
        return f"{skill}: own mean {own[-1].cells[1]}, no benchmark beside it"
    gap = compared[-1].cells[3]
    assert isinstance(gap, float)
    side = "level with" if not gap else f"{abs(gap)} {'above' if gap > 0 else 'below'}"
    return f"{skill}: {side} the others' mean in {str(compared[-1].cells[0])[:7]}"


CHARTS = {NAME: Maker(NAME, "Benchmark over time", make, (ONE, GROUP, REMOVED))}
