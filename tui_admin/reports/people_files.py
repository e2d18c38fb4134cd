"""Files that name people: lists to invite, and full rosters. Read as reports are, told by their header."""

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path

from tui_admin.reports.archives import Source, open_sources
from tui_admin.reports.columns import INVITED, OWN, ROSTER
from tui_admin.reports.decoding import Warn
from tui_admin.reports.headers import normalised
from tui_admin.reports.limits import Limits
from tui_admin.reports.opening import tables_in
from tui_admin.reports.tables import Block, Table
from tui_admin.rules.errors import BadInput

TEMPLATE = ("Full Name", "Email", "External ID")
"""The header of a list to invite: all three must be there, cells of External ID may be blank."""

_NEEDED = dict(zip(("name", "email", "external_id"), TEMPLATE, strict=True))
_BLOCK = 5_000
_USUAL = Limits()


@dataclass(frozen=True)
class Columns:
    """Which columns a kind of file may have: normalised name -> field."""

    names: Mapping[str, str]

    def known(self, cells: Sequence[str]) -> int:
        """How many cells of a record are names of columns."""
        return sum(normalised(cell) in self.names for cell in cells)


INVITATIONS = Columns(INVITED)
FULL_ROSTER = Columns(ROSTER)


@dataclass(frozen=True)
class Given:
    """Where people come from: a file, or bytes that were pasted or piped, under a name to tell them by."""

    name: str
    path: Path | None = None
    data: bytes = b""

    @classmethod
    def file(cls, path: Path) -> "Given":
        """A file on disk."""
        return cls(path.name, path)

    @classmethod
    def text(cls, name: str, data: str | bytes) -> "Given":
        """What was pasted or piped."""
        return cls(name, None, data.encode("utf-8", "replace") if isinstance(data, str) else data)

    @classmethod
    def person(cls, name: str, email: str, external_id: str) -> "Given":
        """One person, as a form asks for them."""
        written = StringIO(newline="")
        csv.writer(written).writerows((TEMPLATE, (name, email, external_id)))
        return cls.text("the form", written.getvalue())

    def digest(self) -> str:
        """SHA-256 of the content as it is now; empty where the file is gone."""
        if self.path is None:
            return hashlib.sha256(self.data).hexdigest()
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return ""


@dataclass
class PeopleFile:
    """One table of people. `fields`: field -> column; `unknown_columns` are kept aside and named; `warnings` may grow
    while blocks are read; `digest` is that of the content when it was opened."""

    name: str
    header: tuple[str, ...]
    fields: Mapping[str, int]
    unknown_columns: tuple[str, ...]
    warnings: list[str]
    digest: str
    table: Table = field(repr=False)

    def blocks(self, size: int = _BLOCK) -> Iterator[Block]:
        """The records in file order, each as wide as the header, with those that broke; each call reads anew."""
        for block in self.table.blocks(size):
            yield block if all(map(_holds_text, block.rows)) else _without_blank(block)


def _holds_text(row: list[str]) -> bool:
    return any(map(str.strip, row))


def _without_blank(block: Block) -> Block:
    kept = [(line, row) for line, row in zip(block.lines, block.rows, strict=True) if _holds_text(row)]
    return Block([line for line, _ in kept], [row for _, row in kept], block.broken)


@contextmanager
def open_people(given: Given, columns: Columns, limits: Limits = _USUAL) -> Iterator[PeopleFile]:
    """The one table of people in what was given, open to be read until the block ends.

    Raises BadInput where there is none or several, where it has no header or lacks a column it needs (the template is
    named), and for what cannot be read at all.
    """
    warnings: list[str] = []

    def warn(sentence: str) -> None:
        if sentence not in warnings:
            warnings.append(sentence)

    with ExitStack() as stack:
        digest = given.digest()
        sources, unread = _sources(given, stack, limits)
        tables = [table for source in sources for table in tables_in(source, limits, columns.known, warn)]
        if len(tables) != 1:
            held = ", ".join(name for name, _ in tables)
            raise BadInput(
                f"{given.name}: holds {f'several tables ({held})' if held else 'no table'}; give one list of people."
            )
        for sentence in unread:
            warn(sentence)
        ((name, table),) = tables
        _refuse_people_above(name, table, warn)
        fields, unknown = _columns(name, table.header, columns, warnings)
        yield PeopleFile(name, table.header, fields, unknown, warnings, digest, table)


def _sources(given: Given, stack: ExitStack, limits: Limits) -> tuple[list[Source], list[str]]:
    if given.path is not None:
        return open_sources([given.path], stack, limits)
    return [Source(given.name, (given.name,), len(given.data), lambda: BytesIO(given.data))], []


def _refuse_people_above(name: str, table: Table, warn: Warn) -> None:
    """A title over the header may be read over; people may not."""
    for line in table.above:
        if "@" in line:
            raise BadInput(f"{name}: a person stands above the header ({line.strip()[:60]}); put the header first.")
    if table.above:
        warn(f"what stands above the header was read over: {table.above[0].strip()[:60]}")


def _columns(
    name: str, header: Sequence[str], columns: Columns, warnings: list[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    fields: dict[str, int] = {}
    unknown: list[str] = []
    for index, cell in enumerate(header):
        known = normalised(cell)
        found = columns.names.get(known)
        if found is None:
            if known and known not in OWN:
                unknown.append(cell.strip())
        elif found in fields:
            warnings.append(f"column {cell.strip()} was left out: an earlier column holds the same")
        else:
            fields[found] = index
    _refuse_missing(name, header, fields)
    return fields, tuple(unknown)


def _refuse_missing(name: str, header: Sequence[str], fields: Mapping[str, int]) -> None:
    has = fields.keys() | ({"name"} if {"first_name", "last_name"} <= fields.keys() else set())
    missing = [title for one, title in _NEEDED.items() if one not in has]
    if not missing:
        return
    template = f"tui-admin invite-template prints the header: {','.join(TEMPLATE)}"
    if not has and any("@" in cell for cell in header):
        raise BadInput(f"{name}: the first line is a person, not a header; put the header above it. {template}.")
    shown = ", ".join(cell.strip()[:40] for cell in header[:6] if cell.strip()) or "blank"
    raise BadInput(
        f"{name}: has no column {' and no '.join(missing)}; its columns are {shown}. "
        f"{template} (cells of External ID may be blank)."
    )
