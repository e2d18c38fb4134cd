"""XLSX out: text as text, whatever a spreadsheet would make of it; rows leave memory as they are written."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO

from tui_admin.reports.values import unguarded
from tui_admin.reports.writers import Value, guarded, shown
from tui_admin.rules.times import Instant, to_datetime

ROWS = 1_048_576
"""Rows a sheet holds, its header included; what is more goes to further sheets."""

_LONGEST = 32_767
"""Characters a cell holds."""

_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "�")
"""What no XML can hold. The format writes other control characters as `_x001B_`."""


def write_xlsx(
    stream: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Value]],
    made: Instant,
    *,
    raw: bool = False,
    most: int = ROWS,
) -> int:
    """Write a header and rows as a workbook made at a moment, at most `most` rows a sheet; how many rows. The same rows
    and moment make the same bytes.

    Numbers are numbers, all else is text. Cells that would run as a formula once somebody edits them are marked as text
    unless `raw`; reading gives back what was written. Where there can be no rows, because asking for the first raises,
    nothing is written.
    """
    from xlsxwriter import Workbook

    rest = iter(rows)
    first = list(islice(rest, 1))
    book = Workbook(stream, {"constant_memory": True})
    book.set_properties({"created": to_datetime(made).replace(tzinfo=None)})
    as_text = book.add_format({"quote_prefix": True})
    left, written = chain(first, rest), 0
    while True:
        sheet = book.add_worksheet()
        put = _Row(sheet, None if raw else as_text)
        put(0, header)
        number = 0
        for number, row in enumerate(islice(left, most - 1), 1):
            put(number, row)
        written += number
        more = list(islice(left, 1))
        if not more:
            break
        left = chain(more, left)
    book.close()
    return written


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
