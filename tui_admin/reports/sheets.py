"""XLSX out: text as text, whatever a spreadsheet would make of it; rows leave memory as they are written."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO

from tui_admin.reports.bundles import Progress, Sheet
from tui_admin.reports.cells import Rows
from tui_admin.reports.values import unguarded
from tui_admin.reports.writers import Value, guarded, shown
from tui_admin.rules.times import Instant, to_datetime

ROWS = 1_048_576
"""Rows a sheet holds, its header included; what is more goes to further sheets."""

_LONGEST = 32_767
"""Characters a cell holds."""

_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "�")
"""What no XML can hold. The format writes other control characters as `_x001B_`."""


def write_book(
    stream: BinaryIO,
    sheets: Iterable[Sheet],
    made: Instant,
    progress: Progress = lambda rows: None,
    *,
    raw: bool = False,
    most: int = ROWS,
) -> dict[str, int]:
    """Write tables as a workbook made at a moment, at most `most` rows a sheet; how many rows each has. The same rows
    and moment make the same bytes.

    Numbers are numbers, all else is text. Cells that would run as a formula once somebody edits them are marked as text
    unless `raw`; reading gives back what was written. What a sheet cannot hold goes on in `NAME (2)`.
    """
    from xlsxwriter import Workbook

    book = Workbook(stream, {"constant_memory": True})
    book.set_properties({"created": to_datetime(made).replace(tzinfo=None)})
    as_text = None if raw else book.add_format({"quote_prefix": True})
    counts = {}
    for sheet in sheets:
        written = 0
        for part, rows in enumerate(_parts(_rows(sheet, progress), most - 1), 1):
            put = _Row(book.add_worksheet(sheet.name if part == 1 else f"{sheet.name} ({part})"), as_text)
            put(0, tuple(sheet.columns))
            for number, row in enumerate(rows, 1):
                put(number, row)
                written += 1
        counts[sheet.name] = written
    book.close()
    return counts


def _rows(sheet: Sheet, progress: Progress) -> Iterator[Sequence[Value]]:
    cells = Rows(sheet.columns.values(), guard=False, numeric=True)
    for block in sheet.blocks:
        yield from cells.written(block)
        progress(len(block[0]))


def _parts(rows: Iterator[Sequence[Value]], most: int) -> Iterator[Iterator[Sequence[Value]]]:
    """The rows in parts of so many, one at least; each is to be read to its end before the next."""
    first: list[Sequence[Value]] = []
    while True:
        yield islice(chain(first, rows), most)
        if not (first := list(islice(rows, 1))):
            return


class _Row:
    """Writes rows of one sheet; `as_text` is the format of cells that would run, None leaves them as they are."""

    def __init__(self, sheet: Any, as_text: Any) -> None:
        self._sheet = sheet
        self._as_text = as_text

    def __call__(self, number: int, cells: Sequence[Value]) -> None:
        for place, value in enumerate(cells):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                self._sheet.write_number(number, place, value)
            elif text := shown(value).translate(_NO_CHARACTERS):
                self._text(number, place, text)

    def _text(self, number: int, place: int, text: str) -> None:
        runs = self._as_text is not None and guarded(text) != text
        # A cell that begins as a guard of ours does is guarded: reading takes one off.
        kept = guarded(text) if runs and unguarded(text) != text else text
        self._sheet.write_string(number, place, kept[:_LONGEST], self._as_text if runs else None)
