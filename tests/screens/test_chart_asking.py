"""The filter bar of charts: days beside the filter language, and the filter that finds a figure's people."""

from datetime import date

import pytest

from tui_admin.rules.filters import FilterError, format_filter
from tui_admin.rules.filters.days import typed
from tui_admin.screens.analytics.asking import bar_fields, people_filter


@pytest.mark.parametrize(
    ("text", "where", "since", "until"),
    [
        ("", "", None, None),
        ("unit:Sales", "unit:Sales", None, None),
        ("from:2026-03-01", "", date(2026, 3, 1), None),
        ("to:2026-02 unit:Sales FROM:2026-01", "unit:Sales", date(2026, 1, 1), date(2026, 2, 28)),
        ("(unit:a or unit:b) to:2024-02", "unit:a or unit:b", None, date(2024, 2, 29)),
        ('name:"from:2026-01-01 x"', 'name:"from:2026-01-01 x"', None, None),
        ("from:2026-03-01 to:2026-03-01", "", date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_days_stand_beside_the_filter(text: str, where: str, since: date | None, until: date | None) -> None:
    found = typed(text)
    assert (format_filter(found.where), found.since, found.until) == (where, since, until)


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("unit:a from:", 12, "a day or a month"),
        ("from:2026-13", 5, "a day or a month"),
        ("from:2026-02-30", 5, "a day or a month"),
        ("from:2026-01 from:2026-02", 13, "one day"),
        ("from:2026-03 to:2026-01", 13, "a day from 2026-03-01 on"),
        ('name:"to: b" to:2026-01 from:2026-03', 13, "a day from 2026-03-01 on"),
        ("from:2026-03 unti:a", 13, 'did you mean "unit"'),
    ],
)
def test_what_is_wrong_is_named_where_it_is(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError, match=said) as found:
        typed(text)
    assert found.value.position == position
    assert position + found.value.length <= len(text)


def test_the_people_of_a_figure_are_those_of_the_filter_whom_its_row_names() -> None:
    assert (
        people_filter(typed("unit:a or unit:b from:2026-01"), "status:at-risk") == "status:at-risk (unit:a or unit:b)"
    )
    assert people_filter(typed(""), 'unit:="a"') == "unit:=a"
    assert people_filter(typed("unit:a"), "") == "unit:a"


def test_months_are_offered_from_this_one_back() -> None:
    choices = bar_fields(date(2026, 2, 9))["from"].choices
    assert [month for month, _ in choices[:3]] == ["2026-02", "2026-01", "2025-12"]
