"""The facts `enrollments` (course, enrolled, completed, is_completed, hours), `activity` (day, hours, lessons) and
`feedback` (course, day, second, stars, recommend)."""

from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, Date, Integer, cast, func, literal, select, type_coerce

from ...rules.times import SECOND
from ..tables import activity, enrollments, feedback
from .building import Build, hundredths, known
from .columns import NONE
from .days import LAST

_JULIAN_1970 = 2_440_587.5

UNSAID = 0xFF
"""What stands in `feedback.recommend` where nothing was said of it; for stars 0 does."""


def build_enrollments(build: Build) -> None:
    """Write the enrollments. `course` is an id; `enrolled` and `completed` are days, `is_completed` says that it was,
    even where no day is known; `hours` are hundredths, `NONE` where the reports say none."""
    column = enrollments.c
    member, course, enrolled, completed, done, hours = build.read(
        select(
            column.membership_id,
            column.course_id,
            known(column.enrolled_at),
            known(column.completed_at),
            column.completed,
            known(column.hours),
        )
    )
    build.write_facts(
        "enrollments",
        build.people.positions(member.astype(np.int64)),
        course=course.astype(np.int64),
        enrolled=build.days(enrolled),
        completed=build.days(completed),
        is_completed=done.astype(np.uint8),
        hours=hundredths(hours, NONE),
    )


def build_activity(build: Build) -> None:
    """Write the activity: `hours` are hundredths of a day in a course."""
    column = activity.c
    member, day, minutes, lessons = build.read(
        select(
            column.membership_id,
            _day_number(build, column.day),
            func.coalesce(column.minutes, 0),
            func.coalesce(column.lessons, 0),
        )
    )
    build.write_facts(
        "activity",
        build.people.positions(member.astype(np.int64)),
        day=np.clip(day, 1, LAST).astype(np.uint16),
        hours=hundredths(np.maximum(minutes, 0) / 60, 0),
        lessons=np.maximum(lessons, 0).astype(np.uint32),
    )


def build_feedback(build: Build) -> None:
    """Write the feedback: `course` is 0 where the program was meant, `second` the moment in seconds since 1970."""
    column = feedback.c
    member, course, given, stars, recommend = build.read(
        select(
            column.membership_id,
            func.coalesce(column.course_id, 0),
            known(column.given_at),
            func.coalesce(column.stars, 0),
            func.coalesce(column.recommend, UNSAID),
        ).order_by(column.given_at, column.id)
    )
    build.write_facts(
        "feedback",
        build.people.positions(member.astype(np.int64)),
        course=course.astype(np.int64),
        day=build.days(given),
        second=(np.maximum(given, 0) // SECOND).astype(np.uint32),
        stars=stars.astype(np.uint8),
        recommend=recommend.astype(np.uint8),
    )


def _day_number(build: Build, day: ColumnElement[date]) -> ColumnElement[int]:
    if build.connection.dialect.name == "sqlite":
        return cast(func.julianday(day) - _JULIAN_1970, Integer)
    return type_coerce(day - literal(date(1970, 1, 1), Date), Integer)
