"""Charts of what learners do and say, compared with what pandas counts from the raw tables."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import sqrt

import pandas as pd
import pytest

from tests.portal.analytics.hiding import are_hidden_rightly, fits
from tests.portal.analytics.skill_checks import says
from tests.portal.analytics.tables import AskedOf
from tui_admin.rules.charts import MASKED, SMALL, WITHHELD, Cell, Chart, ChartRow

# --- Home


def summary(chart: Chart, asked: AskedOf) -> None:
    """home-summary: what is added up in all, in the last 30 days, and in each of twelve weeks."""
    facts = asked.counted(asked.tables.enrollments, removed=True)
    done = asked.counted(asked.tables.activity, removed=True)
    inside, taken = facts[asked.within(facts.day)], done[asked.within(done.day)]
    every, reported = (inside if asked.is_dated else facts), (taken if asked.is_dated else facts)
    told = {row.cells[0]: row for row in chart.rows}
    _tile(told["Enrollments"].cells, every.assign(value=1), inside.assign(value=1), asked)
    known = reported.hours.sum() > 0 or (asked.is_dated and len(done) > 0)
    hours = taken.assign(value=taken.hours)
    _tile(told["Learning hours (~)"].cells, reported.assign(value=reported.hours), hours if known else None, asked)
    lessons = taken.assign(value=taken.lessons)
    _tile(told["Lessons"].cells, lessons, lessons if len(done) else None, asked)


def _tile(cells: tuple[Cell, ...], whole: pd.DataFrame, dated: pd.DataFrame | None, asked: AskedOf) -> None:
    if dated is None:
        assert set(cells[1:]) == {None}
        return
    back = (pd.Timestamp(asked.today) - dated.day).dt.days
    parts = [whole, dated[back.between(0, 29)], *(dated[back // 7 == week] for week in range(11, -1, -1))]
    assert len(cells) == 1 + len(parts)
    for cell, part in zip(cells[1:], parts, strict=True):
        total, people = part.value.sum(), part[part.value > 0].learner_id.nunique()
        # Hours of each day are kept in hundredths.
        assert says(cell, total, people) or (people >= SMALL and cell == pytest.approx(total, rel=5e-3, abs=0.16))


def funnel(chart: Chart, asked: AskedOf) -> None:
    """home-funnel."""
    members = asked.tables.members
    members = members[members.id.isin(asked.plain.counted)]
    joined = members[members.state == "MEMBER"]
    stages = (members, joined, joined[(joined.enrolled > 0) | (joined.completed > 0)], joined[joined.completed > 0])
    numbers = [stage.learner_id.nunique() for stage in stages]
    lost = [before - number for before, number in pairwise(numbers)]
    cells = [row.cells[1] for row in chart.rows] + [row.cells[3] for row in chart.rows[1:]]
    assert all(map(fits, cells, [*numbers, *lost]))
    assert cells == [*numbers, *lost] or any(0 < number < SMALL for number in (*numbers, *lost))
    assert [row.n for row in chart.rows] == [cell if isinstance(cell, int) else None for cell in cells[: len(numbers)]]
    for row, number, before in zip(chart.rows[1:], numbers[1:], numbers, strict=False):
        both = isinstance(row.cells[1], int) and isinstance(chart.rows[chart.rows.index(row) - 1].cells[1], int)
        assert row.cells[2] == (pytest.approx(number / before) if both and before else None)


# --- activity


def activity(chart: Chart, asked: AskedOf, *, by: str, measure: str) -> None:
    """activity: both figures of every month or week."""
    facts = asked.counted(asked.tables.enrollments)
    began, ended = facts[asked.within(facts.day)], facts[asked.within(facts.end)]
    if measure == "rate":
        ended = began[began.completed.astype(bool)]
        ended = ended.assign(end=ended.day)
    both = pd.concat([began.assign(at=began.day, kind=0), ended.assign(at=ended.end, kind=1)])
    starts = both["at"].dt.to_period("M" if by == "month" else "W-SUN").dt.start_time.dt.strftime("%Y-%m-%d")
    both = both.assign(start=starts)
    expected = dict(iter(both.groupby("start")))
    told = {row.cells[0]: row for row in chart.rows}
    assert [start for start, row in told.items() if any(row.cells[1:])] == sorted(expected)
    assert chart.n == both.learner_id.nunique()
    if not expected:
        return
    figure = r"(\d[\d,]*|<5|≥5)"
    enrolled, completed = re.search(rf"{figure} enrollments(?:, {figure} completions)?", chart.title).groups()  # type: ignore[union-attr]
    _adding_up(told, 1, both[both.kind == 0], enrolled)
    if measure == "count":
        _adding_up(told, 2, both[both.kind == 1], completed)
    for start, own in expected.items():
        learners, row = own.learner_id.nunique(), told[start]
        if measure == "count" or isinstance(row.cells[1], int):
            assert row.n == (None if learners < SMALL else learners)
        if measure == "rate" and isinstance(row.cells[2], float):
            assert row.cells[2] == (own.kind == 1).sum() / (own.kind == 0).sum()
            assert isinstance(row.cells[1], int) and not 0 < own[own.kind == 1].learner_id.nunique() < SMALL


def _adding_up(told: Mapping[str, ChartRow], at: int, own: pd.DataFrame, whole: str) -> None:
    """The cells of a column, beside which the title tells the sum."""
    groups = dict(iter(own.groupby("start")))
    values, people = [], []
    for start in told:
        values.append(len(groups.get(start, ())))
        people.append(groups[start].learner_id.nunique() if start in groups else 0)
    cells = [
        *(row.cells[at] for row in told.values()),
        whole if whole in (MASKED, WITHHELD) else int(whole.replace(",", "")),
    ]
    assert are_hidden_rightly(cells, [*values, len(own)], [*people, own.learner_id.nunique()])


# --- feedback


def feedback(chart: Chart, asked: AskedOf, *, of: str) -> None:
    """feedback: of courses, programs or months."""
    said = asked.counted(asked.tables.feedback)
    said = said[asked.within(said.day)]
    stars, opinions = said[said.stars.notna() & said.course_id.notna()], said[said.recommend.notna()]
    if of in ("months", "net-by-month"):
        _months(chart, stars, opinions)
        return
    field, name, cells = ("course_id", "course", _stars) if of == "courses" else ("program_id", "program", _opinions)
    newest = _newest(stars if of == "courses" else opinions, field)
    groups = [own for _, own in newest.groupby(field) if len(own) >= SMALL]
    expected = [(str(own[name].iloc[0]), *cells(own)) for own in groups]
    assert sorted(map(_near, (row.cells for row in chart.rows))) == sorted(map(_near, expected))
    assert [row.cells[2] for row in chart.rows] == sorted((row.cells[2] for row in chart.rows), reverse=True)


def _newest(said: pd.DataFrame, *about: str) -> pd.DataFrame:
    return said.drop_duplicates(["learner_id", *about], keep="last")


def _months(chart: Chart, stars: pd.DataFrame, opinions: pd.DataFrame) -> None:
    rated = dict(iter(_newest(stars, "course_id", "month").groupby("month")))
    meant = dict(iter(_newest(opinions, "program_id", "month").groupby("month")))
    told = {row.cells[0]: row.cells[1:] for row in chart.rows}
    asked = rated.keys() | meant.keys()
    few = all(own.learner_id.nunique() < SMALL for own in (*rated.values(), *meant.values()))
    assert told.keys() >= asked or (few and not told)
    for month, cells in told.items():
        for own, found, how in ((rated.get(month), cells[:3], _stars), (meant.get(month), cells[3:], _opinions)):
            people = 0 if own is None else own.learner_id.nunique()
            if own is not None and people >= SMALL:
                figures = how(own)
                assert _near(found) == _near((figures[0], *figures[3:])), month
            else:
                assert found[:2] == (None, None) and says(found[2], people, people), month


def _stars(own: pd.DataFrame) -> tuple[float, ...]:
    mean = own.stars.mean()
    low, high = _interval((mean - 1) / 4, len(own))
    return mean, 1 + 4 * low, 1 + 4 * high, (own.stars == 5).mean(), len(own)


def _opinions(own: pd.DataFrame) -> tuple[float, ...]:
    share, against = (own.recommend >= 9).mean(), (own.recommend <= 6).mean()
    return share, *_interval(share, len(own)), round(100 * (share - against)), len(own)


def _interval(share: float, n: int) -> tuple[float, float]:
    """Both shares p at which `share` lies 1.96 standard errors away: the roots of (share - p)² = z² p (1 - p) / n."""
    square = 1.959964**2 / n
    a, b, c = 1 + square, -(2 * share + square), share**2
    root = sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def _near(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(round(float(cell), 6) + 0.0 if isinstance(cell, int | float) else cell for cell in cells)
