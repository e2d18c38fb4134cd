"""Attempts as columns: gathered from the store, brought into the order of rating, and what the model must know of each
before its outcome."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...rules.skills import waves
from ...rules.skills.model import Attempt
from ...rules.skills.outcomes import outcomes
from ...rules.times import DAY
from ...store.ratings.input import Graded, Place
from .syllabus import Ints, Places, Syllabus

_CHUNK = 50_000
_STAYS = 100_000


@dataclass(frozen=True)
class Attempts:
    """A column each, all as long: places of learner and assessment, from when it counts, outcome, whether it is a
    score, and the verdict (1 passed, 0 failed, -1 unknown)."""

    learner: NDArray[np.int32]
    item: NDArray[np.int32]
    at: Ints
    value: NDArray[np.float64]
    scored: NDArray[np.bool_]
    passed: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.learner)

    def taken(self, which: NDArray[Any] | slice) -> "Attempts":
        """Some of them, or all in another order."""
        return Attempts(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True)
class Gathered:
    """Attempts in the order of rating, with their ids and the moments they were handed in at; the place of the last
    that was read; how many said nothing to rate."""

    attempts: Attempts
    id: Ints
    moment: Ints
    last: Place | None
    unusable: int


def gather(batches: Iterable[Graded], count: int, learners: "Owners", syllabus: Syllabus) -> Gathered:
    """Up to so many attempts, which come in the order of their ids."""
    id, at, moment = (np.empty(count, dtype=np.int64) for _ in range(3))
    learner, item = (np.empty(count, dtype=np.int32) for _ in range(2))
    value, scored, passed = np.empty(count), np.empty(count, dtype=np.bool_), np.empty(count, dtype=np.int8)
    columns: list[NDArray[Any]] = [id, moment, learner, item, at, value, scored, passed]
    end = 0
    for told in batches:
        came = outcomes(told.score, told.most, told.passing, told.passed)
        places = (learners.of(told.membership), syllabus.by_id.of(told.assessment))
        begin, end = end, end + len(told.id)
        found = (told.id, told.moment, *places, told.at, came.value, came.scored, came.passed)
        for column, part in zip(columns, found, strict=True):
            column[begin:end] = part
    columns = [column[:end] for column in columns]
    id, moment, at, value = columns[0], columns[1], columns[4], columns[5]
    if not end:
        return Gathered(Attempts(*columns[2:]), id, moment, None, 0)
    order = np.lexsort((moment, at))
    last = order[-1]
    place = Place(int(at[last]), int(moment[last]), int(id[last]))
    order = order[~np.isnan(value)[order]]
    del id, moment, learner, item, at, value, scored, passed
    for number in range(len(columns)):  # one after the other: at ten million, two of each would be half a gigabyte
        columns[number] = columns[number][order]
    return Gathered(Attempts(*columns[2:]), columns[0], columns[1], place, end - len(order))


class Owners:
    """Whose memberships are, by the learners' places in the order of their ids."""

    def __init__(self, memberships: Ints, learners: Ints) -> None:
        self.learners = np.unique(learners)
        self._members = Places(memberships)
        self._places = np.searchsorted(self.learners, learners).astype(np.int32)

    def of(self, memberships: Ints) -> NDArray[np.int32]:
        """The places of the learners that memberships belong to."""
        return self._places[self._members.of(memberships)]


Stays = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Places of learners and of courses that they have attempts in."""


@dataclass(frozen=True)
class Prepared:
    """Attempts with those left out that lie twice, in two memberships of one learner; which are a learner's first at
    the assessment; and of each, where in `places` the places of the learner in its skills begin. `learner` and `skill`
    say whose place each is, by both in their order."""

    attempts: Attempts
    first: NDArray[np.bool_]
    start: NDArray[np.int32]
    places: "array[int]"
    learner: NDArray[np.int32]
    skill: NDArray[np.int32]
    stays: Stays
    repeated: Ints
    """Where the attempts stood that were left out."""

    def days(self, since: int = 0) -> Iterator[tuple[int, waves.Attempts]]:
        """The attempts from a number on by their days, of long ones some at a time."""
        of = self.attempts
        day = of.at[since:] // DAY
        ends = np.append(np.flatnonzero(day[1:] != day[:-1]) + 1, len(day))
        begin = 0
        for end in ends.tolist():
            for first in range(begin, end, _CHUNK):
                some = slice(since + first, since + min(first + _CHUNK, end))
                columns = (of.learner, of.item, self.first, of.scored, self.start, of.value)
                yield int(day[first]), waves.Attempts(*(column[some] for column in columns))
            begin = end

    def batches(self) -> Iterator[tuple[slice, Iterator[Attempt]]]:
        """The attempts as the model takes them one after the other, and which they are."""
        for begin in range(0, len(self.attempts), _CHUNK):
            some = slice(begin, begin + _CHUNK)
            of = self.attempts
            columns = (
                of.at[some] // DAY,
                of.learner[some],
                of.item[some],
                self.first[some],
                of.scored[some],
                self.start[some],
            )
            yield some, zip(*(column.tolist() for column in columns), strict=True)


@dataclass(frozen=True)
class Sorted:
    """Attempts in the order of rating; where those of each learner at each assessment stand, one after the other; and
    where those stood that were left out, because they lay twice."""

    attempts: Attempts
    order: Ints
    repeated: Ints


def sort(attempts: Attempts, syllabus: Syllabus, moment: Ints | None = None) -> Sorted:
    """Sort attempts, and leave out those of a learner at an assessment that were handed in at the same moment as one
    before, where moments are given."""
    work = attempts.learner.astype(np.int64) * max(1, len(syllabus.assessments)) + attempts.item
    order = np.argsort(work, kind="stable")
    repeated = order[:0] if moment is None else _repeated(work, moment, order)
    if len(repeated):
        kept = np.ones(len(attempts), dtype=np.bool_)
        kept[repeated] = False
        attempts = attempts.taken(kept)
        order = (np.cumsum(kept) - 1)[order[kept[order]]]
    return Sorted(attempts, order, repeated)


def prepare(of: Sorted, syllabus: Syllabus) -> Prepared:
    """What the model must know."""
    first, which, stays = _visits(of, syllabus)
    start, places, learner, skill = _places(*stays, syllabus)
    return Prepared(of.attempts, first, start[which], places, learner, skill, stays, of.repeated)


def _visits(of: Sorted, syllabus: Syllabus) -> tuple[NDArray[np.bool_], NDArray[np.int32], Stays]:
    """Which attempts are a learner's first at the assessment; of each, the number of its learner's stay in its course;
    and the stays."""
    item, learner = of.attempts.item[of.order], of.attempts.learner[of.order]
    first = np.empty(len(item), dtype=np.bool_)
    first[of.order] = _begins(learner, item)
    course = syllabus.course.astype(np.int32)[item]
    begins = _begins(learner, course)
    which = np.empty(len(item), dtype=np.int32)
    which[of.order] = np.cumsum(begins, dtype=np.int32) - 1
    return first, which, (learner[begins], course[begins])


def _begins(*keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Where in a sorted column, or several, another value begins."""
    begins = np.zeros(len(keys[0]), dtype=np.bool_)
    begins[:1] = True
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    return begins


def _repeated(work: Ints, moment: Ints, order: Ints) -> Ints:
    """Where one learner's attempts at an assessment stand that were handed in at the moment of an earlier one; `order`
    sorts by learner and assessment."""
    alone = _begins(work[order])
    alone[:-1] &= alone[1:]  # the next is another's, too
    several = np.sort(order[~alone])
    by_moment = several[np.lexsort((moment[several], work[several]))]
    return np.sort(by_moment[~_begins(work[by_moment], moment[by_moment])])


def _places(
    learner: NDArray[np.int32], course: NDArray[np.int32], syllabus: Syllabus
) -> tuple[NDArray[np.int32], "array[int]", NDArray[np.int32], NDArray[np.int32]]:
    """Where the places of each learner and course begin, those places one after the other, and each place's learner
    and skill, by both in their order. Some learners at a time: sorting takes many times what comes of it."""
    counts = np.array([len(tagged) for tagged in syllabus.tagged], dtype=np.int32)
    listed = np.array([skill for tagged in syllabus.tagged for _, skill in tagged], dtype=np.int32)
    begin, wide = np.cumsum(counts) - counts, max(1, len(syllabus.skills))
    many = counts[course]
    start = np.cumsum(many, dtype=np.int32) - many
    places, owners, skills = array("i"), array("i"), array("i")
    for some in _by_learner(learner):
        number = np.arange(many[some].sum()) - np.repeat(start[some] - start[some.start], many[some])
        skill = listed[np.repeat(begin[course[some]], many[some]) + number]
        key = np.repeat(learner[some].astype(np.int64), many[some]) * wide + skill
        found, place = np.unique(key, return_inverse=True)
        places.frombytes((place + len(owners)).astype(np.int32).tobytes())
        for column, part in zip((owners, skills), np.divmod(found, wide), strict=True):
            column.frombytes(part.astype(np.int32).tobytes())
    return start, places, np.frombuffer(owners, dtype=np.int32), np.frombuffer(skills, dtype=np.int32)


def _by_learner(learner: NDArray[np.int32]) -> Iterator[slice]:
    """A sorted column in pieces, none of which ends within a learner."""
    first = 0
    while first < len(learner):
        last = min(first + _STAYS, len(learner)) - 1
        end = int(np.searchsorted(learner, learner[last], side="right"))
        yield slice(first, end)
        first = end
