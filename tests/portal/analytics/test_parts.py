"""What a figure of a chart opens, where it is about others than its row: exactly the people whom it counts."""

from datetime import date
from random import Random
from typing import Any

import pytest

from tests.portal.analytics import plain
from tests.portal.analytics.conftest import ADA, NOW
from tests.portal.analytics.opening import opened_people
from tests.portal.analytics.test_activity import buckets
from tui_admin.cli.analytics import document
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.answers import packed, unpacked
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.rules.charts import SMALL, Cell, Chart, Kind, behind
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store

DAYS = date(2025, 11, 3), date(2026, 2, 20)
FILTERS = ("", "country:Germany", "program:data-foundations", "skill:SQL band:intermediate", "-status:at-risk")

VIEWS: list[tuple[str, dict[str, str]]] = [
    ("home-funnel", {}),
    ("skill-distribution", {}),
    ("skill-distribution", {"removed": "yes"}),
    ("hours-to-mastery", {}),
    ("hours-to-mastery", {"hours": "so-far"}),
    ("mastery-over-time", {}),
    ("mastery-over-time", {"count": "currently"}),
    ("utilization", {}),
]
"""Charts with figures of their own people, each of which is their number."""


def chart(store: Store, name: str, where: str = "", *days: date, **choices: str) -> Chart:
    return read(store, ADA, Asked(name, parse(where), *days, choices=choices), NOW)


def people_of(cells: dict[str, Cell], key: str) -> Cell:
    """The number of people whom a figure is about: itself, or what stands beside hours."""
    return cells.get(f"{key}_learners", cells[key])


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(("name", "choices"), VIEWS)
def test_a_part_opens_as_many_as_it_says(counted: Store, name: str, choices: dict[str, str], where: str) -> None:
    hold_to_cells(counted, chart(counted, name, where, **choices), where)


@pytest.mark.parametrize("name", ["skill-distribution", "hours-to-mastery"])
def test_a_part_of_chosen_days_opens_as_many_as_it_says(counted_sqlite: Store, name: str) -> None:
    hold_to_cells(counted_sqlite, chart(counted_sqlite, name, "", *DAYS), "")


def hold_to_cells(store: Store, found: Chart, where: str) -> None:
    seen, keys = 0, [column.key for column in found.columns]
    is_past_unknown = any(choice.chosen == "currently" for choice in found.choices)
    for row in found.rows[-1 if is_past_unknown else -4 :]:
        cells = dict(zip(keys, row.cells, strict=True))
        for at, column in enumerate(found.columns):
            opens = behind(found.columns, row, at)
            if not column.apart or column.key == "free":
                continue
            number = people_of(cells, column.key)
            assert (opens is not None) == (isinstance(number, int) and number >= SMALL), (row, column)
            if opens is not None:
                assert opened_people(store, where, opens) == number, (row, column)
                seen += 1
    assert seen or where


@pytest.mark.parametrize("where", FILTERS)
def test_enrollments_and_completions_open_those_who_enrolled_and_who_completed(counted: Store, where: str) -> None:
    found = chart(counted, "activity", where)
    facts = plain.enrollments(counted)
    for column, moment in (("enrolled", "day"), ("completed", "end")):
        at = [one.key for one in found.columns].index(column)
        dated = facts[facts[moment].notna()]
        learners = dated.groupby(buckets(dated[moment], "month")).learner_id.nunique()
        for row in found.rows[-4:]:
            opens = behind(found.columns, row, at)
            hidden = any(isinstance(cell, str) for cell in row.cells[1:])
            if where:
                assert opens is None or SMALL <= opened_people(counted, where, opens) <= int(row.cells[at] or 0)
            elif hidden or learners.get(row.cells[0], 0) < SMALL:
                assert opens is None
            else:
                assert opened_people(counted, where, opens) == learners[row.cells[0]]


@pytest.mark.parametrize("name", registry.MODULES)
@pytest.mark.parametrize("where", ["", "country:Germany"])
def test_a_hidden_figure_opens_nobody_and_every_row_has_as_many_parts_as_it_needs(
    counted_sqlite: Store, name: str, where: str
) -> None:
    found = chart(counted_sqlite, name, where)
    apart = [at for at, column in enumerate(found.columns) if column.apart]
    for row in found.rows:
        assert len(row.parts) in (0, len(apart))
        for at in apart:
            assert found.columns[at].kind is not Kind.TEXT
            assert not isinstance(row.cells[at], str) or behind(found.columns, row, at) is None
    assert unpacked(packed(found)) == found


@pytest.mark.parametrize("name", registry.MODULES)
def test_the_document_of_a_chart_tells_every_cell(counted_sqlite: Store, name: str) -> None:
    for choice in registry.maker(name).choices:
        for value in choice.values or (choice.chosen,):
            found = chart(counted_sqlite, name, **{choice.name: value})
            for row, told in zip(found.rows, document(found)["rows"], strict=True):
                cells = {column.key: cell for column, cell in zip(found.columns, row.cells, strict=True)}
                own = {"n": row.n, "opens": row.people, "unfinished": row.unfinished}
                assert told == cells | own | {"parts": told["parts"]} and not cells.keys() & {*own, "parts"}


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_chosen_and_asked_a_row_opens_as_many_as_it_says(counted_sqlite: Store, seed: int) -> None:
    pick, opened = Random(seed), 0
    for name in pick.sample(sorted(registry.MODULES), 8):
        choices = {one.name: pick.choice(one.values) for one in registry.maker(name).choices if one.values}
        where, days = pick.choice(FILTERS), pick.choice(((), DAYS)) if registry.maker(name).has_dates else ()
        rows = [row for row in chart(counted_sqlite, name, where, *days, **choices).rows if row.people is not None]
        for row in pick.sample(rows, min(2, len(rows))):
            if row.n is not None:
                opened += 1
                assert opened_people(counted_sqlite, where, row.people) == row.n, (name, where, days, choices, row)
    assert opened


def test_effort_of_chosen_days_opens_those_who_made_it(counted: Store) -> None:
    days: Any = DAYS
    for name, where in (
        ("assessments-total", ""),
        ("assessments-average", "country:Germany"),
        ("assessments-total", "skill:SQL band:intermediate"),
        ("hours-average", ""),
        ("hours-average", "skill:SQL"),
    ):
        for asked in (days, days[:1], (None, days[1])):
            found = chart(counted, name, where, *asked)
            rows = [row for row in found.rows if row.people is not None][:3]
            assert rows or where
            for row in rows:
                assert opened_people(counted, where, row.people) == row.n, (name, where, row)
