"""Single cells: what they mean, and why some mean nothing."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tests.reports.conftest import Reader
from tui_admin.reports import values
from tui_admin.reports.moments import Moments, day_first, stamp
from tui_admin.rules.times import format_iso, parse_iso


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        *[(cell, True) for cell in ("Yes", "yes", "TRUE", " y ", "1", "True")],
        *[(cell, False) for cell in ("No", "no", "FALSE", "0")],
        *[(cell, None) for cell in ("", "  ", "?", "#N/A", "NaN")],
    ],
)
def test_yes_and_no(cell: str, meaning: bool | None) -> None:
    assert values.yes_no(cell) is meaning


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("57.73", 57.73),
        ("57,73", 57.73),
        ("57.73%", 57.73),
        ("57,73 %", 57.73),
        ("85.55000305175781", 85.55),
        ("0", 0.0),
        ("-0.001", 0.0),
        ("1e2", 100.0),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("0,125", 0.12),
        ("'-5", -5.0),
        *[(cell, None) for cell in ("", " ", "NaN", "#N/A", "?", "n/a", "#DIV/0!", "-")],
    ],
)
def test_numbers(cell: str, meaning: float | None) -> None:
    found = values.number(cell)
    assert found == meaning
    assert str(found) != "-0.0"


@pytest.mark.parametrize("cell", ["abc", "1,234", "12.34.56", "5 apples", "inf", "0x10"])
def test_what_is_no_number_or_two_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"is no number|may have a decimal comma"):
        values.number(cell)


@pytest.mark.parametrize(
    ("column", "expected", "fraction"),
    [
        (["0.5", "1", ""], False, True),
        (["50", "0.5"], False, False),
        (["0", "1"], False, False),
        (["0", "1"], True, True),
        (["0.5%", "0.7%"], False, False),
        (["", "NaN", "x"], False, False),
        (["0,5", "0,75"], False, True),
        (["83", "0.5"], True, False),
    ],
)
def test_the_scale_is_decided_for_a_whole_column(column: list[str], expected: bool, fraction: bool) -> None:
    assert values.is_fraction(column, expected=expected) is fraction


def test_shares_of_a_column_to_1_are_percentages() -> None:
    convert = values.percent(fraction=True)
    assert [convert(cell) for cell in ("0.8333", "1", "0", "", "57.73%")] == [83.33, 100.0, 0.0, None, 57.73]
    with pytest.raises(ValueError, match="runs from 0 to 1"):
        convert("55")


@pytest.mark.parametrize(
    ("convert", "cell"),
    [
        *((values.count, cell) for cell in ("-1", "1.5", "1000000001", "1e999")),
        *((values.within(0, 9), "10"), (values.whole_within(0, 9), "1e999")),
    ],
)
def test_numbers_out_of_range_are_refused(convert: Callable[[str], object], cell: str) -> None:
    with pytest.raises(ValueError, match=r"is no count|is more than|is not between"):
        convert(cell)


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("Ada", "Ada"),
        ("  Ada\u00a0", "Ada"),
        ("", None),
        ("'=HYPERLINK()", "=HYPERLINK()"),
        ("''+1", "'+1"),
        ("' -x", "-x"),
        ("'Ndrangheta", "'Ndrangheta"),
        ("#N/A", None),
        ("#1 school", "#1 school"),
        ("N/A", "N/A"),
        ("NULL", "NULL"),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\u202eb", "a\ufffdb"),
        ("two\r\nlines", "two lines"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_text(cell: str, meaning: str | None) -> None:
    assert values.text(cell) == meaning
    assert values.Texts().column([cell, "Bob", cell]) == [meaning, "Bob", meaning]


def test_text_longer_than_anybodys_name_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 10,000"):
        values.text("x" * 10_001)


def test_lists_and_skills() -> None:
    assert values.listed(" A ; B;;A") == "A; B"
    assert values.listed(" ; ") is None
    assert values.programs("Sales, EMEA; Law | Art") == ("Sales, EMEA", "Law", "Art")
    assert values.skills("SQL:0.8; C++:1; Law; Time: planning:0,5") == (
        ("SQL", 0.8),
        ("C++", 1.0),
        ("Law", None),
        ("Time: planning", 0.5),
    )


def test_a_memory_that_is_full_still_answers() -> None:
    column = values.Repeating(values.count)
    cells = [str(number) for number in range(30_000)]
    assert column.column(cells) == list(range(30_000))
    assert column.column(cells) == list(range(30_000))


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("2019-12-23T06:18:32.782Z", "2019-12-23T06:18:32.782Z"),
        ("2019-12-23T06:18:32+02:00", "2019-12-23T04:18:32.000Z"),
        ("2019-12-23T06:18:32.782999-08:00", "2019-12-23T14:18:32.782Z"),
        ("2019-12-23 06:18:32", "2019-12-23T05:18:32.000Z"),
        ("2019-12-23 06:18:32 UTC", "2019-12-23T06:18:32.000Z"),
        ("2019-12-23", "2019-12-22T23:00:00.000Z"),
        ("1577081912", "2019-12-23T06:18:32.000Z"),
        ("1577081912782", "2019-12-23T06:18:32.782Z"),
        ("43822.5", "2019-12-23T11:00:00.000Z"),
        ("43822", "2019-12-22T23:00:00.000Z"),
        ("23.12.2019", "2019-12-22T23:00:00.000Z"),
        ("03.04.2019 14:05", "2019-04-03T12:05:00.000Z"),
        ("12/23/2019 2:05 PM", "2019-12-23T13:05:00.000Z"),
        ("23/12/2019 12:05:06 AM", "2019-12-22T23:05:06.000Z"),
        ("04/04/2019", "2019-04-03T22:00:00.000Z"),
        ("2019-03-31 02:30:00", "2019-03-31T01:30:00.000Z"),  # a time that clocks skipped
        ("2100-12-31T23:59:59.999Z", "2100-12-31T23:59:59.999Z"),
        ("1969-07-20T20:17:00Z", "1969-07-20T20:17:00.000Z"),
        *[(cell, None) for cell in ("", " ", "NaN", "#N/A", "1970-01-01T00:00:00.000Z", "0", "never")],
    ],
)
def test_times(cell: str, meaning: str | None) -> None:
    said: list[str] = []
    moments = Moments(BERLIN, None, said.append)
    found = moments.one(cell)
    assert (None if found is None else format_iso(found)) == meaning
    iso = "2019-12-23T06:18:32.782Z"
    # A column may hand a cell back to be looked at alone, but never reads it otherwise.
    with suppress(ValueError):
        assert moments.column([iso, cell, ""]) == [parse_iso(iso), found, None]
    assert bool(said) == (cell in {"0", "1970-01-01T00:00:00.000Z"})


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("03/04/2019", "day/month or month/day"),
        ("2101-01-01T00:00:00Z", "2100"),
        ("9999-12-31T23:59:59.999Z", "2100"),
        ("0001-01-01T00:00:00Z", "1900"),
        ("0001-01-01T00:00:00+23:00", "1900"),
        ("31/02/2019", "calendar"),
        ("2019-02-30T00:00:00Z", "no time"),
        ("yesterday", "no time"),
        ("123", "number but no time"),
    ],
)
def test_what_is_no_time_or_two_is_refused(cell: str, said: str) -> None:
    moments = Moments(UTC, None, str)
    with pytest.raises(ValueError, match=said):
        moments.one(cell)
    with pytest.raises(ValueError):
        moments.column(["2019-12-23T06:18:32.782Z", cell])


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2019", "23/04/2019"], True),
        (["03/04/2019", "04/23/2019 11:00"], False),
        (["03/04/2019"], None),
        (["23/04/2019", "04/23/2019"], None),
        (["23.04.2019", "2019-04-23", ""], None),
    ],
)
def test_other_dates_of_a_file_settle_which_is_the_day(cells: list[str], order: bool | None) -> None:
    assert day_first(cells) is order


def test_a_file_settles_the_order_of_day_and_month_for_its_rows(read: Reader) -> None:
    header = "Email,Course ID,Enrollment Time,Last Course Activity Time,Program Slug\n"
    settled = read(header + "a@uni.example,c1,03/04/2019,25/04/2019,p1\n")
    assert settled.column("enrolled_at") == [parse_iso("2019-04-03T00:00:00Z")]
    unsettled = read(header + "a@uni.example,c1,03/04/2019,,p1\nb@uni.example,c1,2019-04-03,,p1\n")
    assert unsettled.column("email") == ["b@uni.example"]
    (refusal,) = unsettled.refusals
    assert (refusal.line, refusal.column, refusal.value) == (2, "Enrollment Time", "03/04/2019")
    assert "2024-03-31" in refusal.reason


def test_days(read: Reader) -> None:
    found = read(
        "Email,Program Slug,Course ID,Day,Minutes,Lessons\n"
        "a@uni.example,p1,c1,2019-12-23,30,2\na@uni.example,p1,c1,2019-12-23T06:00:00Z,,\n"
        "a@uni.example,p1,c1,,5,\na@uni.example,p1,c1,soon,5,\n",
        zone=ZoneInfo("America/Los_Angeles"),
    )
    assert found.column("day") == ["2019-12-23", "2019-12-22"]
    assert [(refusal.line, refusal.reason[:10]) for refusal in found.refusals] == [(4, "is blank"), (5, "is no time")]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("CourseActivity Org - Export 2026-05-04 17-33-53 UTC.csv", "2026-05-04T17:33:53.000Z"),
        ("usage 2026-05-04 17-33-53.csv", "2026-05-04T15:33:53.000Z"),
        ("usage_2026-05-04.csv", "2026-05-03T22:00:00.000Z"),
        ("2026-13-45 2026-05-04T17:33:53Z.csv", "2026-05-04T17:33:53.000Z"),
        ("usage-report.csv", None),
        ("12026-05-041.csv", None),
    ],
)
def test_the_stamp_in_a_name(name: str, moment: str | None) -> None:
    found = stamp([name], BERLIN)
    assert (None if found is None else format_iso(found)) == moment


def test_the_inner_name_is_asked_first() -> None:
    assert stamp(["usage.csv", "export 2026-05-04.zip"], UTC) == parse_iso("2026-05-04T00:00:00Z")
    assert stamp(["usage 2026-05-03.csv", "export 2026-05-04.zip"], UTC) == parse_iso("2026-05-03T00:00:00Z")
