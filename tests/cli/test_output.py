"""How rows are written: tables for people, CSV and JSON for scripts."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from tui_admin.cli.output import Column, Kind, Listing, show, to_json
from tui_admin.rules.times import parse_iso

COLUMNS = (
    Column("name"),
    Column("members", Kind.NUMBER),
    Column("joined_at", Kind.MOMENT, "Joined"),
    Column("first_day", Kind.DAY, None),
    Column("open", Kind.FLAG),
    Column("contracts", Kind.LIST),
)
FULL = {
    "name": "Ana",
    "members": 4120,
    "joined_at": parse_iso("2014-02-03T23:30:00Z"),
    "first_day": date(2014, 2, 1),
    "open": True,
    "contracts": ["Year 1", "Year 2"],
}


@dataclass
class Somewhere:
    zone: tzinfo = UTC


def written(rows: list[dict[str, Any]], form: str, count: bool = False, zone: tzinfo = UTC) -> str:
    out = io.StringIO()
    show(Listing(COLUMNS, lambda: rows), form, count, Somewhere(zone), out)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_table_aligns_text_left_and_numbers_right_by_display_width() -> None:
    wide = {**FULL, "name": "田中 花子", "members": 7, "joined_at": None, "open": False, "contracts": []}

    assert written([FULL, wide], "table").splitlines() == [
        "Name       Members  Joined      Open  Contracts",
        "Ana          4,120  2014-02-03  yes   Year 1, Year 2",
        "田中 花子        7  –           no    –",
    ]


def test_days_in_a_table_are_those_of_the_organization() -> None:
    assert "2014-02-04" in written([FULL], "table", zone=ZoneInfo("Europe/Berlin"))


def test_json_is_a_list_of_objects_with_iso_times_in_utc() -> None:
    text = written([FULL, {**FULL, "members": None, "joined_at": None}], "json", zone=ZoneInfo("Europe/Berlin"))

    assert json.loads(text)[0] == {
        "name": "Ana",
        "members": 4120,
        "joined_at": "2014-02-03T23:30:00.000Z",
        "first_day": "2014-02-01",
        "open": True,
        "contracts": ["Year 1", "Year 2"],
    }
    assert (json.loads(text)[1]["members"], json.loads(text)[1]["joined_at"]) == (None, None)


def test_csv_quotes_and_keeps_a_spreadsheet_from_running_cells() -> None:
    lines = written([{**FULL, "name": 'O"Neill, =1'}, {**FULL, "name": "=HYPERLINK(1)", "members": -4}], "csv")

    assert lines == (
        "name,members,joined_at,first_day,open,contracts\r\n"
        '"O""Neill, =1",4120,2014-02-03T23:30:00.000Z,2014-02-01,Yes,Year 1; Year 2\r\n'
        "'=HYPERLINK(1),-4,2014-02-03T23:30:00.000Z,2014-02-01,Yes,Year 1; Year 2\r\n"
    )


def test_no_rows_are_nothing_a_header_or_an_empty_list() -> None:
    assert written([], "table") == ""
    assert written([], "csv").count("\r\n") == 1
    assert json.loads(written([], "json")) == []
    assert [written([], form, count=True) for form in ("table", "csv", "json")] == ["0\n"] * 3


def test_a_count_asks_for_no_rows_where_it_is_known() -> None:
    def refuse() -> Iterator[dict[str, Any]]:
        raise AssertionError("rows were read")

    out = io.StringIO()
    show(Listing(COLUMNS, refuse, lambda: 1_000_000), "json", True, Somewhere(), out)  # type: ignore[arg-type]

    assert out.getvalue() == "1000000\n"


def test_names_cannot_steer_the_terminal() -> None:
    name = "\x1b[31mred\x9b2J \u202eevil [@click=app.quit]x[/]"

    table = written([{**FULL, "name": name}], "table")
    assert not set(table) & set("\x1b\x9b\u202e") and "[@click=app.quit]x[/]" in table
    text = written([{**FULL, "name": name}], "json")
    assert not set(text) & set("\x1b\x9b\u202e")
    assert json.loads(text)[0]["name"] == name, "nothing is lost in JSON"


def test_json_can_be_written_whatever_a_text_holds() -> None:
    assert to_json({"a": "\ud800 é"}) == '{"a": "\\ud800 é"}'


def test_rows_are_written_as_they_come() -> None:
    out = io.StringIO()
    seen = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            seen.append(out.getvalue().count("\n"))
            yield {"name": str(number)}

    show(Listing((Column("name"),), rows), "json", False, Somewhere(), out)  # type: ignore[arg-type]

    assert seen == [0, 1, 2], "each row was written before the next was asked for"
