"""Spreadsheets (XLSX, XLS, XLSB, ODS): each sheet a table of text, as the reports would have written it."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

from tui_admin.reports.archives import UNREADABLE, ZIP_MAGIC, NotAReport, Source, read_all
from tui_admin.reports.limits import MIB
from tui_admin.reports.tables import HEADER_WITHIN, Block, Recognise, Refusal, find_header, fitted
from tui_admin.rules.errors import BadInput

Cell = int | float | str | bool | time | date | datetime | timedelta


def _text(cell: Cell) -> str:
    """A cell as report text: whole numbers without a fraction, dates in ISO form, TRUE as Yes."""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell)


class SheetTable:
    """One sheet of a workbook; the whole sheet is in memory, as the format allows no other way."""

    def __init__(self, name: str, rows: list[list[Cell]], start: int, header: list[str]) -> None:
        self.name, self._rows, self._start = name, rows, start
        self.header = tuple(header)
        over = (" ".join(map(_text, row)).strip() for row in rows[: start - 1])
        self.above = tuple(line for line in over if line)

    def blocks(self, size: int) -> Iterator[Block]:
        """See `Table.blocks`; a line is the row's number in the sheet."""
        rows = enumerate(islice(self._rows, self._start, None), self._start + 1)
        while part := list(islice(rows, size)):
            kept: list[int] = []
            block = Block(kept, [])
            for line, cells in part:
                row = fitted(line, list(map(_text, cells)), len(self.header))
                if isinstance(row, Refusal):
                    block.broken.append(row)
                elif row is not None and any(row):
                    kept.append(line)
                    block.rows.append(row)
            yield block


def open_workbook(source: Source, most: int, recognise: Recognise) -> list[SheetTable]:
    """The sheets that hold a table with a known header, named `book.xlsx, sheet Name`; the first sheet if none does,
    so that its header can be shown. Raises BadInput for a workbook that cannot be read, or of more than `most` bytes.
    """
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    data = read_all(source, most)
    _refuse_bomb(source.name, data, most)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        found = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ZipError, ValueError) as error:
        raise BadInput(
            f"{source.name}: the workbook cannot be read ({error}); save it as CSV and import that"
        ) from error
    filled = [(name, rows) for name, rows in found if any(any(cell != "" for cell in row) for row in rows)]
    if not filled:
        raise NotAReport(f"{source.name}: the workbook is empty")
    sheets = []
    for name, rows in filled:
        top = [list(map(_text, row)) for row in rows[:HEADER_WITHIN]]
        at, known = find_header(top, recognise)
        sheets.append((known, SheetTable(f"{source.name}, sheet {name}", rows, at + 1, _trimmed(top[at]))))
    return [sheet for known, sheet in sheets if known > 1] or [sheets[0][1]]


def _refuse_bomb(name: str, data: bytes, most: int) -> None:
    """Raises BadInput where a workbook's parts expand to more than `most` bytes; counted, its headers may lie."""
    if not data.startswith(ZIP_MAGIC):
        return
    size = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                with archive.open(info) as part:
                    while chunk := part.read(MIB):
                        size += len(chunk)
                        if size > most:
                            raise BadInput(
                                f"{name}: expands to more than {most:,} bytes; save it as CSV and import that"
                            )
    except UNREADABLE as error:
        raise BadInput(f"{name}: the workbook is cut short or damaged ({error}); download it again") from error


def _trimmed(header: list[str]) -> list[str]:
    while header and not header[-1].strip():
        header = header[:-1]
    return header
