"""Facts about learners and skills, block by block: those of whoever a filter and dates leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ....store.analytics.columns import Bools, Numbers
from ....store.analytics.skills import BY_SKILL, ROWS
from ..making import Material

FILTER_CHOOSES = "A filter chooses learners: what they did counts wherever they did it."
DATES_CHOOSE = "Dates choose the learners who began a course on these days."


@dataclass(frozen=True)
class Learning:
    """Who counts in a chart of skills."""

    material: Material

    @property
    def size(self) -> int:
        """How many learners there are."""
        return self.material.columns.size("learners")

    @cached_property
    def learners(self) -> Bools:
        """Yes for each learner, by position, whom filter and dates leave."""
        material = self.material
        if not material.is_dated:
            return material.learners
        seen = np.zeros(self.size, np.bool_)
        for facts in material.columns.facts("enrollments", "enrolled", counted=material.members):
            (day,) = facts.columns
            seen[facts.first_learner + facts.learner[material.holds(day)]] = True
        return seen

    def blocks(
        self, table: str, *names: str, skill: int | None = None, band: int = 0, everybody: bool = False
    ) -> Iterator[tuple[Numbers, ...]]:
        """Learner, skill and further columns of a table, block by block: the rows of those who count, in one skill
        where it is named. With a `band`, the first of the columns is one, and rows below it are left out; with
        `everybody`, dates choose nobody."""
        counted = self.material.learners if everybody else self.learners
        for columns in self._read(table, names, skill):
            self.material.check()
            keep = counted[columns[0]]
            if band:
                keep &= columns[2] >= band
            yield tuple(column[keep] for column in columns)

    def numbers(self, skills: int, band: int) -> Numbers:
        """How many learners whom the filter leaves stand in a band or above, in each of so many skills, by position."""
        counts = np.zeros(skills, np.int64)
        for learner, skill, held in self._read("pairs", ("band",), None):
            self.material.check()
            counts += np.bincount(skill[self.material.learners[learner] & (held >= band)], minlength=skills)
        return counts

    def whole(self, table: str, *names: str, skill: int, band: int = 0, everybody: bool = False) -> tuple[Numbers, ...]:
        """The same in one piece, of one skill: learner and further columns, none of them where nobody counts."""
        blocks = self.blocks(table, *names, skill=skill, band=band, everybody=everybody)
        parts = [(learner, *rest) for learner, _, *rest in blocks]
        if not parts:
            return (np.zeros(0, np.int64),) * (1 + len(names))
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def by_skill(self, table: str, *names: str, band: int = 0) -> Iterator[tuple[int, tuple[Numbers, ...]]]:
        """The same in one piece for each skill, of a table that comes in their order: its position, learner and further
        columns."""
        last, held = -1, list[tuple[Numbers, ...]]()
        for columns in self.blocks(table, *names, band=band):
            if not len(columns[1]):
                continue
            starts = np.flatnonzero(np.diff(columns[1].astype(np.int64), prepend=-1))
            for start, end in zip(starts, [*starts[1:], len(columns[1])], strict=True):
                skill = int(columns[1][start])
                if held and skill != last:
                    yield last, tuple(map(np.concatenate, zip(*held, strict=True)))
                    held = []
                last = skill
                held.append(tuple(column[start:end] for number, column in enumerate(columns) if number != 1))
        if held:
            yield last, tuple(map(np.concatenate, zip(*held, strict=True)))

    def works(self, *names: str) -> Iterator[tuple[Numbers, ...]]:
        """Learner and further columns of graded attempts, block by block: those of all whom the filter leaves."""
        counted = self.material.learners
        for columns in self.material.columns.blocks("works", "learner", *names):
            self.material.check()
            keep = counted[columns[0]]
            yield tuple(column[keep] for column in columns)

    def _read(self, table: str, names: tuple[str, ...], skill: int | None) -> Iterator[tuple[Numbers, ...]]:
        columns = self.material.columns
        if skill is None or table not in BY_SKILL:
            for learner, own, *rest in columns.blocks(table, "learner", "skill", *names):
                ours = slice(None) if skill is None else own == skill
                yield learner[ours], own[ours], *(column[ours] for column in rest)
            return
        ends = np.cumsum(columns.whole("skills", table)[0], dtype=np.int64)
        first, last = int(ends[skill - 1]) if skill else 0, int(ends[skill])
        for number in range(first // ROWS, -(-last // ROWS)):
            ours = slice(max(first - number * ROWS, 0), last - number * ROWS)
            yield tuple(column[ours] for column in columns.block(table, number, "learner", "skill", *names))
