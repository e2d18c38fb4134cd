"""Each term of a filter as a condition on one membership. Conditions may be null where a fact is not known; that
counts as false (`sql` sees to it under a negation)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select

from ...rules.filters.tree import Age, Blank, Choice, Moment, Named, Number, Op, Text, Word
from ...rules.times import Instant, day_bounds
from ...rules.triage import INACTIVE_AFTER, MembershipState, Status
from .. import risk
from ..hints import passed
from ..tables import (
    collection_items,
    enrollments,
    learners,
    membership_contracts,
    memberships,
    specialization_enrollments,
)
from . import feedback, ratings
from .mail import last_delivered, last_state, states_of
from .names import Names, ids_of, taught_in
from .people import on_profile, on_search_key
from .profile_values import ProfileValues

Condition = ColumnElement[bool]
Term = Word | Text | Named | Choice | Blank | Number | Moment

_PERSON = learners.alias("person")
"""The learner of a membership, apart from any other mention of learners in the same query."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a filter is evaluated against: the moment, the organization's time zone, and what its names and profile
    values stand for."""

    now: Instant
    zone: tzinfo
    names: Names
    profiles: ProfileValues = field(default_factory=dict)


def term_condition(term: Term, context: Context) -> Condition:
    """The condition of one term on `memberships`."""
    by_key = on_search_key(term, memberships)
    if by_key is not None:
        return by_key
    own = on_profile(term, _PERSON, context.profiles)
    if own is not None:
        return exists().where(_PERSON.c.id == memberships.c.learner_id, own)
    match term:
        case Text("risk", values):
            return or_(*(risk.reason_holds(value, context.now) for value in values))
        case Named("skill") | Choice("band" | "first-band") | Moment("reached" | "submitted"):
            return of_rating({term.field: term}, context)
        case Named("learning"):
            return learning(term, None, context)
        case Named():
            return _NAMED[term.field](ids_of(context.names, term))
        case Choice("status", values):
            return or_(*(status_condition(Status(value), context.now) for value in values))
        case Choice("delivery", values):
            return last_state().in_(states_of(values))
        case Number("stars" | "recommend"):
            return rated_by_member(None, term, None, context)
        case Number():
            return _number(term, context)
        case Moment("answered"):
            return feedback.given(partial(moment_holds, term, context=context))
        case Moment("begun" | "finished" as field):
            moment = _OF_ENROLLMENTS[field]
            return _of_enrollment(moment.is_not(None), moment_holds(term, moment, context))
        case Moment(field):
            column = MOMENTS[field]()
            return moment_holds(term, func.coalesce(column, _NEVER) if or_never(term) else column, context)
        case Blank(field):
            return _BLANK[field](context) if field in _BLANK else false()
    raise AssertionError(f"no meaning for {term}")


# --- statuses


def status_condition(status: Status, now: Instant) -> Condition:
    """Whether a membership carries a triage status at `now`: `rules.triage.statuses`, as SQL."""
    state = memberships.c.state
    match status:
        case Status.INVITED:
            return state == MembershipState.INVITED
        case Status.REMOVED:
            return state == MembershipState.DELETED_MEMBER
    return and_(state == MembershipState.MEMBER, of_joined(status, now))


def of_joined(status: Status, now: Instant) -> Condition:
    """The same of a membership that is known to be joined."""
    column = memberships.c
    match status:
        case Status.NO_ENROLLMENT:
            return and_(column.enrolled == 0, column.completed == 0)
        case Status.ENROLLED:
            return and_(column.enrolled > 0, column.completed == 0)
        case Status.COMPLETED:
            return column.completed > 0
        case Status.INACTIVE:
            return or_(column.active_at.is_(None), column.active_at <= now - INACTIVE_AFTER)
        case Status.AT_RISK:
            return or_(column.failed > 0, column.next_deadline < now)
        case Status.AT_RISK_EVER:
            missed = or_(column.next_deadline < now, column.missed_deadline < now)
            return or_(column.failed > 0, missed, column.at_risk_ever)
    return false()


# --- what is known by slug or name


def _of_enrollment(*conditions: Condition) -> Condition:
    return exists().where(enrollments.c.membership_id == memberships.c.id, *conditions)


def _in_contract(ids: list[int]) -> Condition:
    further = membership_contracts
    return or_(
        memberships.c.contract_id.in_(ids),
        exists().where(further.c.membership_id == memberships.c.id, further.c.contract_id.in_(ids)),
    )


def _in_specialization(ids: list[int]) -> Condition:
    place = specialization_enrollments
    return exists().where(place.c.membership_id == memberships.c.id, place.c.specialization_id.in_(ids))


def _in_collection(ids: list[int]) -> Condition:
    taught = select(collection_items.c.course_id).where(
        collection_items.c.collection_id.in_(ids), collection_items.c.course_id.is_not(None)
    )
    return _of_enrollment(enrollments.c.course_id.in_(taught))


def learning(skill: Named, begun: Moment | None, context: Context) -> Condition:
    """Whether the learner has hours in a course that teaches any of the skills, in an enrollment that began then."""
    # Many courses teach a skill, and a learner has few enrollments.
    conditions: list[Condition] = [passed(enrollments.c.course_id).in_(ids_of(context.names, skill))]
    if begun is not None:
        conditions.append(moment_holds(begun, enrollments.c.enrolled_at, context))
    return _has_hours(*conditions)


def _has_hours(*conditions: Condition) -> Condition:
    """Whether the learner has learning hours in an enrollment of any program."""
    taken = enrollments.join(ratings.ANYWHERE, ratings.ANYWHERE.c.id == enrollments.c.membership_id)
    own = (ratings.ANYWHERE.c.learner_id == memberships.c.learner_id, enrollments.c.hours > 0)
    return exists().select_from(taken).where(*own, *conditions)


_NAMED: dict[str, Callable[[list[int]], Condition]] = {
    "program": lambda ids: memberships.c.program_id.in_(ids),
    "contract": _in_contract,
    "course": lambda ids: _of_enrollment(enrollments.c.course_id.in_(ids)),
    "specialization": _in_specialization,
    "collection": _in_collection,
}


def of_rating(terms: Mapping[str, Term], context: Context) -> Condition:
    """Whether one rating of the learner is as all of the terms ask, by their fields: in the skill that is named among
    them. Work that was handed in is work in that skill."""
    conditions = []
    skill, submitted = terms.get("skill"), terms.get("submitted")
    if terms.keys() - {"submitted"}:
        conditions.append(ratings.rated(_asked(terms, context)))
    if isinstance(submitted, Moment):
        courses = ids_of(context.names, taught_in(skill)) if isinstance(skill, Named) else None
        conditions.append(ratings.handed_in(partial(moment_holds, submitted, context=context), courses))
    return and_(*conditions) if len(conditions) > 1 else conditions[0]


def _asked(terms: Mapping[str, Term], context: Context) -> ratings.Asked:
    skill, reached = terms.get("skill"), terms.get("reached")
    bands, first = (
        found.values if isinstance(found := terms.get(name), Choice) else () for name in ("band", "first-band")
    )
    return ratings.Asked(
        ids_of(context.names, skill) if isinstance(skill, Named) else None,
        bands,
        first,
        partial(moment_holds, reached, context=context) if isinstance(reached, Moment) else None,
    )


def rated_by_member(course: Named | None, answer: Number, answered: Moment | None, context: Context) -> Condition:
    """Whether the member's newest feedback (on the course, where one is named) is as asked; or one of the moment that
    is asked for."""
    courses = None if course is None else ids_of(context.names, course)
    given = None if answered is None else partial(moment_holds, answered, context=context)
    return feedback.answered(answer.field, partial(compared, term=answer), courses, given)


# --- numbers


def _number(term: Number, context: Context) -> Condition:
    column = memberships.c
    match term.field:
        case "progress":
            return _of_enrollment(compared(enrollments.c.progress, term))
        case "grade":
            return _of_enrollment(compared(enrollments.c.grade, term))
        case "overdue":
            return compared(risk.overdue_count(context.now), term)
        case name:
            return compared(column[name], term)


def compared(column: ColumnElement[Any], term: Number) -> Condition:
    """Whether a number that is known is as asked."""
    first, last = term.values[0], term.values[-1]
    match term.op:
        case Op.EQ:
            return column.in_(term.values)
        case Op.NE:
            return column.not_in(term.values)
        case Op.LT:
            return column < first
        case Op.LE:
            return column <= first
        case Op.GT:
            return column > first
        case Op.GE:
            return column >= first
        case Op.BETWEEN:
            return column.between(first, last)


# --- moments

_OF_ENROLLMENTS = {"begun": enrollments.c.enrolled_at, "finished": enrollments.c.completed_at}

OR_NEVER = ("active", "mailed", "reminded")
"""Fields where never is longer ago than any age; a day of removal that never was is not."""


_NEVER = -(2**62)
"""A moment before all others."""

MOMENTS: dict[str, Callable[[], ColumnElement[Instant]]] = {
    "invited": lambda: memberships.c.invited_at,
    "joined": lambda: memberships.c.joined_at,
    "active": lambda: memberships.c.last_activity_at,
    "removed": lambda: memberships.c.removed_at,
    "mailed": lambda: last_delivered("mailed"),
    "reminded": lambda: last_delivered("reminded"),
}


def moment_holds(term: Moment, column: ColumnElement[Instant], context: Context) -> Condition:
    """Whether a moment that is known is as asked."""
    ages = [value for value in term.values if isinstance(value, Age)]
    if ages:
        return _by_age(term.op, column, ages, context.now)
    return _by_day(term.op, column, [day for day in term.values if isinstance(day, date)], context.zone)


def or_never(term: Moment) -> bool:
    """Whether a moment that never was is as asked too: longer ago than any age."""
    asks_age = any(isinstance(value, Age) for value in term.values)
    return asks_age and term.field in OR_NEVER and term.op in (Op.GT, Op.GE)


def _by_age(op: Op, column: ColumnElement[Instant], ages: list[Age], now: Instant) -> Condition:
    then = now - ages[0].length
    match op:
        case Op.LT:
            return column > then
        case Op.LE:
            return column >= then
        case Op.GT:
            return column < then
        case Op.GE:
            return column <= then
        case Op.BETWEEN:
            return column.between(now - ages[-1].length, then)
        case Op.EQ | Op.NE:
            same = (and_(column <= now - a.length, column > now - a.length - a.step) for a in ages)
            return _equal(op, or_(*same))


def _by_day(op: Op, column: ColumnElement[Instant], days: list[date], zone: tzinfo) -> Condition:
    start, end = day_bounds(days[0], zone)
    match op:
        case Op.LT:
            return column < start
        case Op.LE:
            return column < end
        case Op.GT:
            return column >= end
        case Op.GE:
            return column >= start
        case Op.BETWEEN:
            return and_(column >= start, column < day_bounds(days[-1], zone)[1])
        case Op.EQ | Op.NE:
            bounds = (day_bounds(day, zone) for day in days)
            return _equal(op, or_(*(and_(column >= start, column < end) for start, end in bounds)))


def _equal(op: Op, same: Condition) -> Condition:
    return same if op is Op.EQ else not_(func.coalesce(same, false()))


# --- blanks


def _never(field: str, _context: Context) -> Condition:
    return MOMENTS[field]().is_(None)


def _no_enrollment(*conditions: Condition) -> Condition:
    return not_(_of_enrollment(*conditions))


def _none_dated(moment: ColumnElement[Instant], _context: Context) -> Condition:
    return _no_enrollment(moment.is_not(None))


_BLANK: dict[str, Callable[[Context], Condition]] = {
    "contract": lambda _: memberships.c.contract_id.is_(None),
    "course": lambda _: _no_enrollment(),
    "specialization": lambda _: not_(exists().where(specialization_enrollments.c.membership_id == memberships.c.id)),
    "collection": lambda _: _no_enrollment(
        enrollments.c.course_id.in_(
            select(collection_items.c.course_id).where(collection_items.c.course_id.is_not(None))
        )
    ),
    "progress": lambda _: _no_enrollment(enrollments.c.progress.is_not(None)),
    "grade": lambda _: _no_enrollment(enrollments.c.grade.is_not(None)),
    "hours": lambda _: memberships.c.hours.is_(None),
    **{field: partial(_none_dated, moment) for field, moment in _OF_ENROLLMENTS.items()},
    "stars": lambda _: feedback.silent("stars"),
    "recommend": lambda _: feedback.silent("recommend"),
    "answered": lambda _: and_(feedback.silent("stars"), feedback.silent("recommend")),
    **{field: partial(_never, field) for field in MOMENTS},
    **{field: lambda _: not_(ratings.rated(ratings.Asked())) for field in ("skill", "band", "first-band")},
    "reached": lambda _: ratings.never_intermediate(),
    "submitted": lambda _: not_(ratings.handed_in(None, None)),
    "learning": lambda _: not_(_has_hours()),
    "delivery": lambda _: last_state().is_(None),
    "risk": lambda context: not_(func.coalesce(status_condition(Status.AT_RISK, context.now), false())),
}
"""When a field is blank; those left out (a status, a count, yes or no) never are."""
