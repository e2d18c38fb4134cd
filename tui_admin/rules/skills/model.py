"""The model itself: ratings as they stand, and the one pass over the attempts that moves them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bands import CEILINGS, FLOORS, RATED_FROM, chance, judge
from .parameters import Parameters

START = -1.0
"""The difficulty of an assessment nobody has tried: an average first attempt succeeds at .73."""

Attempt = tuple[int, int, int, bool, bool, int]
"""What is known of an attempt before its outcome: the day (UTC, since 1970), the places of learner and assessment,
whether it is the learner's first at the assessment, whether its outcome will be a score, and where in
`Ratings.places` the places of the learner in the assessment's skills begin."""

Tags = Sequence[tuple[float, int]]
"""The skills of an assessment: weight (all add up to 1) and place."""


class Changes:
    """Changes of bands as columns, those of a place in their order: which place, at which attempt of the replay, and
    what stood there then."""

    def __init__(self) -> None:
        self.place, self.ordinal = array("i"), array("q")
        self.rating, self.information = array("d"), array("d")
        self.attempts, self.level = array("i"), array("b")

    def __len__(self) -> int:
        return len(self.place)

    def extend(self, *columns: NDArray[Any]) -> None:
        """Add changes, columns in the order of those here; of one place in their order, of several in any."""
        for own, column in zip(vars(self).values(), columns, strict=True):
            own.frombytes(column.astype(own.typecode).tobytes())

    def number(self, since: int, ordinals: NDArray[Any]) -> None:
        """Number the attempts of the changes from one on, which counted theirs from 1."""
        ordinal = np.frombuffer(self.ordinal, dtype=np.int64)[since:]
        ordinal[:] = ordinals[ordinal - 1]


class Ratings:
    """Ratings by place: of learners, of assessments, and of learners in skills.

    `tags` are the skills of each assessment, `skills` how many there are. A learner in a skill has a place of their
    own; `places` lists those of each learner and course one after the other, in the order of the course's tags. Behind
    those that are `owned` there is one that is nobody's.
    `reference` is what each skill's ratings are compared with: the median difficulty of its assessments that anybody
    tried, at the start of `day`.
    """

    def __init__(self, tags: Sequence[Tags], skills: int, learners: int, places: "array[int]", owned: int) -> None:
        self.tags, self.places = tags, places
        self.general, self.handed_in = array("d", bytes(8 * learners)), array("i", bytes(4 * learners))
        self.difficulty, self.tried = array("d", [START]) * len(tags), array("i", [0]) * len(tags)
        many = owned + 1
        self.own, self.information = array("d", bytes(8 * many)), array("d", bytes(8 * many))
        self.attempts, self.level = array("i", bytes(4 * many)), bytearray(many)
        self.reference, self.day = [START] * skills, 0
        self.ordinal = 0
        """How many attempts were rated."""
        self.changes = Changes()
        self._known: list[list[int]] = [[] for _ in range(skills)]
        self._moved: set[int] = set()

    def resume(self) -> None:
        """Take the difficulties as they were filled in, of which any may have moved since `day` began."""
        for item, tried in enumerate(self.tried):
            if tried:
                self._know(item)
                self._moved.add(item)

    def touch(self, items: Iterable[int]) -> None:
        """Note assessments whose difficulties are about to move."""
        for item in items:
            self._moved.add(item)
            if not self.tried[item]:
                self._know(item)

    def turn(self, day: int) -> None:
        """Begin a day: compare with the difficulties of this moment from here on."""
        for skill in {skill for item in self._moved for _, skill in self.tags[item]}:
            self.reference[skill] = _median(sorted([self.difficulty[item] for item in self._known[skill]]))
        self._moved.clear()
        self.day = day

    def replay(
        self, parameters: Parameters, attempts: Iterable[Attempt], outcomes: Iterator[float], expected: list[float]
    ) -> None:
        """Rate attempts in their order. What is expected of each is added to `expected` before its outcome (0..1) is
        taken from `outcomes`."""
        all_tags, all_places = self.tags, self.places
        general, handed_in, difficulty, tried = self.general, self.handed_in, self.difficulty, self.tried
        own, information, counts, levels = self.own, self.information, self.attempts, self.level
        reference, moved, expect, ordinal = self.reference, self._moved, expected.append, self.ordinal
        steps = {
            scored: (learner.a, learner.b, assessment.a, assessment.b)
            for scored, learner, assessment in (
                (True, parameters.learner, parameters.assessment),
                (False, parameters.verdict_learner, parameters.verdict_assessment),
            )
        }
        again, rated_from, floors, ceilings = parameters.again, RATED_FROM - 1, FLOORS, CEILINGS
        for day, learner, item, first, scored, start in attempts:
            if day != self.day:
                self.turn(day)
            tags = all_tags[item]
            places = all_places[start : start + len(tags)]
            theta = rating = general[learner]
            for place, (weight, _) in zip(places, tags, strict=False):
                theta += weight * own[place]
            likely = chance(theta - difficulty[item])
            expect(likely)
            surprise = next(outcomes) - likely
            a, b, item_a, item_b = steps[scored]
            part = surprise if first else again * surprise
            rating += part * a / (1 + b * handed_in[learner])
            general[learner] = rating
            handed_in[learner] += 1
            ordinal += 1
            doubt = likely * (1 - likely)
            for place, (weight, skill) in zip(places, tags, strict=False):
                count = counts[place]
                skilled = own[place] + part * weight * a / (1 + b * count)
                own[place] = skilled
                counts[place] = count + 1
                information[place] += weight * doubt
                if count >= rated_from:
                    level = levels[place]
                    above = rating + skilled - reference[skill]
                    if not floors[level] <= above < ceilings[level]:
                        self._change(place, ordinal, rating + skilled, judge(level, above))
            if first:
                count = tried[item]
                difficulty[item] -= surprise * item_a / (1 + item_b * count)
                tried[item] = count + 1
                moved.add(item)
                if not count:
                    self._know(item)
        self.ordinal = ordinal

    def _change(self, place: int, ordinal: int, rating: float, level: int) -> None:
        self.level[place] = level
        changes = self.changes
        changes.place.append(place)
        changes.ordinal.append(ordinal)
        changes.rating.append(rating)
        changes.information.append(self.information[place])
        changes.attempts.append(self.attempts[place])
        changes.level.append(level)

    def _know(self, item: int) -> None:
        for _, skill in self.tags[item]:
            self._known[skill].append(item)


def _median(values: Sequence[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
