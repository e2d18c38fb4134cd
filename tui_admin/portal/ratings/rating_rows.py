"""Ratings as rows of the store's tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...rules.skills.bands import LEVELS
from ...rules.skills.model import Changes, Ratings
from .attempts import Prepared
from .syllabus import Ints, Syllabus

Row = tuple[Any, ...]

NEVER = np.iinfo(np.int64).min
"""The moment at which what never was reached was reached."""

_CHUNK = 100_000
_NAMES = [str(band) for band in LEVELS]
_FIRST = [None, *_NAMES[1:]]


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

    def note(self, changes: Changes, moments: Ints) -> None:
        """Note what changes of bands at these moments reached for the first time."""
        place, level = np.array(changes.place, dtype=np.int64), np.array(changes.level, dtype=np.int8)
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
    """The rows of a replay: `learners` are the ids of learners by place."""

    replay: int
    ratings: Ratings
    prepared: Prepared
    syllabus: Syllabus
    learners: Ints

    def in_skills(self, reached: Reached, some: Ints) -> Iterator[Row]:
        """`skill_ratings` of some places, in their order."""
        ratings = self.ratings
        own, information = np.frombuffer(ratings.own), np.frombuffer(ratings.information)
        counts, level = np.frombuffer(ratings.attempts, dtype=np.int32), np.frombuffer(ratings.level, dtype=np.int8)
        for which in _chunks(some):
            yield from zip(
                repeat(self.replay),
                self._learner(which),
                self._skill(which),
                own[which].tolist(),
                information[which].tolist(),
                counts[which].tolist(),
                map(_NAMES.__getitem__, level[which].tolist()),
                map(_FIRST.__getitem__, reached.first[which].tolist()),
                _moments(reached.intermediate[which]),
                _moments(reached.advanced[which]),
                strict=False,
            )

    def over_all(self, some: Ints) -> Iterator[Row]:
        """`learner_ratings` of learners by place."""
        general, counts = np.frombuffer(self.ratings.general), np.frombuffer(self.ratings.handed_in, dtype=np.int32)
        for which in _chunks(some):
            columns = (self.learners[which], general[which], counts[which])
            yield from zip(repeat(self.replay), *(column.tolist() for column in columns), strict=False)

    def history(self, moments: Ints) -> Iterator[Row]:
        """`skill_history` of the changes, which were at these moments."""
        changes = self.ratings.changes
        place = np.array(changes.place, dtype=np.int32)
        ordinal, rating = np.array(changes.ordinal, dtype=np.int64), np.array(changes.rating, dtype=np.float64)
        error = (1 + np.array(changes.information, dtype=np.float64)) ** -0.5
        counts, level = np.array(changes.attempts, dtype=np.int32), np.array(changes.level, dtype=np.int8)
        for which in _chunks(np.argsort(place, kind="stable")):
            yield from zip(
                repeat(self.replay),
                self._learner(place[which]),
                self._skill(place[which]),
                ordinal[which].tolist(),
                moments[which].tolist(),
                rating[which].tolist(),
                error[which].tolist(),
                counts[which].tolist(),
                map(_NAMES.__getitem__, level[which].tolist()),
                strict=False,
            )

    def assessments(self) -> Iterator[Row]:
        """`assessment_ratings` of those that anybody tried."""
        known = zip(self.syllabus.assessments.tolist(), self.ratings.difficulty, self.ratings.tried, strict=True)
        return ((self.replay, id, difficulty, tried) for id, difficulty, tried in sorted(known) if tried)

    def references(self) -> Iterator[Row]:
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
