"""What a filter asks of a learner's ratings, and of the graded work behind them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select

from ...rules.filters.fields import UNRATED
from ...rules.times import Instant
from ..hints import passed
from ..ratings.current import current_replay
from ..ratings.fingerprints import HAS_RESULT, TRIED
from ..tables import assessments, attempts, memberships, skill_history, skill_ratings

Condition = ColumnElement[bool]
Holds = Callable[[ColumnElement[Instant]], Condition]
"""Whether a moment is as asked."""

ANYWHERE = memberships.alias("anywhere")
"""A membership of the same learner, in any program."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One rating that is asked for: in any of the skills (None: in any at all), with any of the bands, first rated with
    any of the bands `first`; what is left empty is not asked. Where it is asked when a band was `reached`, it need not
    be that of today; intermediate where none is named. Who is unrated has reached none."""

    skills: Collection[int] | None = None
    bands: Collection[str] = ()
    first: Collection[str] = ()
    reached: Holds | None = None


def rated(asked: Asked) -> Condition:
    """Whether the learner has such a rating."""
    conditions, own = _own_ratings(), skill_ratings.c
    if asked.skills is not None:
        conditions.append(own.skill_id.in_(asked.skills))
    if asked.first:
        conditions.append(own.first_band.in_(asked.first))
    if asked.reached is not None:
        moments = [_reached(word) for word in asked.bands or ("intermediate",) if word != UNRATED[0]]
        conditions.append(or_(false(), *(and_(at.is_not(None), asked.reached(at)) for at in moments)))
    elif asked.bands:
        conditions.append(own.band.in_(asked.bands))
    return exists().where(*conditions)


def never_intermediate() -> Condition:
    """Whether the learner never reached intermediate in any skill."""
    return not_(exists().where(*_own_ratings(), skill_ratings.c.intermediate_at.is_not(None)))


def _own_ratings() -> list[Condition]:
    own = skill_ratings.c
    return [own.replay_id == current_replay(), own.learner_id == memberships.c.learner_id]


def _reached(band: str) -> ColumnElement[Instant]:
    """When a rating's learner first reached a band or one above it: of the lowest, when they were first rated."""
    if band != "beginner":
        return skill_ratings.c[f"{band}_at"]
    first, own = skill_history.c, skill_ratings.c
    query = select(func.min(first.at)).where(
        first.replay_id == own.replay_id, first.learner_id == own.learner_id, first.skill_id == own.skill_id
    )
    return query.correlate(skill_ratings).scalar_subquery()


def handed_in(holds: Holds | None, courses: Collection[int] | None) -> Condition:
    """Whether the learner handed in graded work, in any program: at such a moment (None: at any that is known), in any
    of the courses (None: in any at all). The moment is that of handing in, else of grading."""
    done = attempts.join(ANYWHERE, ANYWHERE.c.id == attempts.c.membership_id)
    conditions = [
        ANYWHERE.c.learner_id == memberships.c.learner_id,
        TRIED.is_not(None) if holds is None else holds(TRIED),
        HAS_RESULT,
    ]
    if courses is not None:
        # A learner has few attempts, and many assessments there may be in courses of a skill.
        work = select(assessments.c.id).where(assessments.c.course_id.in_(courses))
        conditions.append(passed(attempts.c.assessment_id).in_(work))
    return exists().select_from(done).where(*conditions)
