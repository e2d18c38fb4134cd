"""What learners put into skills: how much it is, and how many different learners stand behind it."""

from dataclasses import dataclass

import numpy as np

from ....store.analytics.columns import Numbers
from ....store.analytics.teaching import Teaching
from .learning import Learning

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


def of_pairs(learning: Learning, skills: int, amount: str, *, learns: str) -> Effort:
    """What a column of learners in skills adds up to; who has anything in the column `learns` stands behind it."""
    total, behind = np.zeros(skills), np.zeros(skills, np.int64)
    seen = np.zeros(learning.size, np.bool_)
    for learner, skill, done, mark in learning.blocks("pairs", amount, learns):
        place, counts = skill.astype(np.intp), mark > 0
        total += np.bincount(place[counts], done[counts].astype(np.float64), skills)
        behind += np.bincount(place[counts], minlength=skills)
        seen[learner[counts]] = True
    return Effort(total, behind, int(np.count_nonzero(seen)))


class Different:
    """Counts different learners by skill, of facts that come in the order of learners, each of whom is in one block."""

    def __init__(self, skills: int) -> None:
        self.counts = np.zeros(skills, np.int64)
        self.n = 0

    def add(self, learner: Numbers, course: Numbers, taught: Teaching) -> None:
        """Count a block, some learners at a time."""
        pair = learner.astype(np.int64) * len(taught.courses) + course
        told_anew = np.diff(pair, prepend=-1) != 0
        learner, course = learner[told_anew], course[told_anew]
        place = np.cumsum(np.diff(learner.astype(np.int64), prepend=-1) != 0) - 1
        count, size = int(place[-1]) + 1 if len(place) else 0, max(1, _CELLS // max(1, len(self.counts)))
        for first in range(0, count, size):
            low, high = np.searchsorted(place, (first, first + size))
            seen = np.zeros((min(size, count - first), len(self.counts)), np.bool_)
            spread = taught.spread(course[low:high])
            seen[place[low:high][spread.row] - first, spread.skill] = True
            self.counts += seen.sum(axis=0)
        self.n += count
