"""Delimited text: delimiter found from the header, true line numbers, and a stray quote costs one record only."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from tui_admin.reports.archives import Source
from tui_admin.reports.decoding import SAMPLE, Encoding, Warn, sniff, text_lines
from tui_admin.reports.tables import HEADER_WITHIN, Block, Recognise, Refusal, find_header, fitted

DELIMITERS = (",", ";", "\t", "|")
RECORD_LINES = 500  # a quoted field that runs over more lines than this has lost its closing quote


@dataclass(frozen=True)
class _Top:
    """The header as one delimiter reads it: how many of its names are known, the lines above it and up to its end."""

    known: int
    header: list[str]
    above: list[str]
    ends: int


@dataclass(frozen=True)
class _Record:
    """One record, or why the line it begins on was refused, and how many lines it took."""

    cells: list[str]
    used: int
    fault: str = ""


class _Lines:
    """Lines with look-ahead, so that a record that breaks can be given up and the next line read for itself."""

    def __init__(self, source: Iterator[str], delimiter: str, width: int | None) -> None:
        self._source, self._delimiter, self._width = source, delimiter, width
        self.ahead: list[str] = []

    def fill(self, size: int) -> list[str]:
        """The next lines, `size` of them if there are as many; they stay ahead until dropped."""
        if len(self.ahead) < size:
            self.ahead.extend(islice(self._source, size - len(self.ahead)))
        return self.ahead

    def _following(self, index: int) -> Iterator[str]:
        for at in range(index, index + RECORD_LINES):
            if at >= len(self.ahead):
                following = next(self._source, None)
                if following is None:
                    return
                self.ahead.append(following)
            line = self.ahead[at]
            yield line if line.endswith("\n") else line + "\n"

    def record(self, index: int) -> _Record:
        """The record that begins on a line ahead."""
        reader = csv.reader(self._following(index), delimiter=self._delimiter, strict=True)
        fault = (
            "a quote is not closed, or stands inside a field; put the whole field in quotes, with quotes in it doubled"
        )
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            pass
        else:
            if reader.line_num == 1 or self._width is None or len(cells) == self._width:
                return _Record(cells, reader.line_num)
        line = self.ahead[index].rstrip("\r\n")
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
        except csv.Error:
            return _Record([line], 1, f"a field is longer than {csv.field_size_limit():,} characters")
        if len(cells) == self._width and line.count('"') % 2 == 0:
            return _Record(cells, 1)
        # Split at every delimiter and without quotes: what a person can look over, repair and import.
        return _Record([cell.strip('"') for cell in line.split(self._delimiter)], 1, fault)


def _simple(lines: list[str], delimiter: str) -> list[list[str]] | None:
    """The records of lines that hold one record each, read in one go; None where that is not so."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


class DelimitedTable:
    """A CSV, TSV or the like; see `open_delimited`."""

    def __init__(self, source: Source, encoding: Encoding, delimiter: str, top: "_Top", warn: Warn) -> None:
        self._source, self._encoding, self._delimiter, self._warn = source, encoding, delimiter, warn
        self._skipped = top.ends
        self.header, self.above = tuple(top.header), tuple(line for line in top.above if line.strip())

    def blocks(self, size: int) -> Iterator[Block]:
        """See `Table.blocks`."""
        with self._source.open() as stream:
            text = text_lines(stream, self._encoding, self._source.name, self._warn)
            lines = _Lines(islice(text, self._skipped, None), self._delimiter, len(self.header))
            line = self._skipped + 1
            while chunk := lines.fill(size):
                rows = _simple(chunk, self._delimiter) if len(chunk) <= size else None
                if rows is None:
                    block, used = self._careful(lines, line, size)
                else:
                    block, used = self._fit(range(line, line + len(rows)), rows), len(rows)
                del lines.ahead[:used]
                line += used
                yield block

    def _fit(self, numbers: range, rows: list[list[str]]) -> Block:
        width = len(self.header)
        if set(map(len, rows)) == {width}:
            return Block(numbers, rows)
        kept: list[int] = []
        block = Block(kept, [])
        for number, row in zip(numbers, rows, strict=True):
            self._add(block, kept, number, _Record(row, 1))
        return block

    def _careful(self, lines: _Lines, first: int, size: int) -> tuple[Block, int]:
        kept: list[int] = []
        block, used = Block(kept, []), 0
        while used < min(size, len(lines.ahead)):
            record = lines.record(used)
            self._add(block, kept, first + used, record)
            used += record.used
        return block, used

    def _add(self, block: Block, kept: list[int], line: int, record: _Record) -> None:
        if record.fault:
            block.broken.append(Refusal(line, "", "", record.fault, tuple(record.cells)))
            return
        row = fitted(line, record.cells, len(self.header))
        if isinstance(row, Refusal):
            block.broken.append(row)
        elif row is not None:
            kept.append(line)
            block.rows.append(row)


def open_delimited(source: Source, recognise: Recognise, warn: Warn) -> DelimitedTable:
    """Finds encoding, delimiter and header row of a text file. A first line `sep=;` names the delimiter; else it is
    the one that makes the most column names known. Raises BadInput where the file cannot be read."""
    with source.open() as stream:
        encoding = sniff(stream.read(SAMPLE))
    with source.open() as stream:
        top = list(islice(text_lines(stream, encoding, source.name, lambda _: None), HEADER_WITHIN + RECORD_LINES))
    named = top[0].strip().strip('"') if top else ""
    skipped = int(named.lower().startswith("sep=") and len(named) <= 5)
    delimiters = ((named[4:] or "\t"),) if skipped else DELIMITERS
    found = {delimiter: _top(top[skipped:], delimiter, recognise) for delimiter in delimiters}
    delimiter = max(found, key=lambda one: (found[one].known, len(found[one].header)))
    best = found[delimiter]
    return DelimitedTable(source, encoding, delimiter, replace(best, ends=skipped + best.ends), warn)


def _top(top: list[str], delimiter: str, recognise: Recognise) -> _Top:
    """The header of the first lines, with one delimiter."""
    records: list[list[str]] = []
    lines, ends = _Lines(iter(()), delimiter, None), [0]
    lines.ahead = top
    while len(records) < HEADER_WITHIN and ends[-1] < len(top):
        record = lines.record(ends[-1])
        records.append(record.cells)
        ends.append(ends[-1] + record.used)
    if not records:
        return _Top(0, [], [], 0)
    index, known = find_header(records, recognise)
    return _Top(known, records[index], top[: ends[index]], ends[index + 1])
