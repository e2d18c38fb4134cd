"""How many learners got to intermediate or above, over time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from ....rules.charts import SMALL, Chart, ChartColumn, ChartRow, Choice, Form, Kind, part
from ....store.analytics.columns import Numbers
from ....store.analytics.days import LAST, day_of, number_of
from ....store.analytics.skills import ADVANCED, BANDS, INTERMEDIATE
from .. import small
from ..buckets import BY, Buckets
from ..making import REMOVED, Maker, Material, unfinished_note
from .learning import FILTER_CHOOSES, Learning
from .skills import ONE, Skill, Skills
from .telling import BANDS_MEAN, apart, empty_note, of_skill, people

COUNT = Choice("count", ("ever", "currently"), "ever")
"""Who has ever reached a band, or who stands in it at the end of each month or week."""

_MEANING = {
    "ever": "Learners who had reached a band by the end of each bucket, whatever became of it later.",
    "currently": "Learners who stood in a band at the end of each bucket.",
}
_INCLUDED = (
    "Those at advanced are among those at intermediate or above. With all skills, a learner counts once who got there "
    "in any."
)
_GROWTH = "How many stand there is hidden where they are few; by how few they grew from one day to the next is not."
_DATES = "Dates choose the span that is shown; who got there before counts from its beginning."
_NO_LIST = "No filter finds who stood there at an earlier time: the newest point alone opens people."
_RATED_ANEW = "Attempts that are imported late or corrected are rated anew in their order: the past may change."


class Standing:
    """How many learners stand somewhere at the end of each day, from who came and who left on it."""

    def __init__(self) -> None:
        self._changes = np.zeros(LAST + 1, np.int64)

    def add(self, came: Numbers, left: Numbers) -> None:
        """Count days on which learners came, and on which they left (0: days not known, before all others)."""
        self._changes += np.bincount(came, minlength=LAST + 1) - np.bincount(left, minlength=LAST + 1)

    def at(self, day: date) -> int:
        """How many at the end of a day."""
        return int(self._changes[: number_of(day) + 1].sum())

    @property
    def first(self) -> date | None:
        """The first day known on which the number changed; None where it never did."""
        days = np.flatnonzero(self._changes)
        known = days[days > 0]
        return day_of(known[0] if len(known) else 1) if len(days) else None


def make(material: Material) -> Chart:
    """The chart."""
    skills, learning = Skills(material), Learning(material)
    place = skills.chosen(material)
    skill = None if place is None else skills[place]
    count = _currently if material.chosen["count"] == "currently" else _ever
    standing = [count(learning, place, band) for band in (INTERMEDIATE, ADVANCED)]
    rows = list(_rows(material, skill, standing))
    return Chart(
        "mastery-over-time",
        _title(material, "at least one skill" if skill is None else skill.name, rows),
        Form.LINES,
        (
            ChartColumn("start", material.chosen["by"].capitalize(), Kind.BUCKET),
            ChartColumn("intermediate", "Intermediate or above", Kind.COUNT, drawn=True),
            ChartColumn("advanced", "Advanced", Kind.COUNT, drawn=True, apart=True),
        ),
        rows,
        standing[0].at(_counted_until(material, material.end or date.max)),
        material.as_of,
        explanation=(_MEANING[material.chosen["count"]], _INCLUDED, BANDS_MEAN, _GROWTH, FILTER_CHOOSES, _DATES),
        notes=(
            *((_NO_LIST,) if any(row.n and not row.people for row in rows) else ()),
            _RATED_ANEW,
            *(() if place is None else skills.stand_ins([place])),
            *apart(material),
            *small.note(rows),
            *empty_note(material, rows),
            *((unfinished_note(material, material.chosen["by"]),) if rows and rows[-1].unfinished else ()),
        ),
    )


def _ever(learning: Learning, skill: int | None, band: int) -> Standing:
    """Who has reached a band, in a skill or in any."""
    first = np.full(learning.size, LAST, np.uint16)
    reached = np.zeros(learning.size, np.bool_)
    for learner, _, held, day in learning.blocks("reached", "band", "day", skill=skill, everybody=True):
        chosen = held == band
        np.minimum.at(first, learner[chosen], day[chosen])
        reached[learner[chosen]] = True
    standing = Standing()
    standing.add(first[reached], first[:0])
    return standing


def _currently(learning: Learning, skill: int | None, band: int) -> Standing:
    """Who stands in a band or above, in a skill or in any: from changes of band, a learner's together and in order."""
    standing = Standing()
    columns = ("day", "before", "after")
    for learner, _, day, before, after in learning.blocks("banded", *columns, skill=skill, everybody=True):
        crossed = (before >= band) != (after >= band)
        learner, day, rises = learner[crossed], day[crossed], after[crossed] >= band
        skills_held = np.cumsum(np.where(rises, 1, -1))
        starts = np.flatnonzero(np.diff(learner.astype(np.int64), prepend=-1))
        others = np.append(0, skills_held[starts[1:] - 1])[: len(starts)]
        skills_held -= np.repeat(others, np.diff(np.append(starts, len(learner))))
        standing.add(day[rises & (skills_held == 1)], day[~rises & (skills_held == 0)])
    return standing


def _rows(material: Material, skill: Skill | None, standing: Sequence[Standing]) -> Iterator[ChartRow]:
    first = standing[0].first
    if first is None:
        return
    buckets, end = Buckets(material.chosen["by"]), material.end or first
    start = material.since or min(end, first)
    for bucket in range(buckets.holding(start), buckets.holding(end) + 1):
        last = min(buckets.end(bucket), end)
        above, advanced = (one.at(_counted_until(material, last)) for one in standing)
        cells = small.within(above, advanced)
        at_advanced = _people(material, skill, last, ADVANCED)
        yield ChartRow(
            (buckets.start(bucket).isoformat(), *cells),
            n=small.number(cells[0]),
            people=_people(material, skill, last, INTERMEDIATE) if small.number(cells[0]) else None,
            parts=(part(at_advanced, cells[1], advanced),) if at_advanced else (),
            unfinished=material.is_unfinished(last, buckets.end(bucket)),
        )


def _people(material: Material, skill: Skill | None, last: date, band: int) -> str | None:
    """The filter that finds who stood in a band or above at the end of a day; None where none can say it."""
    here, *above = [name for name, number in BANDS.items() if number >= band]
    named = () if skill is None else (of_skill(skill),)
    if material.chosen["count"] == "ever":
        return people(material, *named, f"band:{here}", f"reached<={last}", dated=False)
    if _is_now(material, last):
        return people(material, *named, f"band:{','.join((here, *above))}", dated=False)
    return None


def _is_now(material: Material, day: date) -> bool:
    """Whether those are asked for who stand in a band today."""
    return material.chosen["count"] == "currently" and (material.today is None or day >= material.today)


def _counted_until(material: Material, day: date) -> date:
    """The last day of which changes count at the end of one: today all that is rated does, as in every list, though it
    claims to be of later."""
    return date.max if _is_now(material, day) else day


def _title(material: Material, subject: str, rows: Sequence[ChartRow]) -> str:
    if not rows:
        return f"Nobody has reached intermediate in {subject} yet"
    last, before = rows[-1].cells[1], rows[-2].cells[1] if len(rows) > 1 else None
    start = date.fromisoformat(str(rows[-1].cells[0]))
    said = "have reached" if material.chosen["count"] == "ever" else "stand at"
    figure, gained = str(last), ""
    if isinstance(last, int):
        figure = f"{last:,}"
        if isinstance(before, int) and abs(last - before) >= SMALL:
            gained = f", {last - before:+,} since {start - timedelta(1)}"
    return f"{figure} people {said} intermediate or above in {subject}{gained}"


CHARTS = {
    "mastery-over-time": Maker("mastery-over-time", "Skill mastery over time", make, (COUNT, ONE, BY, REMOVED)),
}
