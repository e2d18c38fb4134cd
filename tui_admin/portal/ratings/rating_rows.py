"""Ratings as rows of the store's tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...rules.skills.bands import LEVELS
from ...rules.skills.model import Ratings
from .attempts import Prepared
from .syllabus import Ints, Syllabus

Block = Iterator[tuple[Any, ...]]
"""Rows that are made at once."""

Blocks = Iterator[Block]

NEVER = np.iinfo(np.int64).min
"""The moment at which what never was reached was reached."""

_CHUNK = 100_000
_NAMES = np.array([str(band) for band in LEVELS], dtype=object)
_FIRST = np.array([None, *_NAMES[1:]], dtype=object)


@dataclass(frozen=True)
class Reached:
    """By place: the first level beside unrated, and when a level or a better one was first reached."""

    first: NDArray[np.int8]
    intermediate: Ints
    advanced: Ints

    @classmethod
    def nothing(cls, places: int) -> "Reached":
        """Nothing reached yet, in so many places."""
        return cls(np.zeros(places, dtype=np.int8), np.full(places, NEVER), np.full(places, NEVER))

    def taken(self, which: Ints) -> "Reached":
        """Of some places."""
        return Reached(self.first[which], self.intermediate[which], self.advanced[which])

    def note(self, place: Ints, level: NDArray[np.int8], moments: Ints) -> None:
        """Note what changes of bands reached for the first time."""
        for column, blank, least, value in (
            (self.first, 0, 1, level),
            (self.intermediate, NEVER, 2, moments),
            (self.advanced, NEVER, 3, moments),
        ):
            able = level >= least
            found, earliest = np.unique(place[able], return_index=True)
            open_yet = column[found] == blank
            column[found[open_yet]] = value[able][earliest[open_yet]]


@dataclass(frozen=True)
class Rows:
    """The rows of a replay: `learners` are the ids of learners by place, `moments` those of the changes of bands."""

    replay: int
    ratings: Ratings
    prepared: Prepared
    syllabus: Syllabus
    learners: Ints
    moments: Ints

    def all_in_skills(self) -> Blocks:
        """`skill_ratings` of all places, of which nothing was reached before."""
        place, level = self._changed_place[self._by_place], np.frombuffer(self.ratings.changes.level, dtype=np.int8)
        for which in _chunks(np.arange(len(self.prepared.learner))):
            first, last = np.searchsorted(place, (which[0], which[-1] + 1))
            reached, changed = Reached.nothing(len(which)), self._by_place[first:last]
            reached.note(place[first:last] - which[0], level[changed], self.moments[changed])
            yield self.in_skills(which, reached)

    def in_skills(self, which: Ints, reached: Reached) -> Block:
        """`skill_ratings` of some places and what was reached there."""
        ratings = self.ratings
        level = np.frombuffer(ratings.level, dtype=np.int8)
        return zip(
            repeat(self.replay),
            self._learner(which),
            self._skill(which),
            np.frombuffer(ratings.own)[which].tolist(),
            np.frombuffer(ratings.information)[which].tolist(),
            np.frombuffer(ratings.attempts, dtype=np.int32)[which].tolist(),
            _NAMES[level[which]].tolist(),
            _FIRST[reached.first].tolist(),
            _moments(reached.intermediate),
            _moments(reached.advanced),
            strict=False,
        )

    def over_all(self, some: Ints) -> Blocks:
        """`learner_ratings` of learners by place."""
        general, counts = np.frombuffer(self.ratings.general), np.frombuffer(self.ratings.handed_in, dtype=np.int32)
        for which in _chunks(some):
            columns = (self.learners[which], general[which], counts[which])
            yield zip(repeat(self.replay), *(column.tolist() for column in columns), strict=False)

    def history(self) -> Blocks:
        """`skill_history` of the changes."""
        changes = self.ratings.changes
        ordinal, rating = np.frombuffer(changes.ordinal, dtype=np.int64), np.frombuffer(changes.rating)
        information, level = np.frombuffer(changes.information), np.frombuffer(changes.level, dtype=np.int8)
        counts = np.frombuffer(changes.attempts, dtype=np.int32)
        for which in _chunks(self._by_place):
            place = self._changed_place[which]
            yield zip(
                repeat(self.replay),
                self._learner(place),
                self._skill(place),
                ordinal[which].tolist(),
                self.moments[which].tolist(),
                rating[which].tolist(),
                ((1 + information[which]) ** -0.5).tolist(),
                counts[which].tolist(),
                _NAMES[level[which]].tolist(),
                strict=False,
            )

    @property
    def _changed_place(self) -> NDArray[np.int32]:
        return np.frombuffer(self.ratings.changes.place, dtype=np.int32)

    @cached_property
    def _by_place(self) -> Ints:
        """The changes by place, those of one in their order."""
        return np.argsort(self._changed_place, kind="stable")

    def assessments(self) -> Block:
        """`assessment_ratings` of those that anybody tried."""
        known = zip(self.syllabus.assessments.tolist(), self.ratings.difficulty, self.ratings.tried, strict=True)
        return ((self.replay, id, difficulty, tried) for id, difficulty, tried in sorted(known) if tried)

    def references(self) -> Block:
        """`skill_references` of all skills."""
        return zip(repeat(self.replay), self.syllabus.skills.tolist(), self.ratings.reference, strict=False)

    def _learner(self, places: NDArray[Any]) -> list[int]:
        found: list[int] = self.learners[self.prepared.learner[places]].tolist()
        return found

    def _skill(self, places: NDArray[Any]) -> list[int]:
        found: list[int] = self.syllabus.skills[self.prepared.skill[places]].tolist()
        return found


def _chunks(places: Ints) -> Iterator[Ints]:
    for begin in range(0, len(places), _CHUNK):
        yield places[begin : begin + _CHUNK]


def _moments(column: Ints) -> list[int | None]:
    return [None if moment == NEVER else moment for moment in column.tolist()]
