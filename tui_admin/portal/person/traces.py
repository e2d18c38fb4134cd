"""Where the journal speaks of one person: entries with rows about them, and those whose words name them."""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping

from ...rules.erasures import ERASED
from ...store import journal as store_journal
from .. import journal
from ..journal import JournalRow
from ..receipts import Subject

Tell = Callable[[int, int], None]
"""Told how many of how many entries are read; what it raises stops the reading."""


@dataclass(frozen=True)
class Marks:
    """What a person is known by in the journal: the numbers of their rows by subject, their addresses, and their names
    where these are long enough to mean nobody else."""

    ids: Mapping[Subject, frozenset[int]]
    addresses: frozenset[str]
    names: frozenset[str] = frozenset()
    _found: "re.Pattern[str]" = field(init=False, compare=False)
    _hints: tuple[bytes, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        addresses = (rf"(?<![\w.+-]){re.escape(one)}(?![\w-]|\.\w)" for one in sorted(self.addresses))
        names = (rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(self.names))
        parts = [*addresses, *names]
        object.__setattr__(self, "_found", re.compile("|".join(parts) or r"(?!)", re.IGNORECASE))
        inside = (json.dumps(one, ensure_ascii=False)[1:-1] for one in (*self.addresses, *self.names))
        object.__setattr__(self, "_hints", tuple(one.encode().lower() for one in inside))

    def names_them(self, text: str) -> bool:
        """Whether a text names the person."""
        return bool(self._found.search(text))

    def without(self, told: Any) -> Any:
        """What JSON holds, with their addresses and names taken out of every text."""
        if isinstance(told, str):
            return self._found.sub(ERASED, told)
        if isinstance(told, Mapping):
            return {self.without(name): self.without(value) for name, value in told.items()}
        if isinstance(told, list | tuple):
            return [self.without(one) for one in told]
        return told

    def in_block(self, block: bytes, subject: Subject | None) -> bool:
        """Whether a block of rows may hold something of theirs: quick, and never wrong where it says no."""
        own = self.ids.get(subject, frozenset()) if subject else ()
        lines = (f"[{one},".encode() for one in own)
        if any(block.startswith(line) or b"\n" + line in block for line in lines):
            return True
        lower = block.lower()
        return any(hint in lower for hint in self._hints)


def names_apart(names: Iterable[str | None]) -> frozenset[str]:
    """Those of the names that can be told from other words: several words, and not short."""
    return frozenset(name for name in names if name and len(name) >= 5 and " " in name.strip())


@dataclass(frozen=True, slots=True)
class Trace:
    """An entry that speaks of the person: its rows about them, with the places of the blocks these lie in, and whether
    its words name them."""

    row: RowMapping
    subject: Subject | None
    rows: tuple[JournalRow, ...]
    blocks: tuple[int, ...]
    named: bool


def traces(
    connection: Connection, marks: Marks, subjects: Mapping[str, Subject], tell: Tell, after: int = 0
) -> Iterator[Trace]:
    """Every entry later than `after` that speaks of the person, the oldest first. `subjects` says what the rows of an
    action number."""
    last, _ = store_journal.read_head(connection)
    for row in store_journal.all_entries(connection, after):
        tell(row["id"], last)
        if found := trace(connection, row, marks, subjects):
            yield found


def trace(connection: Connection, row: RowMapping, marks: Marks, subjects: Mapping[str, Subject]) -> Trace | None:
    """An entry as it speaks of the person; None where it does not."""
    undone = store_journal.get(connection, row["undoes"]) if row["undoes"] else None
    subject = subjects.get((undone or row)["action"])
    named = marks.names_them(f"{row['summary']}\n{_words(row['details'])}")
    rows, blocks = _rows(connection, row, marks, subject)
    return Trace(row, subject, rows, blocks, named) if rows or named else None


def is_theirs(marks: Marks, subject: Subject | None, row: JournalRow) -> bool:
    """Whether a row of an entry is about the person, or names them."""
    own = subject is not None and row[0] in marks.ids.get(subject, ())
    return own or marks.names_them(_words(row[1:]))


def _rows(
    connection: Connection, row: RowMapping, marks: Marks, subject: Subject | None
) -> tuple[tuple[JournalRow, ...], tuple[int, ...]]:
    if not row["row_count"]:
        return (), ()
    rows: list[JournalRow] = []
    blocks: list[int] = []
    for number, content in store_journal.blocks(connection, row["id"]):
        if not marks.in_block(zlib.decompress(content), subject):
            continue
        if theirs := [one for one in journal.block_rows(content) if is_theirs(marks, subject, one)]:
            rows += theirs
            blocks.append(number)
    return tuple(rows), tuple(blocks)


def _words(told: Any) -> str:
    """What JSON holds as the letters it stands for."""
    return json.dumps(json.loads(told) if isinstance(told, str) else told, ensure_ascii=False)
