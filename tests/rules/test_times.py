"""Moments as whole milliseconds."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.times import DAY, HOUR, MINUTE, age, day_bounds, format_iso, parse_iso


@given(st.integers(-(10**13), 10**14))
def test_an_instant_written_is_the_instant_read(instant: int) -> None:
    assert parse_iso(format_iso(instant)) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00.001Z", 1),
        (" 1970-01-02 ", DAY),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2019-12-23T06:18:32.782Z", 1_577_081_912_782),
    ],
)
def test_iso_texts(text: str, instant: int) -> None:
    assert parse_iso(text) == instant


@pytest.mark.parametrize("text", ["", "soon", "2019-02-30T00:00:00Z", "2019-12-23T24:01:00Z", "2019-12-23T06:18:61Z"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


def test_a_text_without_a_zone_is_read_in_the_zone_given() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert parse_iso("2019-07-01T02:00:00", berlin) == parse_iso("2019-07-01T00:00:00Z", berlin)
    assert parse_iso("2019-07-01T02:00:00") == parse_iso("2019-07-01T02:00:00", UTC)


def test_days_are_as_long_as_their_zone_has_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, hours in ((date(2019, 3, 31), 23), (date(2019, 10, 27), 25), (date(2019, 7, 1), 24)):
        start, end = day_bounds(day, berlin)
        assert end - start == hours * HOUR


@pytest.mark.parametrize(
    ("span", "text"), [(0, "now"), (59_999, "now"), (MINUTE, "1 min"), (2 * HOUR, "2 h"), (12 * DAY + HOUR, "12 d")]
)
def test_ages(span: int, text: str) -> None:
    assert age(0, span) == text
    assert age(span, 0) == (text if text == "now" else f"in {text}")
