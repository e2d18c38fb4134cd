"""What the modules that build columns share: rows read as arrays, and facts brought into the order of their people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import chain, pairwise
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, func

from .columns import Numbers, Writer
from .days import days_of
from .rows import batches

LEARNERS_PER_BLOCK = 20_000
"""Learners of one block: with ten facts each, a column's block is half a megabyte."""


@dataclass
class People:
    """Everybody, in the order of the columns: the ids of learners, ascending; the ids of memberships and of whom each
    is (a position among the learners), by learner and then program; where the blocks of memberships end."""

    learners: Numbers
    memberships: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    learner_of: Numbers = field(default_factory=lambda: np.zeros(0, np.int32))

    def positions(self, membership_ids: Numbers) -> Numbers:
        """The positions of memberships by id."""
        order = np.argsort(self.memberships)
        return order[np.searchsorted(self.memberships, membership_ids, sorter=order)].astype(np.int32)

    def blocks(self) -> list[tuple[int, int]]:
        """The first position of each block of memberships, and that after its last."""
        ends = np.searchsorted(self.learner_of, range(0, len(self.learners) + LEARNERS_PER_BLOCK, LEARNERS_PER_BLOCK))
        return [(int(first), int(last)) for first, last in pairwise(ends)][: self.count]

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-len(self.learners) // LEARNERS_PER_BLOCK)


@dataclass
class Build:
    """A version as it is being built: the store at one moment, what is written, and the people, once they are known.
    `check` is called often, and raises where the work is to end."""

    connection: Connection
    writer: Writer
    zone: tzinfo
    check: Callable[[], None]
    people: People = field(default_factory=lambda: People(np.zeros(0, np.int64)))

    def read(self, query: Select[Any]) -> list[Numbers]:
        """All rows of a query as an array of float64 for each of its columns: whole numbers up to 2**53 are exact.
        Nothing may be null: see `known`."""
        width = len(query.selected_columns)
        parts = [np.zeros((0, width))]
        for rows in batches(self.connection, query):
            self.check()
            parts.append(np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * width).reshape(-1, width))
        whole = np.concatenate(parts)
        return [whole[:, number] for number in range(width)]

    def days(self, moments: Numbers) -> Numbers:
        """The days of moments in the organization's time zone."""
        return days_of(moments.astype(np.int64), self.zone)

    def write_facts(self, table: str, members: Numbers, **columns: Numbers) -> None:
        """Write facts of memberships (by position), in any order, and how many each membership has."""
        order = np.argsort(members, kind="stable")
        members = members[order]
        for number, (first, last) in enumerate(self.people.blocks()):
            start, end = np.searchsorted(members, (first, last))
            chosen = order[start:end]
            self.writer.write(table, number, **{name: values[chosen] for name, values in columns.items()})
            counts = np.bincount(members[start:end] - first, minlength=last - first)
            self.writer.add("memberships", number, **{table: counts})
            self.check()


def known(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of numbers that are not negative, with -1 where nothing is known."""
    return func.coalesce(column, -1)


def hundredths(hours: Numbers, none: int) -> Numbers:
    """Hours in hundredths, as whole numbers of 32 bits; those unknown (below 0) as `none`, and no more than 0 as 1 at
    the least: who spent any has some."""
    scaled = np.maximum(np.rint(np.minimum(hours, 1e7) * 100), hours > 0)
    return np.where(hours < 0, none, scaled).astype(np.uint32)
