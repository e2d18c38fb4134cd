"""The facts `enrollments` (course, enrolled, active, completed, is_completed, is_removed, hours), `activity` (day,
hours, lessons) and `feedback` (course, day, stars, recommend)."""

import numpy as np
from sqlalchemy import select

from ..tables import enrollments
from .building import Build, hundredths, known
from .columns import NONE


def build(build: Build) -> None:
    """Write them. `course` is an id; `enrolled`, `active` (last activity) and `completed` are days, `is_completed` says
    that it was, even where no day is known; `hours` are hundredths, `NONE` where the reports say none."""
    column = enrollments.c
    member, course, enrolled, active, completed, done, removed, hours = build.read(
        select(
            column.membership_id,
            column.course_id,
            known(column.enrolled_at),
            known(column.last_activity_at),
            known(column.completed_at),
            column.completed,
            column.removed,
            known(column.hours),
        )
    )
    build.write_facts(
        "enrollments",
        build.people.positions(member.astype(np.int64)),
        course=course.astype(np.int64),
        enrolled=build.days(enrolled),
        active=build.days(active),
        completed=build.days(completed),
        is_completed=done.astype(np.uint8),
        is_removed=removed.astype(np.uint8),
        hours=hundredths(hours, NONE),
    )
