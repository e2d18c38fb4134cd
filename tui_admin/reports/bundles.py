"""Report tables as files: one as CSV, several as a zip of CSVs, streamed; never more than a block in memory."""

import csv
import io
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from tui_admin.reports.cells import Block, Cells, Rows
from tui_admin.reports.writers import guarded
from tui_admin.rules.times import Instant, parse_iso, to_datetime

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Progress = Callable[[int], None]
"""Hears how many more rows are written; what it raises stops the writing."""

_COMPRESSION = 6

_DATED = (parse_iso("1980-01-01T00:00:00Z"), parse_iso("2107-12-31T23:59:58Z"))
"""The earliest and the latest moment that a zip can date."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written: its name, its columns with what they hold, and its rows, block by block. `large` says that
    it may take gigabytes."""

    name: str
    columns: Mapping[str, Cells]
    blocks: Iterable[Block]
    large: bool = False


def write_csv_file(stream: BinaryIO, sheet: Sheet, progress: Progress, *, raw: bool = False) -> int:
    """Write one table as CSV; how many rows."""
    return sum(_written(stream.write, sheet, progress, raw))


def write_zip(
    stream: BinaryIO, sheets: Iterable[Sheet], made: Instant, progress: Progress, *, raw: bool = False
) -> dict[str, int]:
    """Write a zip that holds a CSV of each table, dated when it was made; how many rows each has.

    The same rows and moment make the same bytes, whether or not the stream can be sought.
    """
    counts = {}
    at = to_datetime(min(max(made, _DATED[0]), _DATED[1]))
    with zipfile.ZipFile(_Unseekable(stream), "w") as archive:
        for sheet in sheets:
            entry = zipfile.ZipInfo(f"{sheet.name}.csv", at.timetuple()[:6])
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o100644 << 16, 3
            entry._compresslevel = _COMPRESSION  # type: ignore[attr-defined]
            with archive.open(entry, "w", force_zip64=sheet.large) as inside, _beside(inside.write) as write:
                counts[sheet.name] = sum(_written(write, sheet, progress, raw))
    return counts


def _written(write: Callable[[bytes], object], sheet: Sheet, progress: Progress, raw: bool) -> Iterator[int]:
    """Write a table, a block at a time; how many rows each block has."""
    rows = Rows(sheet.columns.values(), guard=not raw)
    write(_encoded([[name if raw else guarded(name) for name in sheet.columns]]))
    for block in sheet.blocks:
        write(_encoded(rows.written(block)))
        progress(len(block[0]))
        yield len(block[0])


def _encoded(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@contextmanager
def _beside(write: Callable[[bytes], object]) -> Iterator[Callable[[bytes], None]]:
    """Have a thread of its own compress while the next block is made, which waits until the one before it is through;
    what goes wrong in it is raised here."""
    running: deque[Future[object]] = deque()

    def hand_over(content: bytes) -> None:
        if running:
            running.popleft().result()
        running.append(pool.submit(write, content))

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="zip") as pool:
        yield hand_over
        if running:
            running.popleft().result()


class _Unseekable(io.RawIOBase):
    """A stream that is only ever written on: what a zip says of an entry then follows it, wherever it is written to."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: "ReadableBuffer") -> int:
        return self._stream.write(content)

    def flush(self) -> None:
        self._stream.flush()
