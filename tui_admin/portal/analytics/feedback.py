"""Learner feedback: what learners think of courses, whether they recommend their program, and how that changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from sqlalchemy import select

from ...rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Choice, Form, Kind, masked, part
from ...rules.filters import quote
from ...rules.intervals import on_scale, wilson
from ...rules.text import clean
from ...store.analytics.columns import Facts, Numbers
from ...store.analytics.facts import UNSAID
from ...store.tables import courses, programs
from . import small
from .buckets import Buckets
from .making import REMOVED, Maker, Material
from .skill_charts.telling import days

OF = Choice("of", ("courses", "programs", "months", "net-by-month"), "courses")
"""Stars by course; who recommends, by program; stars by month; the net score by month."""

_LATELY = 3
"""Months that are compared with as many before them."""

LEAST_STARS, MOST_STARS = 1, 5
_PROMOTER, _PASSIVE = 9, 7
"""Who answers so much or more recommends the program, or is undecided."""

_TOLD = (
    "Stars (1 to 5) are given to courses, and how likely one is to recommend (0 to 10) to programs. Of each learner "
    "the newest answer on a course or program counts.",
    "Recommending are answers of 9 and 10; the net score is their share less that of 0 to 6, in points from -100 to "
    "100.",
    "The range is where the figure lies with 95 % certainty if those who answered are as good as drawn by lot "
    "(Wilson); rows are in the order of its lower end.",
)
_BY_MONTH = ("months", "net-by-month")
_OF_MONTHS = "A month holds the newest answer of that month, so that who answers again counts in both."


@dataclass
class _Sums:
    """By key (a course, a program, a month): answers, what they add up to, how many are the best or the worst, and the
    different learners who gave them."""

    n: Numbers
    total: Numbers
    best: Numbers
    worst: Numbers
    learners: Numbers

    @classmethod
    def none(cls, cells: int) -> "_Sums":
        """Nothing yet, in so many cells."""
        n, total, best, worst, learners = np.zeros((5, cells), np.int64)
        return cls(n, total, best, worst, learners)

    def add(self, facts: Facts, places: Numbers, key: Numbers, value: Numbers, best: Numbers, worst: Numbers) -> None:
        """Add answers with their keys, that stand at some places of a block."""
        size = len(self.n)
        self.n += np.bincount(key, minlength=size)
        self.total += np.bincount(key, value, size).astype(np.int64)
        self.best += np.bincount(key[best], minlength=size)
        self.worst += np.bincount(key[worst], minlength=size)
        each = np.unique(facts.learner[places].astype(np.int64) * size + key)
        self.learners += np.bincount(each % size, minlength=size)


@dataclass
class _Counted:
    """The answers by key, and how many different learners gave any."""

    stars: _Sums
    recommend: _Sums
    learners: int = 0


def make(material: Material) -> Chart:
    """The chart."""
    return _MADE[material.chosen["of"]](material)


def _of_courses(material: Material) -> Chart:
    named = {row.id: row for row in material.connection.execute(select(courses.c.id, courses.c.slug, courses.c.name))}
    counted = _count(material, max(named, default=0) + 1, lambda facts, course: course)
    told = [id for id in named if counted.stars.learners[id] >= SMALL]
    rows = [_course_row(material, counted.stars, id, named[id].slug, named[id].name) for id in told]
    columns = (ChartColumn("course", "Course", Kind.TEXT), *_STARS)
    return _chart(material, counted, columns, _sorted(rows, 2), Form.TABLE, _stars_title(counted.stars, told, "course"))


_STARS = (
    ChartColumn("stars", "Stars", Kind.STARS, drawn=True),
    ChartColumn("low", "At least", Kind.STARS),
    ChartColumn("high", "At most", Kind.STARS),
    ChartColumn("best", "5 stars", Kind.SHARE),
    ChartColumn("answers", "Answers", Kind.COUNT),
)

_RECOMMEND = (
    ChartColumn("recommend", "Recommend it", Kind.SHARE, drawn=True),
    ChartColumn("low", "At least", Kind.SHARE),
    ChartColumn("high", "At most", Kind.SHARE),
    ChartColumn("net", "Net score", Kind.NUMBER),
    ChartColumn("answers", "Answers", Kind.COUNT),
)


def _course_row(material: Material, sums: _Sums, id: int, slug: str | None, name: str) -> ChartRow:
    n = int(sums.n[id])
    people = _answered(material, f"course:{quote(slug or name)} stars>=1")
    return ChartRow((clean(name), *_stars(sums, id)), n, people)


def _of_programs(material: Material) -> Chart:
    query = select(programs.c.id, programs.c.slug, programs.c.name)
    named = {row.id: row for row in material.connection.execute(query)}
    (program_of,) = material.columns.whole("memberships", "program")
    counted = _count(material, max(named, default=0) + 1, lambda facts, _: program_of[facts.first + facts.member])
    sums = counted.recommend
    told = [id for id in named if sums.learners[id] >= SMALL]
    rows = []
    for id in told:
        people = _answered(material, f"program:{quote(named[id].slug)} recommend>=0")
        rows.append(ChartRow((clean(named[id].name), *_recommending(sums, id)), int(sums.n[id]), people))
    columns = (ChartColumn("program", "Program", Kind.TEXT), *_RECOMMEND)
    return _chart(material, counted, columns, _sorted(rows, 2), Form.BARS, _net_title(sums, told, "program"))


def _of_months(material: Material, *, is_net: bool = False) -> Chart:
    buckets = Buckets("month")
    counted = _count(material, buckets.count, lambda facts, _: buckets.of(facts.columns[1], last=material.newest))
    stars, recommend = counted.stars, counted.recommend
    months = np.flatnonzero((stars.n > 0) | (recommend.n > 0))
    rows = []
    is_told = (stars.learners >= SMALL).any() or (recommend.learners >= SMALL).any()
    for month in range(int(months[0]), int(months[-1]) + 1) if is_told else ():
        first = _told(_stars, stars, month)
        second = _told(_recommending, recommend, month)
        start, end = buckets.start(month), buckets.end(month)
        unfinished = material.is_unfinished(start, end)
        cells = (start.isoformat(), first[0], first[3], first[4], second[0], second[3], second[4])
        told_people = int(stars.learners[month]), int(recommend.learners[month])
        opened = (
            _of_month(material, "stars>=1", start, end, first[4], told_people[0]),
            _of_month(material, "recommend>=0", start, end, second[4], told_people[1]),
        )
        parts = tuple(people for people in opened for _ in range(3))
        rows.append(ChartRow(cells, max(told_people), None, unfinished, parts))
    columns = (
        ChartColumn("start", "Month", Kind.BUCKET),
        ChartColumn("stars", "Stars", Kind.STARS, drawn=not is_net, apart=True),
        ChartColumn("best", "5 stars", Kind.SHARE, apart=True),
        ChartColumn("answers", "Answers on courses", Kind.COUNT, apart=True),
        ChartColumn("recommend", "Recommend it", Kind.SHARE, apart=True),
        ChartColumn("net", "Net score", Kind.NUMBER, drawn=is_net, apart=True),
        ChartColumn("opinions", "Answers on programs", Kind.COUNT, apart=True),
    )
    sums = recommend if is_net else stars
    told = [month for month in range(buckets.count) if sums.learners[month] >= SMALL]
    title = (_net_title if is_net else _stars_title)(sums, told, "month")
    return _chart(material, counted, columns, rows, Form.LINES, title + _trend(sums, told, is_net=is_net))


def _trend(sums: _Sums, told: Sequence[int], *, is_net: bool) -> str:
    """How the last months stand beside those before them; nothing where they are too few."""
    if len(told) < 2 * _LATELY:
        return ""

    def figure(months: Sequence[int]) -> str:
        n, best, worst, total = (int(part[months].sum()) for part in (sums.n, sums.best, sums.worst, sums.total))
        return f"{100 * (best - worst) / n:.0f}" if is_net else f"{total / n:.2f}"

    now, before = figure(told[-_LATELY:]), figure(told[-2 * _LATELY : -_LATELY])
    return f"; {now} in the last {_LATELY} months, {before} in the {_LATELY} before"


_Cells = tuple[Cell, Cell, Cell, Cell, Cell]


def _told(how: Callable[[_Sums, int], _Cells], sums: _Sums, key: int) -> _Cells:
    """The figures of a key; none where too few people stand behind them."""
    people = int(sums.learners[key])
    return how(sums, key) if people >= SMALL else (None, None, None, None, masked(people, people))


def _count(material: Material, cells: int, key_of: Callable[[Facts, Numbers], Numbers]) -> _Counted:
    """The newest answer of each learner on a course, or on a program, by key."""
    found = _Counted(_Sums.none(cells), _Sums.none(cells))
    (program_of,) = material.columns.whole("memberships", "program")
    names = ("course", "day", "second", "stars", "recommend")
    for facts in material.columns.facts("feedback", *names, counted=material.members):
        material.check()
        course, day, second, stars, recommend = facts.columns
        key = key_of(facts, course).astype(np.int64)
        inside = material.holds(day) & (key >= 0)
        about = course.astype(np.int64), program_of[facts.first + facts.member].astype(np.int64)
        apart = key if material.chosen["of"] in _BY_MONTH else np.zeros(len(key), np.int64)
        rated = _newest(facts.learner, about[0], apart, second, inside & (stars > 0) & (course > 0))
        found.stars.add(facts, rated, key[rated], stars[rated], stars[rated] == MOST_STARS, stars[rated] == LEAST_STARS)
        said = _newest(facts.learner, about[1], apart, second, inside & (recommend != UNSAID))
        answer = recommend[said]
        found.recommend.add(facts, said, key[said], answer, answer >= _PROMOTER, answer < _PASSIVE)
        gave = np.zeros(len(key), np.bool_)
        gave[rated] = gave[said] = True
        found.learners += facts.different(gave)
    return found


def _newest(learner: Numbers, about: Numbers, apart: Numbers, second: Numbers, counts: Numbers) -> Numbers:
    """The places of the newest of the facts that count, by learner, what it is about, and what is kept apart."""
    places = np.flatnonzero(counts)
    keys = (second[places], apart[places], about[places], learner[places])
    order = places[np.lexsort(keys)]
    same = np.ones(len(order), np.bool_)
    for values in (apart, about, learner):
        same[:-1] &= values[order][:-1] == values[order][1:]
    same[-1:] = False
    return order[~same]


def _stars(sums: _Sums, id: int) -> _Cells:
    n = int(sums.n[id])
    mean = int(sums.total[id]) / n
    low, high = on_scale(mean, n, LEAST_STARS, MOST_STARS)
    return mean, low, high, int(sums.best[id]) / n, n


def _recommending(sums: _Sums, id: int) -> _Cells:
    n = int(sums.n[id])
    share = int(sums.best[id]) / n
    low, high = wilson(share, n)
    return share, low, high, round(100 * (int(sums.best[id]) - int(sums.worst[id])) / n), n


def _answered(material: Material, terms: str) -> str:
    """The filter that finds who answered so on the days that count."""
    return " ".join((terms, *days(material, "answered"), material.standing))


def _of_month(material: Material, terms: str, first: date, last: date, cell: Cell, people: int) -> str | None:
    """The filter that finds who answered so in a month."""
    first, last = max(first, material.since or first), min(last, material.until or last)
    return part(f"{terms} answered:{first}..{last} {material.standing}", cell, people)


def _sorted(rows: Sequence[ChartRow], by: int) -> list[ChartRow]:
    def order(row: ChartRow) -> tuple[float, str]:
        low = row.cells[by]
        return (-low if isinstance(low, float) else 0.0, str(row.cells[0]))

    return sorted(rows, key=order)


def _stars_title(sums: _Sums, told: Sequence[int], word: str) -> str:
    n = int(sums.n[told].sum())
    if not n:
        return f"Too few people gave stars to tell of any {word}" if sums.n.any() else "No stars were given"
    mean = int(sums.total[told].sum()) / n
    return f"{mean:.2f} of 5 stars from {n:,} answers{f' on {_number(len(told), word)}' if word == 'course' else ''}"


def _net_title(sums: _Sums, told: Sequence[int], word: str) -> str:
    n = int(sums.n[told].sum())
    if not n:
        few = "Too few people said whether they recommend their program"
        return few if sums.n.any() else "Nobody said whether they recommend their program"
    best, worst = int(sums.best[told].sum()), int(sums.worst[told].sum())
    if word == "month":
        return f"Net score {100 * (best - worst) / n:.0f} of {n:,} answers"
    return f"{best / n * 100:.0f} % recommend their program, net score {100 * (best - worst) / n:.0f}, of {n:,} answers"


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _chart(
    material: Material,
    counted: _Counted,
    columns: Sequence[ChartColumn],
    rows: Sequence[ChartRow],
    form: Form,
    title: str,
) -> Chart:
    notes = (*_notes(counted, material), *small.note(rows))
    told = (*_TOLD, _OF_MONTHS) if material.chosen["of"] in _BY_MONTH else _TOLD
    return Chart("feedback", title, form, columns, rows, counted.learners, material.as_of, told, notes)


def _notes(counted: _Counted, material: Material) -> Iterator[str]:
    of = material.chosen["of"]
    sums = counted.recommend if of in ("programs", "net-by-month") else counted.stars
    few = int(np.count_nonzero((sums.learners > 0) & (sums.learners < SMALL)))
    if few:
        left = f"{_number(few, 'month' if of in _BY_MONTH else of[:-1])} that fewer than {SMALL} people answered on"
        yield f"{left} {'is' if few == 1 else 'are'} not shown, and not counted in the title."
    if not counted.learners:
        yield "Import feedback as a CSV, or ask for it by the button of a message: see tui-admin import --help."


_MADE: Mapping[str, Callable[[Material], Chart]] = {
    "courses": _of_courses,
    "programs": _of_programs,
    "months": _of_months,
    "net-by-month": partial(_of_months, is_net=True),
}

CHARTS = {"feedback": Maker("feedback", "Learner feedback", make, (OF, REMOVED))}
