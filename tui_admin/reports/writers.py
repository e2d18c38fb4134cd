"""CSV out: UTF-8, CRLF, RFC 4180, cells that a spreadsheet would run as a formula neutralised."""

import csv
import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Protocol, TextIO

from tui_admin.reports.columns import OWN
from tui_admin.reports.headers import normalised
from tui_admin.reports.tables import Refusal

Value = str | int | float | bool | None

# A guard of our own before one that was there already, so that reading takes off exactly one.
_RUNS = re.compile(r"'* *[=+\-@\t\r]").match
_UNGUARDED = re.compile(r" *[=+\-@\t\r]").match


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs: `'` before one that begins, after spaces, with `= + - @`, tab or CR."""
    return "'" + cell if _RUNS(cell) else cell


def shortest(number: float) -> str:
    """A number with at most two decimals, without trailing zeros: `82.4`, `100`."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shown(value: Value) -> str:
    """A value as report text: None is blank, yes and no are `Yes` and `No`, numbers in the shortest form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return shortest(value)
    return str(value)


def write_csv(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[Value]], *, raw: bool = False) -> int:
    """Writes a header and rows; the stream is to be open as UTF-8 with `newline=""`. Numbers are never neutralised,
    text is unless `raw`. Returns how many rows were written. Where there can be no rows, because asking for the first
    raises, not even the header is written."""
    rest = iter(rows)
    first = list(islice(rest, 1))
    writer = csv.writer(stream, lineterminator="\r\n")
    keep = (lambda cell: cell) if raw else guarded
    writer.writerow([keep(name) for name in header])
    written = 0
    for row in chain(first, rest):
        writer.writerow([keep(value) if isinstance(value, str) else shown(value) for value in row])
        written += 1
    return written


class Repairable(Protocol):
    """A file that was read, with the records of it that were refused."""

    @property
    def header(self) -> Sequence[str]: ...

    def every_refusal(self) -> Iterable[Refusal]:
        """All refused records, as they stood in the file, in its order."""


def write_refused(stream: TextIO, report: Repairable) -> int:
    """Writes the refused records of a file that was read, as they stood in it, under its own header with a last
    column `Reason`, which reading passes over: repaired, the file can be read again as it is. Returns their number."""
    own = [index for index, name in enumerate(report.header) if normalised(name) in OWN]
    header = _without(report.header, own)

    def rows() -> Iterable[Sequence[Value]]:
        for refusal in report.every_refusal():
            where = f"line {refusal.line}" + (f", {refusal.column} {refusal.value!r}" if refusal.column else "")
            cells = _without(refusal.cells, own)
            blanks = [""] * (len(header) - len(cells))
            # What is guarded already stays so: these are cells of a file, not values read from one.
            guards = ["'" + cell if _UNGUARDED(cell) else cell for cell in cells]
            yield [*guards, *blanks, f"{where}: {refusal.reason}"]

    return write_csv(stream, [*header, "Reason"], rows(), raw=True)


def _without(cells: Sequence[str], left_out: Sequence[int]) -> list[str]:
    return [cell for index, cell in enumerate(cells) if index not in left_out]
