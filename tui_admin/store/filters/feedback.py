"""What a filter asks of the feedback of a membership: its newest answers, each course's apart."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, true

from ..tables import feedback, memberships

Condition = ColumnElement[bool]

_later = feedback.alias("later")


def answered(
    field: str,
    holds: Callable[[ColumnElement[int]], Condition],
    courses: list[int] | None,
    given: Callable[[ColumnElement[int]], Condition] | None = None,
) -> Condition:
    """Whether the newest answer is as asked: the stars given to any of the courses (None: to any at all), or how likely
    one is to recommend the program. Where it is asked when it was `given`, any answer of then will do."""
    when = _is_newest(field) if given is None else given(feedback.c.given_at)
    asked = [feedback.c.membership_id == memberships.c.id, holds(feedback.c[field]), when]
    if courses is not None:
        asked.append(feedback.c.course_id.in_(courses))
    return exists().where(*asked)


def given(holds: Callable[[ColumnElement[int]], Condition]) -> Condition:
    """Whether anything was answered at such a moment."""
    return exists().where(feedback.c.membership_id == memberships.c.id, holds(feedback.c.given_at))


def silent(field: str) -> Condition:
    """Whether nothing was answered."""
    return not_(exists().where(feedback.c.membership_id == memberships.c.id, feedback.c[field].is_not(None)))


def givers(field: str, holds: Callable[[ColumnElement[int]], Condition], courses: list[int] | None) -> Select[int]:
    """The learners who ever answered as asked, of any of the courses (None: of any at all)."""
    query = select(memberships.c.learner_id).join(feedback, feedback.c.membership_id == memberships.c.id)
    return query.where(holds(feedback.c[field]), true() if courses is None else feedback.c.course_id.in_(courses))


def _is_newest(field: str) -> Condition:
    given, later = feedback.c, _later.c
    about_same = or_(later.course_id == given.course_id, and_(later.course_id.is_(None), given.course_id.is_(None)))
    after = or_(later.given_at > given.given_at, and_(later.given_at == given.given_at, later.id > given.id))
    return not_(
        exists().where(later.membership_id == given.membership_id, about_same, later[field].is_not(None), after)
    )
