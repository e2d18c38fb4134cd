"""Report files as records: what kind they are, batches of values, and every refused row by line, column and reason."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, tzinfo
from heapq import merge
from pathlib import Path

from tui_admin.reports.archives import NotAReport, Source, open_sources
from tui_admin.reports.columns import CELLS, FIELDS, Kind
from tui_admin.reports.conversion import Conversion, Setting
from tui_admin.reports.headers import read_header, recognise
from tui_admin.reports.layouts import DEGREE, HISTORY, USERS_LIST
from tui_admin.reports.limits import Limits
from tui_admin.reports.moments import stamp
from tui_admin.reports.opening import tables_in
from tui_admin.reports.shapes import Records, in_batches, shape_of
from tui_admin.reports.tables import Block, Refusal, Table
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import Instant

__all__ = ["FIELDS", "REFUSALS_KEPT", "Kind", "Refusal", "ReportFile", "open_reports"]

REFUSALS_KEPT = 20_000
_USUAL = Limits()
_SAMPLE = 5_000  # records looked at to tell a column's scale and the order of day and month


class ReportFile:
    """One table inside the files given.

    `kind`, `variant` and `header` say what it is; `present` are the fields of its kind it has a column for;
    `unknown_columns` are kept aside; `moment` is the stamp in its name, if any; `needs_target` is true for gradebooks
    that name neither program nor course; `size` is what its container claims, in bytes. While batches are read,
    `refusals` grows (up to REFUSALS_KEPT; `refused` counts all) and `warnings` may. `later` are the records that were
    read but refused once the store was asked; whoever asks it sets them.
    """

    def __init__(self, name: str, table: Table, source: Source, zone: tzinfo, warnings: list[str]) -> None:
        self.name, self.size, self.warnings = name, source.size, warnings
        self.header = table.header
        self.moment: Instant | None = stamp(source.names, zone)
        self.refusals: list[Refusal] = []
        self.refused = 0
        self.later: Sequence[Refusal] = ()
        self._table, self._zone = table, zone
        self._header = read_header(name, table.header)
        self.kind, self.variant = self._header.kind, self._header.variant
        self.unknown_columns = self._header.unknown
        self.needs_target = self.variant in (DEGREE, HISTORY)
        self.present = self._present()
        for repeated in self._header.repeated:
            self.warn(f"column {repeated} was left out: an earlier column holds the same")

    def warn(self, sentence: str) -> None:
        """Adds a warning once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _present(self) -> frozenset[str]:
        found = {CELLS, *self._header.fields}
        if "email" in found:
            found.add("email_shown")
        if "state" in found:
            found.add("state_raw")
        if self.variant == USERS_LIST:
            found |= {"program_name", "state"}
        if "programs" in found:
            found.add("program_name")
        if "course_completed" in found:
            found.add("completed_courses")
        if found & {"first_name", "last_name"}:
            found.add("name")
        if self._header.scores or self.variant == HISTORY:
            found.add("scores")
        return frozenset(found) & frozenset(FIELDS[self.kind])

    def batches(self, size: int = 5_000) -> Iterator[Records]:
        """Records, about `size` at a time (never more, save where a row names several programs).

        Absent columns give None, blank text is None, times are Instants, percentages run to 100.
        Each call reads from the start and begins the refusals anew. Raises BadInput where the file breaks off.
        """
        self.refusals, self.refused = [], 0

        def refuse(refusals: list[Refusal]) -> None:
            self.refused += len(refusals)
            self.refusals += refusals[: REFUSALS_KEPT - len(self.refusals)]

        yield from self._read(size, refuse)

    @property
    def savable(self) -> int:
        """How many records `every_refusal` gives."""
        return self.refused + len(self.later)

    def every_refusal(self) -> Iterator[Refusal]:
        """All refused records of the file in its order, read again where more were refused than are kept."""
        yield from merge(self._refused_by_reading(), self.later, key=lambda refusal: refusal.line)

    def _refused_by_reading(self) -> Iterator[Refusal]:
        if self.refused == len(self.refusals):
            yield from self.refusals
            return
        found: list[Refusal] = []
        for _ in self._read(_SAMPLE, found.extend):
            yield from found
            found.clear()
        yield from found

    def _read(self, size: int, refuse: Callable[[list[Refusal]], None]) -> Iterator[Records]:
        sample = next(self._table.blocks(_SAMPLE), Block((), [])).rows
        setting = Setting(self._header, self.header, self._zone, sample, self.warn)
        conversion = Conversion(setting, FIELDS[self.kind])
        shape = shape_of(self._header)
        for block in self._table.blocks(size):
            lines, columns, refused = conversion.convert(block)
            if refused or block.broken:
                refuse(sorted(refused + block.broken, key=lambda refusal: refusal.line))
            yield shape.records(lines, columns)
        yield from in_batches(self.kind, shape.rest(), size)


def _reports(source: Source, limits: Limits, zone: tzinfo) -> list[ReportFile]:
    warnings: list[str] = []

    def warn(sentence: str) -> None:
        if sentence not in warnings:
            warnings.append(sentence)

    tables = tables_in(source, limits, recognise, warn)
    # Sheets of one workbook have nothing to warn of before they are read; a text file shares the list.
    return [ReportFile(name, table, source, zone, warnings if len(tables) == 1 else []) for name, table in tables]


@contextmanager
def open_reports(
    paths: Sequence[Path],
    *,
    limits: Limits = _USUAL,
    zone: tzinfo = UTC,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[list[ReportFile]]:
    """The tables inside the files given, in order, open to be read until the block ends.

    Times that name no zone are read in `zone`. `on_bytes` hears how many bytes were just read for the first time (of
    unpacked content); what it raises stops the reading. Raises BadInput for a file that is no report, a report that
    lacks a column it needs, and an archive that is damaged, encrypted or past the limits. What lies in an archive
    beside its reports is passed over and named in the first report's warnings.
    """
    with ExitStack() as stack:
        sources, unread = open_sources(paths, stack, limits, on_bytes)
        found: list[ReportFile] = []
        faults: list[NotAReport] = []
        for source in sources:
            try:
                found += _reports(source, limits, zone)
            except NotAReport as error:
                if len(source.names) == 1:
                    raise
                faults.append(error)
        if not found:
            raise BadInput(_nothing(paths, [*map(str, faults), *unread]))
        for sentence in (*unread, *(f"not imported: {error}" for error in faults)):
            found[0].warn(sentence)
        yield found


def _nothing(paths: Sequence[Path], reasons: list[str]) -> str:
    names = ", ".join(path.name for path in paths) or "no file"
    return f"{names}: holds no report; {reasons[0]}" if reasons else f"{names}: holds no report"
