"""Learning hours of some learners, and how many of them were spent by a moment."""

from typing import NamedTuple

import numpy as np
from sqlalchemy import Select, and_, func, select

from ..tables import enrollments, memberships
from .building import Build, known
from .columns import Numbers


class Hours(NamedTuple):
    """Enrollments whose hours are known: of which learner, in which course (both by id), how many, from when
    to when (moments; below 0 where it is not known): the end is completion, else the last activity."""

    learner: Numbers
    course: Numbers
    hours: Numbers
    start: Numbers
    end: Numbers


def read(build: Build, low: int, high: int) -> Hours:
    """Those of the learners with ids from `low` to `high`."""
    learner, course, hours, start, end = build.read(_spent(low, high))
    return Hours(learner.astype(np.int64), course.astype(np.int64), hours, start, end)


def share_by(moment: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """How much (0..1) of the time between a start and an end had passed by each moment: what ended before is whole,
    what was running counts in proportion."""
    begun = np.where(start < 0, end, start)
    span = np.maximum(end - begun, 1)
    return np.where(end <= moment, 1.0, np.clip((moment - begun) / span, 0, 1))


def is_under_way(moment: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """Whether what has a start and an end had begun by each moment."""
    return np.where(start < 0, end, start) <= moment


def _spent(low: int, high: int) -> Select[tuple[int, int, float, int, int]]:
    column = enrollments.c
    return (
        select(
            memberships.c.learner_id,
            column.course_id,
            column.hours,
            known(column.enrolled_at),
            func.coalesce(column.completed_at, column.last_activity_at, column.enrolled_at, -1),
        )
        .select_from(memberships.join(enrollments, column.membership_id == memberships.c.id))
        .where(and_(memberships.c.learner_id >= low, memberships.c.learner_id <= high), column.hours >= 0)
    )
