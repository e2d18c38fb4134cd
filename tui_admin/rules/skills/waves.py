"""The model's pass over many attempts at once, to the last digit what one after the other comes to.

An attempt waits for those before it of the same learner and at the same assessment, for no others. Those that wait for
equally many in a row make a wave, in which every learner and every assessment stands once: a wave is rated by columns.
Waves too narrow to gain by it are left to `Ratings.replay`.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bands import BARE, CEILINGS, DOWN, FLOORS, RATED_FROM, UP, chance
from .model import Ratings
from .parameters import Parameters

Ints = NDArray[Any]
Floats = NDArray[np.float64]

NARROW = 10
"""Attempts in a wave below which one after the other is as fast."""

_FLOORS, _CEILINGS = np.array(FLOORS), np.array(CEILINGS)
_LOW, _HIGH = np.array((BARE, UP, DOWN)).T


@dataclass(frozen=True)
class Attempts:
    """Attempts of one day as columns, in their order: what `model.Attempt` says of each, and its outcome."""

    learner: Ints
    item: Ints
    first: NDArray[Any]
    scored: NDArray[Any]
    start: Ints
    value: NDArray[Any]

    def __len__(self) -> int:
        return len(self.learner)

    def taken(self, which: Ints) -> "Attempts":
        """Some of them."""
        return Attempts(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True)
class _Steps:
    """What moves ratings, of each attempt: the a and b of learner and assessment, the share of a step, and by skill its
    place and weight. Where an assessment has fewer skills than others, the rest are at nobody's place and weigh 0."""

    share: Floats
    a: Floats
    b: Floats
    item_a: Floats
    item_b: Floats
    place: Ints
    weight: Floats


@dataclass(frozen=True)
class _Left:
    """What an attempt left: the learner's rating over all, what was expected, and by skill the rating of its own and
    the attempts before."""

    general: Floats
    chance: Floats
    own: Floats
    counts: Ints

    @classmethod
    def blank(cls, attempts: int, skills: int) -> "_Left":
        many = (attempts, skills)
        return cls(np.empty(attempts), np.empty(attempts), np.empty(many), np.empty(many, dtype=np.int32))


class Waves:
    """Ratings seen as columns, and the waves of their attempts."""

    def __init__(self, ratings: Ratings, parameters: Parameters, narrow: int = NARROW) -> None:
        self._ratings, self._parameters, self._least = ratings, parameters, narrow
        self._general, self._handed_in = np.frombuffer(ratings.general), _ints(ratings.handed_in)
        self._difficulty, self._tried = np.frombuffer(ratings.difficulty), _ints(ratings.tried)
        self._own, self._information = np.frombuffer(ratings.own), np.frombuffer(ratings.information)
        self._counts, self._levels = _ints(ratings.attempts), np.frombuffer(ratings.level, dtype=np.int8)
        self._places, self._nobodys = _ints(ratings.places), len(ratings.own) - 1
        self._tags = np.array([len(tags) for tags in ratings.tags], dtype=np.int64)
        wide = (len(self._tags), int(self._tags.max(initial=1)))
        self._weight, self._skill = np.zeros(wide), np.zeros(wide, dtype=np.int64)
        for item, tags in enumerate(ratings.tags):
            for number, (weight, skill) in enumerate(tags):
                self._weight[item, number], self._skill[item, number] = weight, skill
        self._of_learner, self._of_item = array("i", [0]) * len(ratings.general), array("i", [0]) * len(ratings.tags)
        self._last = 0
        """The number of the wave that each learner and each assessment was last in, and the last of all."""

    def replay(self, day: int, attempts: Attempts) -> None:
        """Rate attempts of a day, after all those before."""
        if day != self._ratings.day:
            self._ratings.turn(day)
        number = self._numbers(attempts)
        order = np.argsort(number, kind="stable")
        ends = np.cumsum(np.bincount(number))
        narrow = np.flatnonzero(np.diff(ends, prepend=0) < self._least)
        waves = int(narrow[0]) if len(narrow) else len(ends)
        wide = int(ends[waves - 1]) if waves else 0
        begun = self._ratings.ordinal
        if wide:
            self._wide(attempts.taken(order[:wide]), ends[:waves].tolist(), begun + 1 + order[:wide])
        rest = np.sort(order[wide:])
        if len(rest):
            self._narrow(day, attempts.taken(rest), begun + 1 + rest)
        self._ratings.ordinal = begun + len(attempts)

    def _numbers(self, attempts: Attempts) -> Ints:
        """The wave of each attempt, from 0."""
        of_learner, of_item, begun = self._of_learner, self._of_item, self._last
        numbers = array("i")
        for learner, item in zip(attempts.learner.tolist(), attempts.item.tolist(), strict=True):
            number, other = of_learner[learner], of_item[item]
            if number < other:
                number = other
            if number < begun:
                number = begun
            number += 1
            of_learner[learner] = of_item[item] = number
            numbers.append(number)
        found = _ints(numbers)
        self._last = int(found.max())
        return found - (begun + 1)

    def _wide(self, attempts: Attempts, ends: list[int], ordinal: Ints) -> None:
        """Rate attempts that lie in the order of their waves, each of which ends at a number."""
        self._ratings.touch(np.unique(attempts.item[attempts.first]).tolist())
        steps = self._steps(attempts)
        left = _Left.blank(*steps.place.shape)
        begin = 0
        for end in ends:
            self._wave(attempts, steps, left, slice(begin, end))
            begin = end
        self._counts[self._nobodys] = 0
        self._judge(attempts, steps, left, ordinal)

    def _steps(self, attempts: Attempts) -> _Steps:
        by, scored = self._parameters, attempts.scored
        slots = np.arange(self._weight.shape[1])
        lacking = slots >= self._tags[attempts.item][:, None]
        place = self._places[np.where(lacking, 0, attempts.start[:, None] + slots)]
        place[lacking] = self._nobodys
        return _Steps(
            np.where(attempts.first, 1.0, by.again),
            np.where(scored, by.learner.a, by.verdict_learner.a),
            np.where(scored, by.learner.b, by.verdict_learner.b),
            np.where(scored, by.assessment.a, by.verdict_assessment.a) * attempts.first,
            np.where(scored, by.assessment.b, by.verdict_assessment.b),
            place,
            self._weight[attempts.item],
        )

    def _wave(self, attempts: Attempts, steps: _Steps, left: _Left, some: slice) -> None:
        """Rate attempts none of which waits for another."""
        learner, item, place = attempts.learner[some], attempts.item[some], steps.place[some]
        general, own, counts, weight = self._general[learner], self._own[place], self._counts[place], steps.weight[some]
        theta = general
        for weighted in (weight * own).T:
            theta = theta + weighted
        distance = theta - self._difficulty[item]
        expected = np.array([chance(x) for x in distance.tolist()])
        surprise = attempts.value[some] - expected
        part, a, b, handed_in = steps.share[some] * surprise, steps.a[some], steps.b[some], self._handed_in[learner]
        general = general + part * a / (1 + b * handed_in)
        own = own + part[:, None] * weight * a[:, None] / (1 + b[:, None] * counts)
        self._general[learner], self._handed_in[learner] = general, handed_in + 1
        self._own[place], self._counts[place] = own, counts + 1
        left.general[some], left.chance[some], left.own[some], left.counts[some] = general, expected, own, counts
        tried = self._tried[item]
        self._difficulty[item] -= surprise * steps.item_a[some] / (1 + steps.item_b[some] * tried)
        self._tried[item] = tried + attempts.first[some]

    def _judge(self, attempts: Attempts, steps: _Steps, left: _Left, ordinal: Ints) -> None:
        """Add up what is known of learners in skills, and call their ratings by their bands."""
        doubt = left.chance * (1 - left.chance)
        known = (steps.weight * doubt[:, None]).ravel()
        rating = (left.general[:, None] + left.own).ravel()
        above = rating - np.array(self._ratings.reference)[self._skill[attempts.item]].ravel()
        counts, place = left.counts.ravel(), steps.place.ravel()
        for which in _in_turn(place, self._nobodys):
            here = place[which]
            information = self._information[here] + known[which]
            self._information[here] = information
            level, distance = self._levels[here], above[which]
            stays = (_FLOORS[level] <= distance) & (distance < _CEILINGS[level]) | (counts[which] < RATED_FROM - 1)
            if not stays.all():
                moved = np.flatnonzero(~stays)
                which, here, level = which[moved], here[moved], _judged(level[moved], distance[moved])
                self._levels[here] = level
                by = ordinal[which // steps.place.shape[1]]
                self._ratings.changes.extend(here, by, rating[which], information[moved], counts[which] + 1, level)

    def _narrow(self, day: int, attempts: Attempts, ordinal: Ints) -> None:
        """Rate attempts one after the other."""
        ratings = self._ratings
        known = (attempts.learner, attempts.item, attempts.first, attempts.scored, attempts.start)
        rows = zip(repeat(day), *(column.tolist() for column in known), strict=False)
        before, ratings.ordinal = len(ratings.changes), 0
        ratings.replay(self._parameters, rows, iter(attempts.value.tolist()), [])
        ratings.changes.number(before, ordinal)


def _in_turn(place: Ints, without: int) -> Iterator[Ints]:
    """Where places stand for the first time, the second, and so on, but for one of them."""
    order = np.argsort(place, kind="stable")
    there = place[order]
    begins = np.ones(len(there), dtype=np.bool_)
    begins[1:] = there[1:] != there[:-1]
    now = np.flatnonzero(begins)
    ends = np.append(now[1:], len(there))
    if len(there) and there[-1] == without:
        now, ends = now[:-1], ends[:-1]
    while len(now):
        yield order[now]
        more = now + 1 < ends
        now, ends = now[more] + 1, ends[more]


def _judged(level: Ints, distance: Floats) -> Ints:
    """As `bands.judge`, of many."""
    cuts = np.where(level == 0, 0, np.where(distance >= _CEILINGS[level], 1, 2))
    passed: Ints = (distance >= _LOW[cuts]).astype(np.int8) + (distance >= _HIGH[cuts])
    return 1 + passed


def _ints(column: Any) -> Ints:
    return np.frombuffer(column, dtype=np.int32)
