"""Workbooks that are written: read again they say the same, and nothing in them runs."""

import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.reports.conftest import MEMBER, member_sheet, read_paths
from tui_admin.reports.bundles import Sheet
from tui_admin.reports.cells import Cells
from tui_admin.reports.readers import FIELDS, Kind
from tui_admin.reports.sheets import write_book
from tui_admin.reports.values import line, unguarded
from tui_admin.reports.writers import Value
from tui_admin.rules.times import parse_iso

MADE = parse_iso("2026-05-15T12:00:00Z")


def sheet(rows: Sequence[Sequence[Value]], header: Sequence[str] = ("a", "b")) -> Sheet:
    """A sheet of text, but for the columns that hold numbers."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    kinds = (Cells.NUMBER if any(type(v) in (int, float) for v in column) else Cells.TEXT for column in columns)
    return Sheet("sheet", dict(zip(header, kinds, strict=True)), [columns])


def book(*sheets: Sheet, **options: bool | int) -> bytes:
    stream = io.BytesIO()
    counts = write_book(stream, sheets, MADE, **options)  # type: ignore[arg-type]
    assert counts == {one.name: sum(len(block[0]) for block in one.blocks) for one in sheets}
    return stream.getvalue()


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("text", ["0017", "1e5", "=1+1", "+49 30", "@SUM", "http://x.example", "TRUE", "#N/A", "12.50"])
def test_text_stays_text(text: str) -> None:
    content = book(sheet([(text, 3), ("", -1.5), (None, None)]))
    assert cells(content) == [["a", "b"], ["" if text == "#N/A" else text, 3], ["", -1.5]]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        inside = parts.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in inside
        assert b"hyperlink" not in inside
        marked = b'quotePrefix="1"' in parts.read("xl/styles.xml") and b' s="1"' in inside
    assert marked is (text[0] in "=+-@")
    assert b' s="1"' not in zipfile.ZipFile(io.BytesIO(book(sheet([(text, 3)]), raw=True))).read(
        "xl/worksheets/sheet1.xml"
    )


@given(st.lists(st.tuples(st.text(), st.text()), max_size=8))
def test_cells_survive_writing_and_reading(rows: list[tuple[str, str]]) -> None:
    read = cells(book(sheet(rows)))
    for row, found in zip(rows, read[1:], strict=False):
        assert [unguarded(str(cell)) for cell in found] == [_readable(cell) for cell in row]


def _readable(text: str) -> str:
    """A harmless line, of what XML can hold."""
    return (line(text) or "").replace("\ufffe", "�").replace("\uffff", "�")


def test_the_same_rows_and_moment_make_the_same_bytes() -> None:
    assert book(sheet([("Kovács Ágnes", 1)])) == book(sheet([("Kovács Ágnes", 1)]))


def test_what_one_sheet_cannot_hold_goes_to_the_next(tmp_path: Path) -> None:
    header = ("Name", "Email", "Program Slug", "Member State")
    rows = [(f"P {n}", f"p{n}@x.example", "p1", "MEMBER") for n in range(5)]
    path = tmp_path / "members.xlsx"
    path.write_bytes(book(sheet(rows, header), most=3))
    assert [read.column("name") for read in read_paths(path)] == [["P 0", "P 1"], ["P 2", "P 3"], ["P 4"]]


def test_rows_leave_memory_as_they_are_written(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            with (tmp_path / "big.xlsx").open("wb") as stream:
                blocks = ([[f"Person {n}"], [n]] for n in range(count))
                write_book(stream, [Sheet("people", {"a": Cells.TEXT, "b": Cells.NUMBER}, blocks)], MADE)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)  # what is loaded once
    assert peak(20_000) < peak(1_000) + 200_000


def test_a_member_written_is_the_member_read(tmp_path: Path) -> None:
    member = {**MEMBER, "name": "'=Ada \x1b[31m_x0041_"}
    path = tmp_path / "members.xlsx"
    path.write_bytes(book(member_sheet([member])))
    (read,) = read_paths(path)
    clean = {"name": "'=Ada �[31m_x0041_"}
    assert read.kind is Kind.MEMBERS
    assert read.rows == [{"line": 2, **dict.fromkeys(FIELDS[Kind.MEMBERS]), **member, **clean}]


@pytest.mark.parametrize("merged", ["a title above the header", "two columns under one name"])
def test_merged_cells_at_the_head_lose_no_column(tmp_path: Path, merged: str) -> None:
    header, row = ("Name", "Email", "Program Slug", "Member State"), ("Ada", "ada@x.example", "p1", "MEMBER")
    path = tmp_path / "members.xlsx"
    with xlsxwriter.Workbook(str(path)) as written:
        sheet = written.add_worksheet()
        if merged == "a title above the header":
            sheet.merge_range(0, 0, 0, 3, "Members of May")
            sheet.write_row(1, 0, header)
            sheet.write_row(2, 0, row)
        else:
            sheet.merge_range(0, 0, 0, 1, "Name")
            sheet.write_row(0, 2, header[1:])
            sheet.write_row(1, 0, (row[0], "Lovelace", *row[1:]))
    (found,) = read_paths(path)
    fields = ("name", "email", "program_slug", "state")
    assert [tuple(record[field] for field in fields) for record in found.rows] == [row]
    assert found.refusals == []
