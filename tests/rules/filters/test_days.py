"""The days of a chart's filter: those that the filter language has, so that figures can open their people by them."""

from datetime import date

import pytest

from tui_admin.rules.filters import FilterError, parse
from tui_admin.rules.filters.days import day_of, typed


@pytest.mark.parametrize(
    "text", ["0001-01-01", "1500-01", "1899-12-31", "3000-01-01", "2026-02-30", "2026-13", "26-01-01", "٢٠٢٦-٠١", ""]
)
def test_no_other_day_is_taken(text: str) -> None:
    with pytest.raises(FilterError, match="No day"):
        day_of(text, "from")
    with pytest.raises(FilterError):
        parse(f"begun>={text}")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1900-01", date(1900, 1, 1), date(1900, 1, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2999-12-31", date(2999, 12, 31), date(2999, 12, 31)),
    ],
)
def test_a_day_or_a_month_whole(text: str, first: date, last: date) -> None:
    found = typed(f"country:France from:{text} to:{text}")
    assert (found.since, found.until) == (first, last)
    assert parse(f"begun:{first}..{last}")
