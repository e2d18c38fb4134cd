"""Reading and writing columns: arrays of numbers, block by block.

A version holds tables of columns, and each table is cut into blocks. `learners`, `memberships` and the tables of facts
(`enrollments`, `activity`, `feedback`) are cut alike: block 7 of each is about the same learners, in the order of their
ids, and the facts of a block stand in the order of its memberships. So memberships need not be named by the facts: a
column of counts (`memberships.enrollments`) says how many each has. Other tables are cut as whoever writes them likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from ..bulk import insert_rows
from ..engine import Store
from ..tables import analytics_columns
from .versions import Version

Numbers = npt.NDArray[Any]
"""An array of numbers of any type."""

Bools = npt.NDArray[np.bool_]

NONE = 0xFFFFFFFF
"""What stands in a column of 32 bits where nothing is known."""

_FLUSHED = 4_000_000
"""Bytes that are written in one transaction."""


class Writer:
    """Writes the columns of a version that nobody counts from yet, a few megabytes in each transaction."""

    def __init__(self, store: Store, version: int) -> None:
        self._store, self._version = store, version
        self._rows: list[tuple[Any, ...]] = []
        self._bytes = 0
        self.sizes: dict[str, int] = {}
        """How many rows each table has so far."""

    def write(self, table: str, block: int, **columns: Numbers) -> None:
        """The next block of a table, all columns of one length; blocks are numbered from 0 without a gap. Whole numbers
        are kept as small as they fit."""
        length = len(next(iter(columns.values())))
        self.sizes[table] = self.sizes.get(table, 0) + length
        self.add(table, block, **columns)

    def add(self, table: str, block: int, **columns: Numbers) -> None:
        """Further columns of a block that was written."""
        for name, values in columns.items():
            array = _smallest(values)
            self._rows.append((self._version, f"{table}.{name}", block, array.dtype.str, array.tobytes()))
            self._bytes += array.nbytes
        if self._bytes >= _FLUSHED:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            names = [column.name for column in analytics_columns.columns]
            with self._store.write() as connection:
                insert_rows(connection, analytics_columns, names, self._rows)
        self._rows, self._bytes = [], 0


def _smallest(values: Numbers) -> Numbers:
    """The same numbers in the smallest type without a sign that holds them; others as they are."""
    if values.dtype.kind not in "iub" or not len(values):
        return values
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.min() < 0:
        return values
    return values.astype(np.min_scalar_type(int(values.max())), copy=False)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a version, read within a transaction: only the blocks that are asked for."""

    connection: Connection
    version: Version

    def size(self, table: str) -> int:
        """How many rows a table has."""
        return self.version.sizes.get(table, 0)

    def blocks(self, table: str, *names: str) -> Iterator[tuple[Numbers, ...]]:
        """Some columns of a table, block by block: an array for each name."""
        for number in range(self.count(table, names[0])):
            yield self.block(table, number, *names)

    def block(self, table: str, number: int, *names: str) -> tuple[Numbers, ...]:
        """One block of some columns of a table."""
        stored, full = analytics_columns.c, [f"{table}.{name}" for name in names]
        query = select(stored.name, stored.kind, stored.content).where(
            stored.version_id == self.version.id, stored.name.in_(full), stored.block == number
        )
        found = {name: np.frombuffer(content, kind) for name, kind, content in self.connection.execute(query)}
        return tuple(found[name] for name in full)

    def count(self, table: str, name: str) -> int:
        """How many blocks a column has."""
        stored = analytics_columns.c
        last = select(stored.block).where(stored.version_id == self.version.id, stored.name == f"{table}.{name}")
        newest = self.connection.execute(last.order_by(stored.block.desc()).limit(1)).scalar_one_or_none()
        return 0 if newest is None else newest + 1

    def whole(self, table: str, *names: str) -> tuple[Numbers, ...]:
        """Some columns of a table from end to end: for what is small, or a byte or two for each membership."""
        return tuple(self._whole(table, name) for name in names)

    def _whole(self, table: str, name: str) -> Numbers:
        stored, full = analytics_columns.c, f"{table}.{name}"
        query = select(stored.kind, stored.content).where(stored.version_id == self.version.id, stored.name == full)
        whole, end = np.zeros(self.size(table), np.uint8), 0
        # Filled as the blocks come: beside all of them it would take twice as much memory.
        for kind, content in self.connection.execute(query.order_by(stored.block)):
            part = np.frombuffer(content, kind)
            if len(part):
                whole = whole.astype(np.promote_types(whole.dtype, part.dtype), copy=False)
                start, end = end, end + len(part)
                whole[start:end] = part
        return whole

    def facts(self, table: str, *names: str, counted: Bools | None = None) -> "Iterator[Facts]":
        """The facts of a table, block by block: those of the memberships that count (None: of all)."""
        first = learner_first = 0
        for number in range(self.count("learners", "id")):
            counts, learner = self.block("memberships", number, table, "learner")
            people = len(self.block("learners", number, "id")[0])
            last = first + len(counts)
            mine = np.ones(len(counts), np.bool_) if counted is None else counted[first:last]
            if mine.any():
                arrays = self.block(table, number, *names)
                if not mine.all():
                    keep = np.repeat(mine, counts)
                    arrays = tuple(array[keep] for array in arrays)
                member = np.repeat(np.flatnonzero(mine).astype(np.int32), counts[mine])
                own = learner.astype(np.int32) - learner_first
                yield Facts(first, learner_first, people, member, own[member], arrays)
            first, learner_first = last, learner_first + people


@dataclass(frozen=True, slots=True)
class Facts:
    """A block of facts. `member` and `learner` say of each which membership and which learner of the block it is
    (from 0); `first` and `first_learner` are the positions that these begin with, `learners` is how many there are.
    `columns` are in the order asked for."""

    first: int
    first_learner: int
    learners: int
    member: Numbers
    learner: Numbers
    columns: tuple[Numbers, ...]

    def some(self, among: Numbers) -> "Facts":
        """Some of the facts: those that a mask says yes for, or those at some places."""
        columns = tuple(column[among] for column in self.columns)
        return replace(self, member=self.member[among], learner=self.learner[among], columns=columns)

    def different(self, among: Bools) -> int:
        """How many different learners stand behind some of the facts."""
        learner = self.learner[among]
        return int(np.count_nonzero(np.diff(learner))) + (len(learner) > 0)

    def people(self, cells: int, *of_facts: Numbers) -> Numbers:
        """How many different learners stand behind each of so many cells. Each of `of_facts` says for every fact to
        which cell it belongs (below 0: to none); a fact may so belong to several."""
        found = np.zeros(cells, np.int64)
        inside = [cell >= 0 for cell in of_facts]
        told = np.concatenate([cell[keep] for cell, keep in zip(of_facts, inside, strict=True)])
        if not len(told):
            return found
        low, high = int(told.min()), int(told.max()) + 1
        seen = np.zeros((self.learners, high - low), np.bool_)
        seen[np.concatenate([self.learner[keep] for keep in inside]), told - low] = True
        found[low:high] = seen.sum(axis=0, dtype=np.int64)
        return found


def counted(cell: Numbers, cells: int) -> Numbers:
    """How many facts belong to each of so many cells (below 0: to none)."""
    return np.bincount(cell[cell >= 0], minlength=cells)
