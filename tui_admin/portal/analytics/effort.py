"""What learners put into skills: how much it is, and how many different learners stand behind it."""

from dataclasses import dataclass

import numpy as np

from ...store.analytics.columns import Numbers
from ...store.analytics.teaching import Teaching

_CELLS = 4_000_000
"""Learners times skills that are looked at at once."""


@dataclass(frozen=True, slots=True)
class Effort:
    """By skill: how much, and how many different learners stand behind it; how many these are in all."""

    amount: Numbers
    learners: Numbers
    n: int

    @property
    def average(self) -> Numbers:
        """How much each of the learners did."""
        return self.amount / np.maximum(self.learners, 1)


class Different:
    """Counts different learners by skill, of facts that come in the order of learners."""

    def __init__(self, skills: int) -> None:
        self.counts = np.zeros(skills, np.int64)
        self.n = 0
        self._last, self._of_last = -1, np.zeros(skills, np.bool_)

    def add(self, learner: Numbers, course: Numbers, taught: Teaching) -> None:
        """Count a block; its first learner may be the last of the block before."""
        pair = learner.astype(np.int64) * len(taught.courses) + course
        told_anew = np.diff(pair, prepend=-1) != 0
        learner, course = learner[told_anew], course[told_anew]
        begins = np.diff(learner.astype(np.int64), prepend=-1) != 0
        ids, place = learner[begins], np.cumsum(begins) - 1
        size = max(1, _CELLS // max(1, len(self.counts)))
        for first in range(0, len(ids), size):
            low, high = np.searchsorted(place, (first, first + size))
            seen = np.zeros((min(size, len(ids) - first), len(self.counts)), np.bool_)
            spread = taught.spread(course[low:high])
            seen[place[low:high][spread.row] - first, spread.skill] = True
            self._add(ids[first : first + size], seen)

    def _add(self, ids: Numbers, seen: Numbers) -> None:
        """Count learners, each once, by whether they are of each skill."""
        if ids[0] == self._last:
            self.counts -= self._of_last
            self.n -= 1
            seen[0] |= self._of_last
        self._last, self._of_last = int(ids[-1]), seen[-1].copy()
        self.counts += seen.sum(axis=0)
        self.n += len(seen)
