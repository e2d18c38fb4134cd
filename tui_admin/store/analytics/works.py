"""Graded attempts of some learners, in the order they were handed in, and which of them are the first."""

from typing import NamedTuple

import numpy as np
from sqlalchemy import Integer, Select, and_, cast, func, select

from .. import triage
from ..ratings.fingerprints import HAS_RESULT, TRIED
from ..tables import assessments, attempts, memberships
from .building import Build
from .columns import Bools, Numbers


class Works(NamedTuple):
    """Graded attempts by learner, assessment and moment; of several at one moment there is one. `first` marks a
    learner's first at an assessment, `mastered` the first that passed."""

    learner: Numbers
    course: Numbers
    day: Numbers
    first: Bools
    mastered: Bools


def read(build: Build, low: int, high: int) -> Works:
    """The graded attempts of the learners with ids from `low` to `high`; learner and course by id. The day is that of
    handing in, else of grading."""
    found = np.stack(build.read(_graded(low, high)))
    found = found[:, np.lexsort((-found[4], found[3], found[1], found[0]))]
    learner, assessment, course, at, passed = found
    same = _as_before(learner) & _as_before(assessment)
    once = ~(same & _as_before(at) & (at >= 0))
    first = ~same[once]
    mastered = np.zeros(len(first), np.bool_)
    passes = np.flatnonzero(passed[once])
    group = np.cumsum(first)[passes]
    mastered[passes[~_as_before(group)]] = True
    return Works(learner[once].astype(np.int64), course[once].astype(np.int64), build.days(at[once]), first, mastered)


def _as_before(values: Numbers) -> Bools:
    """Which of the values are the same as the one before."""
    same = np.zeros(len(values), np.bool_)
    same[1:] = values[1:] == values[:-1]
    return same


def _graded(low: int, high: int) -> Select[tuple[int, int, int, int, int]]:
    joined = memberships.join(attempts, attempts.c.membership_id == memberships.c.id).join(
        assessments, assessments.c.id == attempts.c.assessment_id
    )
    return (
        select(
            memberships.c.learner_id,
            attempts.c.assessment_id,
            assessments.c.course_id,
            func.coalesce(TRIED, -1),
            func.coalesce(cast(triage.verdict(), Integer), 0),
        )
        .select_from(joined)
        .where(
            and_(memberships.c.learner_id >= low, memberships.c.learner_id <= high),
            HAS_RESULT,
        )
    )
