"""A program's curriculum as a file, CSV or JSON: written, and read back the same.

CSV: one row an item, in order (`Collection, Description, Kind, ID, Name, Partner`); a row without kind and id is a
collection that holds nothing. JSON: one document, `{"collections": [{"name", "description", "items": [{"kind",
"id"}]}]}`. An id is a course's public id or a specialization's slug; name and partner are for people, and not read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from tui_admin.reports.archives import Source, open_sources
from tui_admin.reports.headers import normalised
from tui_admin.reports.limits import Limits
from tui_admin.reports.opening import tables_in
from tui_admin.reports.tables import Table
from tui_admin.reports.values import unguarded
from tui_admin.reports.writers import write_csv
from tui_admin.rules.errors import BadInput

HEADER = ("Collection", "Description", "Kind", "ID", "Name", "Partner")

LARGEST_DOCUMENT = 64 << 20
"""Bytes of a JSON file, which is read whole."""

_FIELDS = {"collection": "collection", "description": "description", "kind": "kind", "id": "id"}
_NEEDED = ("collection", "kind", "id")
_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class FileItem:
    """An item as a file names it; `where` says in which line, or at which place of a document."""

    where: str
    kind: str
    id: str


@dataclass(slots=True)
class FileCollection:
    """A collection as a file names it; no description where the file does not tell any."""

    where: str
    name: str
    description: str | None
    items: list[FileItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken: where it stands, what it says, and why."""

    where: str
    value: str
    reason: str


@dataclass(slots=True)
class CurriculumFile:
    """What was read: the collections in order, and what of the file was refused or passed over."""

    name: str
    collections: list[FileCollection] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_curriculum(path: Path, name: str, limits: Limits) -> CurriculumFile:
    """The curriculum in a file, called `name` to the person.

    Raises BadInput for what is no curriculum or cannot be read.
    """
    found = CurriculumFile(name)
    with ExitStack() as stack:
        sources, _ = open_sources([path], stack, limits)
        if len(sources) != 1:
            raise BadInput(f"{name}: holds {len(sources)} files; give one curriculum.")
        if document := _document(sources[0], name):
            _read_document(document, found)
        else:
            _read_table(sources[0], limits, found)
    return found


def _document(source: Source, name: str) -> Any:
    """The JSON that a file holds; nothing where it does not begin like such."""
    with source.open() as stream:
        start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if start not in (b"{", b"["):
            return None
    with source.open() as stream:
        content = stream.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise BadInput(f"{name}: a curriculum has at most {LARGEST_DOCUMENT >> 20} MiB.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: is no JSON document: {error}.") from None


def _read_document(document: Any, found: CurriculumFile) -> None:
    collections = document.get("collections") if isinstance(document, Mapping) else document
    if not isinstance(collections, list):
        raise BadInput(f'{found.name}: has no list "collections"; tui-admin curriculum export writes such a document.')
    for number, told in enumerate(collections, 1):
        where = f"collection {number}"
        items = told.get("items", []) if isinstance(told, Mapping) else None
        if not isinstance(items, list) or not isinstance(told.get("name"), str) or not told["name"].strip():
            found.refusals.append(Refused(where, _short(told), 'is no object with a "name" and a list of "items"'))
            continue
        described = told.get("description")
        collection = FileCollection(where, told["name"], described if isinstance(described, str) else None)
        found.collections.append(collection)
        for place, item in enumerate(items, 1):
            at = f"{where}, item {place}"
            kind, id = (item.get("kind"), item.get("id")) if isinstance(item, Mapping) else (None, None)
            if isinstance(kind, str) and isinstance(id, str):
                collection.items.append(FileItem(at, kind.strip().lower(), id.strip()))
            else:
                found.refusals.append(Refused(at, _short(item), 'is no object with a "kind" and an "id"'))


def _read_table(source: Source, limits: Limits, found: CurriculumFile) -> None:
    tables = tables_in(source, limits, _known, found.warnings.append)
    if len(tables) != 1:
        raise BadInput(f"{found.name}: holds {len(tables)} tables; give one curriculum.")
    ((_, table),) = tables
    columns = _columns(found, table)
    by_name: dict[str, FileCollection] = {}
    for line, cells in _records(table, found):
        values = {name: unguarded(cells[column]).strip() for name, column in columns.items()}
        name, where = values["collection"], f"line {line:,}"
        if not name:
            found.refusals.append(Refused(where, _short(cells), "names no collection"))
            continue
        collection = by_name.get(name)
        if collection is None:
            collection = by_name[name] = FileCollection(where, name, values.get("description"))
            found.collections.append(collection)
        if values["kind"] or values["id"]:
            collection.items.append(FileItem(where, values["kind"].lower(), values["id"]))


def _records(table: Table, found: CurriculumFile) -> Iterator[tuple[int, Sequence[str]]]:
    for block in table.blocks(_BLOCK):
        found.refusals += [Refused(f"line {one.line:,}", _short(one.cells), one.reason) for one in block.broken]
        for line, cells in zip(block.lines, block.rows, strict=True):
            if any(map(str.strip, cells)):
                yield line, cells


def _columns(found: CurriculumFile, table: Table) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(table.header):
        if (known := _FIELDS.get(normalised(cell))) is not None:
            columns.setdefault(known, index)
    if missing := [title for title in HEADER if title.lower() in _NEEDED and title.lower() not in columns]:
        raise BadInput(
            f"{found.name}: has no column {' and no '.join(missing)}; the columns of a curriculum are "
            f"{', '.join(HEADER)}, as tui-admin curriculum export writes them."
        )
    return columns


def _known(cells: Sequence[str]) -> int:
    return sum(normalised(cell) in _FIELDS for cell in cells)


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text[:80]


Row = tuple[str, str, str, str, str, str]
"""A row of the CSV, in the order of `HEADER`."""


def write_curriculum_csv(stream: TextIO, rows: Iterable[Row]) -> int:
    """Write a curriculum as CSV; how many rows it has."""
    return write_csv(stream, HEADER, rows)


def write_curriculum_json(stream: TextIO, document: Mapping[str, Any]) -> None:
    """Write a curriculum as one JSON document."""
    json.dump(document, stream, ensure_ascii=False, indent=2)
    stream.write("\n")
