"""Which courses can be compared: those that learners link, by having attempts in several."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.integer]

Groups = list[list[int]]
"""Ids of courses that are linked, in their order; the largest group first."""


def steps(learner: Places, course: Places) -> set[tuple[int, int]]:
    """The courses that follow one another where they are sorted by learner; a course alone is a pair of its own."""
    same = learner[1:] == learner[:-1]
    wide = int(course.max(initial=0)) + 1
    course = course.astype(np.int64)
    pairs = np.concatenate([course * (wide + 1), course[:-1][same] * wide + course[1:][same]])
    return {divmod(pair, wide) for pair in np.unique(pairs).tolist()}


def linked(pairs: Iterable[tuple[int, int]], before: Sequence[Sequence[int]] = ()) -> Groups:
    """The groups that pairs of courses make, with groups that were known before."""
    root: dict[int, int] = {}

    def find(course: int) -> int:
        while root.setdefault(course, course) != course:
            root[course] = course = root[root[course]]
        return course

    for one, other in (*((group[0], course) for group in before for course in group), *pairs):
        root[find(one)] = find(other)
    groups: dict[int, list[int]] = {}
    for course in sorted(root):
        groups.setdefault(find(course), []).append(course)
    return sorted(groups.values(), key=lambda group: (-len(group), group))
