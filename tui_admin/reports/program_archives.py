"""The archive of a program that is removed: a zip of CSVs, one a table, and a page that says how to restore it.

Written row by row, whole or not there, and read back before anybody relies on it.
"""

import csv
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from .. import durable
from ..rules.errors import BadInput, Cancelled, StoreError
from .cells import Cells, moment
from .writers import guarded

_COMPRESSION = 1
_TELL_EVERY = 5_000
_BLOCK = 1 << 20

Progress = Callable[[int], None]
"""Hears how many rows are written."""

README = """{name} ({slug}), as it was on {at}
{rule}
Written by tui-admin before the program was removed. One file a table, UTF-8, a header in each; a cell that begins with
' and then = + - @ has the ' from us, so that no spreadsheet runs it. Moments are UTC. Ids tie the tables together:
memberships.learner_id is learners.id, enrollments.membership_id is memberships.id, attempts.assessment_id is
assessments.id, collection_items.course_id is courses.id, and so on.

How to restore it
  1. tui-admin programs create {slug} --name NAME --contract CONTRACT   (programs.csv and contracts.csv say which)
  2. tui-admin import member-report.csv                                 (people, memberships, dates, contracts)
  3. tui-admin programs set {slug} KEY VALUE                            (programs.csv: tagline, url, enrollment_limit)
  4. enrollments.csv with courses.csv says who was in which course, how far and with which grade; attempts.csv with
     assessments.csv what they handed in. collections.csv and collection_items.csv are the curriculum, in order.

Files
{files}
"""


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that holds a program: where it is, the SHA-256 of its bytes, its size, and its rows by table."""

    path: Path
    digest: str
    size: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written: its name, its rows, and its columns, None where one holds numbers."""

    name: str
    columns: Mapping[str, Cells | None]
    rows: Iterable[Sequence[Any]]


def write(
    out: Path, about: Mapping[str, str], sheets: Iterable[Sheet], told: Progress, stopped: Callable[[], bool]
) -> Archive:
    """Write an archive, and read it back; it appears under its name only when it is whole and on the disk.

    `about` says the program's name and slug and the moment (`name`, `slug`, `at`). Raises BadInput where the file
    cannot be written, Cancelled where `stopped` says so; then there is none.
    """
    draft = out.with_name(out.name + ".part")
    with _drafting(draft):
        counts = _write(draft, about, sheets, told, stopped)
        durable.sync_file(draft)
        digest = check(draft, counts)
        size = draft.stat().st_size
        draft.replace(out)
        durable.sync_folder(out.absolute().parent)
    return Archive(out, digest, size, counts)


def check(path: Path, rows: Mapping[str, int]) -> str:
    """Read an archive from beginning to end; the SHA-256 of its bytes.

    Raises StoreError where a table is missing, damaged or of another number of rows.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for name, count in rows.items():
                with archive.open(f"{name}.csv") as stream:
                    written = sum(block.count(b"\n") for block in iter(lambda: stream.read(_BLOCK), b""))
                if written < count + 1:
                    raise StoreError(f"The archive {path} does not hold all of {name}; nothing was removed.")
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()
    except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise StoreError(f"The archive {path} cannot be read back ({error}); nothing was removed.") from None


def _write(
    draft: Path, about: Mapping[str, str], sheets: Iterable[Sheet], told: Progress, stopped: Callable[[], bool]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        for sheet in sheets:
            before = sum(counts.values())
            with (
                archive.open(f"{sheet.name}.csv", "w", force_zip64=True) as raw,
                TextIOWrapper(raw, "utf-8", newline="") as stream,
            ):
                writer = csv.writer(stream, lineterminator="\r\n")
                writer.writerow(sheet.columns)
                watch = _Watch(before, told, stopped)
                writer.writerows(watch.over(_written(sheet)))
                counts[sheet.name] = watch.seen
        files = "\n".join(f"  {name}.csv  {count:,} row{'' if count == 1 else 's'}" for name, count in counts.items())
        title = f"{about['name']} ({about['slug']}), as it was on {about['at']}"
        archive.writestr("README.txt", README.format(**about, files=files, rule="=" * len(title)))
    return counts


def _written(sheet: Sheet) -> Iterator[list[Any]]:
    """The rows with their cells as they are written; millions of them, so that numbers are left to the writer."""
    changed = [(n, _WRITE[kind]) for n, kind in enumerate(sheet.columns.values()) if kind is not None]
    for row in sheet.rows:
        cells = list(row)
        for n, write in changed:
            if (cell := cells[n]) is not None:
                cells[n] = write(cell)
        yield cells


_WRITE: Mapping[Cells, Callable[[Any], str]] = {
    Cells.TEXT: guarded,
    Cells.MOMENT: moment,
    Cells.DAY: date.isoformat,
    Cells.YES_NO: lambda value: "Yes" if value else "No",
}


@dataclass
class _Watch:
    """Counts rows as they pass, tells how many there were, and stops where that is wished."""

    before: int
    told: Progress
    stopped: Callable[[], bool]
    seen: int = 0

    def over(self, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        for number, row in enumerate(rows, start=1):
            if not number % _TELL_EVERY:
                self.told(self.before + number)
                if self.stopped():
                    raise Cancelled("Stopped; nothing was removed, and no archive was kept.")
            yield row
            self.seen = number


@contextmanager
def _drafting(draft: Path) -> Iterator[None]:
    try:
        draft.unlink(missing_ok=True)
        yield
    except OSError as error:
        raise BadInput(
            f"The archive {draft.with_suffix('')} cannot be written: {error.strerror or error}. Nothing was removed."
        ) from None
    finally:
        draft.unlink(missing_ok=True)
