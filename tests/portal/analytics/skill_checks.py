"""Charts of skills compared with what plain Python counts from the raw tables."""

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Any

import pytest

from tests.portal.analytics.hiding import are_hidden_rightly
from tests.portal.analytics.plain_skills import ABOVE, Plain, months
from tests.portal.analytics.tables import AskedOf
from tui_admin.rules.charts import MASKED, SMALL, WITHHELD, Cell, Chart, ChartRow


def says(cell: Cell, value: float, people: int) -> bool:
    """Whether a cell shows a figure about so many people as it is to be shown where none tells of another."""
    if 0 < people < SMALL:
        return cell == MASKED
    return cell == pytest.approx(value, abs=1e-3)


def bands(chart: Chart, told: Plain) -> None:
    """skill-distribution, of all skills, those of most learners first."""
    _banded(chart, told)
    sizes = [{MASKED: 1, WITHHELD: SMALL}.get(row.cells[-1], row.cells[-1]) for row in chart.rows]  # type: ignore[arg-type]
    assert sizes == sorted(sizes, reverse=True)  # type: ignore[type-var]


def weakest(chart: Chart, told: Plain) -> None:
    """skill-distribution, of all skills, those of most beginners first."""
    _banded(chart, told)
    lowest = [
        _lower_end(row.cells[4], sum(cell for cell in row.cells[1:4] if isinstance(cell, int)))
        for row in chart.rows
        if isinstance(row.cells[4], float)
    ]
    assert lowest == sorted(lowest, reverse=True)
    hidden = [row.cells[4] is None for row in chart.rows]
    assert hidden == sorted(hidden)


def _lower_end(share: float, n: int) -> float:
    """The smaller root p of (share - p)² = z² p (1 - p) / n, which lies 1.96 standard errors below the share."""
    square = 1.959964**2 / n
    a, b, c = 1 + square, -(2 * share + square), share**2
    return float(round((-b - (max(b * b - 4 * a * c, 0.0)) ** 0.5) / (2 * a), 9))


def _banded(chart: Chart, told: Plain) -> None:
    expected = told.distribution()
    assert {row.cells[0] for row in chart.rows} == expected.keys()
    for skill, *cells in (row.cells for row in chart.rows):
        counts = [expected[str(skill)][band] for band in ("beginner", *ABOVE, "unrated")]
        share, rated = cells.pop(3), sum(counts[:3])
        is_told = rated and all(isinstance(cell, int) for cell in cells[:3])
        assert share == (counts[0] / rated if is_told else None)
        assert are_hidden_rightly(cells, [*counts, sum(counts)]), skill
    assert [row.n for row in chart.rows] == [
        row.cells[-1] if isinstance(row.cells[-1], int) else None for row in chart.rows
    ]


def hours_to_reach(chart: Chart, told: Plain) -> None:
    """hours-to-mastery, until bands were reached, of all skills."""
    reached, already = told.hours_to_reach(), told.already_there()
    assert {row.cells[0] for row in chart.rows} >= {skill for skill, _ in reached}
    for row in chart.rows:
        first, second = groups = [reached[str(row.cells[0]), band] for band in ABOVE]
        _medians(row.cells, groups)
        assert says(row.cells[4], len(second), len(second))
        _adding_up(row, (2, 5), [len(first), already[str(row.cells[0])]])
    told_of = next((row for row in chart.rows if str(row.cells[0]) == chart.title.partition(":")[0]), None)
    assert told_of is None or chart.title.count("(n ") <= sum(isinstance(cell, int) for cell in told_of.cells[2:5:2])


def hours_so_far(chart: Chart, told: Plain) -> None:
    """hours-to-mastery, so far, of all skills."""
    so_far = told.hours_so_far()
    for row in chart.rows:
        groups = [so_far[str(row.cells[0]), band] for band in ("beginner", *ABOVE)]
        _medians(row.cells, groups)
        _adding_up(row, (2, 4, 6), list(map(len, groups)))


def _adding_up(row: ChartRow, places: Sequence[int], numbers: Sequence[int]) -> None:
    """Some cells, beside which the row tells of how many people it is."""
    whole = row.n if row.n is not None else WITHHELD if sum(numbers) >= SMALL else MASKED
    assert are_hidden_rightly([*(row.cells[place] for place in places), whole], [*numbers, sum(numbers)]), row


def _medians(cells: tuple[Cell, ...], groups: list[list[float | None]]) -> None:
    for number, hours in enumerate(groups):
        middle = cells[1 + 2 * number]
        known = [one for one in hours if one is not None]
        assert says(middle, median(known), len(known)) if known else middle is None


def over_time(chart: Chart, told: Plain, count: str, skill: str, until: date) -> None:
    """mastery-over-time, by month."""
    tell = told.ever if count == "ever" else told.currently
    ends = months(date.fromisoformat(str(chart.rows[0].cells[0])), until)
    assert len(ends) == len(chart.rows) > 3
    for row, end in zip(chart.rows, ends, strict=True):
        whole, within = (tell(band, end, skill or None) for band in ABOVE)
        assert are_hidden_rightly((row.cells[2], None, row.cells[1]), (within, whole - within, whole), unseen=(1,)), end


def leaders(chart: Chart, told: Plain, skill: str) -> None:
    """leaderboard, of a thousand places."""
    assert [(row.cells[1], row.cells[3], row.cells[4]) for row in chart.rows] == told.leaders(skill or None)[:1000]


def assessments(chart: Chart, expected: dict[str, tuple[int, int]]) -> None:
    """assessments-total and assessments-average, of all skills."""
    assert {row.cells[0] for row in chart.rows} == {skill for skill, (total, _) in expected.items() if total}
    for skill, total, average, people in (row.cells for row in chart.rows):
        number, learners = expected[str(skill)]
        assert says(total, number, learners)
        assert says(average, number / learners, learners)
        assert says(people, learners, learners)


def hours_average(chart: Chart, expected: dict[str, tuple[float, int]]) -> None:
    """hours-average, of all skills."""
    assert {row.cells[0] for row in chart.rows} == expected.keys()
    for skill, average, _, people in (row.cells for row in chart.rows):
        mean, learners = expected[str(skill)]
        assert says(average, mean, learners)
        assert says(people, learners, learners)


def averages(chart: Chart, expected: dict[str, tuple[int, int]]) -> None:
    """assessments-average, of all skills: the same, those of too few behind the others."""
    assessments(chart, expected)
    means = [expected[str(row.cells[0])] for row in chart.rows]
    order = [(people < SMALL, -total / people) for total, people in means]
    assert order == sorted(order)


CURRICULUM = """
SELECT c.id, c.name, c.level, t.relevance FROM courses c
JOIN course_skills t ON t.course_id = c.id JOIN skills s ON s.id = t.skill_id
WHERE s.name = '{skill}' AND (c.id IN (SELECT i.course_id FROM {items}) OR c.id IN (
    SELECT p.course_id FROM {items} JOIN specialization_courses p ON i.specialization_id = p.specialization_id))
"""


def relevant(chart: Chart, asked: AskedOf, *, skill: str, band: str) -> None:
    """relevant-courses, of a skill and band."""
    told, expected = asked.beginning, []
    standing = {one for (one, own), row in told.ratings.items() if own == skill and row["band"] == band}
    programs = ", ".join(sorted({str(told.members[id]["program_id"]) for id in told.counted}))
    items = f"collection_items i JOIN collections o ON o.id = i.collection_id AND o.program_id IN ({programs})"
    for course in asked.tables.frame(CURRICULUM.format(skill=skill, items=items)).fillna("").itertuples():
        level = course.level.lower()
        if level in ("beginner", *ABOVE) and level != band:
            continue
        takers = {row["learner"] for row in told.enrollments if row["course_id"] == course.id and _counts(row, told)}
        expected.append((-course.relevance, -len(takers & standing), course.name, course.level))
    assert [(-row.cells[2], row.cells[0], row.cells[1]) for row in chart.rows] == [  # type: ignore[operator]
        (relevance, name, level) for relevance, _, name, level in sorted(expected)
    ]
    for row, (_, takers, *_) in zip(chart.rows, sorted(expected), strict=True):
        assert says(row.cells[3], -takers, -takers)


def _counts(enrollment: dict[str, Any], told: Plain) -> bool:
    return enrollment["membership_id"] in told.counted and enrollment["learner"] in told.learners


def glossary(chart: Chart, asked: AskedOf) -> None:
    """glossary: every skill under its competency and domain."""
    known = asked.tables.frame("SELECT name, competency, domain FROM skills").fillna("")
    expected = {(row.domain or None, row.competency or None, row.name) for row in known.itertuples()}
    assert {row.cells[:3] for row in chart.rows if row.cells[2]} == expected
