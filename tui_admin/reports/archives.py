"""The files a person names, opened down to the members that may be tables: zips with folders, one zip in a zip."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from tui_admin.reports.limits import GB, MIB, Limits
from tui_admin.rules.errors import BadInput

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class NotAReport(BadInput):
    """A file that is something else, or empty; inside an archive it is passed over and named."""


ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_NO_TABLE = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"\x89PNG": "a picture",
    b"<?xml": "an XML document",
    b"SQLite format 3": "a database",
}
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".jsonl", ".ndjson")
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
# What zipfile raises for damaged, truncated, encrypted or unsupported members.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass
class Budget:
    """How many bytes were read so far, against the limits of one opening of files."""

    limits: Limits
    told: Callable[[int], None] | None = None
    spent: int = 0
    furthest: dict[int, int] = field(default_factory=dict)

    def enter(self) -> int:
        """A number for one more file, to be told apart from others of the same name."""
        self.furthest[len(self.furthest)] = 0
        return len(self.furthest) - 1

    def reach(self, number: int, name: str, count: int) -> None:
        """Notes that a file was read up to a byte; what was read before (to look at its header) counts once.

        Raises BadInput when the files together hold more than the limit.
        """
        new = count - self.furthest[number]
        if new <= 0:
            return
        self.furthest[number] = count
        self.spent += new
        if self.spent > self.limits.expanded:
            raise BadInput(
                f"{name}: the files hold more than {self.limits.expanded / GB:,g} GB; import them in parts, or raise "
                "archive_gb in the settings file (TUI_ADMIN_ARCHIVE_GB)"
            )
        if self.told:
            self.told(new)


@dataclass(frozen=True)
class Source:
    """One file that may hold a table. `names` are the names to look for a time stamp in, innermost first; `size` is
    what its container claims (for progress only)."""

    name: str
    names: tuple[str, ...]
    size: int
    opened: Callable[[], IO[bytes]] = field(repr=False)

    def open(self) -> IO[bytes]:
        """Its bytes from the start, counted against the limits; each call starts anew."""
        return self.opened()


class _Counted(RawIOBase):
    """Bytes of one member, counted as they come out."""

    def __init__(self, inner: IO[bytes], number: int, name: str, budget: Budget, stored: int) -> None:
        self._inner, self._number, self._name, self._budget = inner, number, name, budget
        self._limits, self._count = budget.limits, 0
        self._most = max(self._limits.floor, stored * self._limits.ratio)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._inner.read(len(view))
        except UNREADABLE as error:
            raise BadInput(f"{self._name}: cannot be read to its end ({error}); download it again") from error
        view[: len(data)] = data
        self._count += len(data)
        if self._count > self._most:
            raise BadInput(
                f"{self._name}: grows to more than {self._limits.ratio} times its stored size, which no report does; "
                "if you trust it, raise archive_ratio in the settings file (TUI_ADMIN_ARCHIVE_RATIO)"
            )
        self._budget.reach(self._number, self._name, self._count)
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def read_all(source: Source, most: int) -> bytes:
    """The whole of a source; raises BadInput past `most` bytes."""
    with source.open() as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise BadInput(f"{source.name}: larger than {most:,} bytes; save it as CSV and import that")
    return data


def refuse_foreign(name: str, start: bytes) -> None:
    """Raises NotAReport when the first bytes show something that is no table: nothing, a web page, a PDF."""
    if not start:
        raise NotAReport(f"{name}: the file is empty; download or export it again")
    if _WEB_PAGE.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise NotAReport(f"{name}: this is a web page, probably an expired download link; ask for a new link")
    for magic, what in _NO_TABLE.items():
        if start.startswith(magic):
            raise NotAReport(f"{name}: this is {what}, not a report (CSV, zip or XLSX)")


def _checked_names(archive: zipfile.ZipFile, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    members = [info for info in archive.infolist() if not info.is_dir() and not _LITTER.search(info.filename)]
    if len(members) > limits.members:
        raise BadInput(f"{name}: holds {len(members):,} files, more than {limits.members:,}; it is no report")
    kept: dict[str, zipfile.ZipInfo] = {}
    for info in members:
        path = info.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or re.match(r"[A-Za-z]:", path):
            raise BadInput(f"{name}: holds a file named {path!r} that would leave its folder; it was not opened")
        if info.flag_bits & 1:
            raise BadInput(f"{name}: {path} is encrypted; save it without a password and import that")
        other = kept.setdefault(path, info)
        if (other.CRC, other.file_size) != (info.CRC, info.file_size):
            raise BadInput(f"{name}: holds {path} twice with different contents; keep one of them")
    return list(kept.values())


@dataclass
class Opener:
    """Turns paths into sources; `unread` names members that were passed over, and why."""

    budget: Budget
    stack: ExitStack
    unread: list[str] = field(default_factory=list)

    def open(self, path: Path) -> list[Source]:
        """The members of one path. Raises BadInput for what cannot be opened at all."""
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                start = stream.read(4_096)
        except OSError as error:
            raise BadInput(f"{path}: cannot be opened ({error.strerror})") from error
        refuse_foreign(path.name, start)
        if not start.startswith(ZIP_MAGIC):
            return [self._plain(path, size)]
        archive = self._archive(path.open("rb"), path.name)
        if is_workbook(archive):
            return [self._plain(path, size)]
        return list(self._members(archive, path.name, (path.name,), size, nested=False))

    def _plain(self, path: Path, size: int) -> Source:
        number = self.budget.enter()

        def opened() -> IO[bytes]:
            # Nothing expands here: the ratio cannot be passed.
            return self._counted(path.open("rb"), number, path.name, size + self.budget.limits.expanded)

        return Source(path.name, (path.name,), size, opened)

    def _counted(self, inner: IO[bytes], number: int, name: str, stored: int) -> IO[bytes]:
        return BufferedReader(_Counted(inner, number, name, self.budget, stored), buffer_size=MIB)

    def _archive(self, stream: IO[bytes], name: str) -> zipfile.ZipFile:
        self.stack.callback(stream.close)
        try:
            return self.stack.enter_context(zipfile.ZipFile(stream))
        except UNREADABLE as error:
            raise BadInput(f"{name}: the zip is cut short or damaged ({error}); download it again") from error

    def _members(
        self, archive: zipfile.ZipFile, name: str, names: tuple[str, ...], stored: int, *, nested: bool
    ) -> Iterator[Source]:
        for info in _checked_names(archive, name, self.budget.limits):
            yield from self._member(archive, info, f"{name}/{info.filename}", names, stored, nested)

    def _member(
        self,
        archive: zipfile.ZipFile,
        info: zipfile.ZipInfo,
        name: str,
        names: tuple[str, ...],
        stored: int,
        nested: bool,
    ) -> Iterator[Source]:
        number = self.budget.enter()

        def opened() -> IO[bytes]:
            try:
                return self._counted(archive.open(info), number, name, stored)
            except UNREADABLE as error:
                raise BadInput(f"{name}: cannot be unpacked ({error}); save it as a plain zip") from error

        base = info.filename.rsplit("/", 1)[-1]
        source = Source(name, (base, *names), info.file_size, opened)
        with source.open() as stream:
            zipped = stream.read(4).startswith(ZIP_MAGIC)
        if not zipped:
            if base.lower().endswith(_TABLE_ENDINGS):
                yield source
            else:
                self.unread.append(f"{name} was not read: not a table by its name")
            return
        copy = self._copied(source)
        inner = self._archive(copy, name)
        if is_workbook(inner):
            yield source
        elif nested:
            raise BadInput(f"{name}: a zip in a zip in a zip is not opened; unpack it and import what is inside")
        else:
            yield from self._members(inner, name, source.names, info.compress_size, nested=True)

    def _copied(self, source: Source) -> IO[bytes]:
        copy = TemporaryFile()  # noqa: SIM115 - the stack closes it, after the zip inside it
        self.stack.callback(copy.close)
        with source.open() as stream:
            while chunk := stream.read(MIB):
                copy.write(chunk)
        copy.seek(0)
        return copy


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is an XLSX, XLSB or ODS rather than an archive of files."""
    names = archive.NameToInfo
    return any(part in names for part in _WORKBOOK_PARTS) and ("[Content_Types].xml" in names or "mimetype" in names)


def open_sources(
    paths: Sequence[Path], stack: ExitStack, limits: Limits, told: Callable[[int], None] | None = None
) -> tuple[list[Source], list[str]]:
    """All members of the paths in order, and sentences naming what was passed over. `told` hears how many bytes
    were just read; what it raises stops the reading. Files stay open until `stack` closes."""
    opener = Opener(Budget(limits, told), stack)
    return [source for path in paths for source in opener.open(path)], opener.unread
