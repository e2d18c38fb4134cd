"""A filter as a boolean SQL expression: on a membership, or on a learner through the memberships in view.

Built from SQLAlchemy expressions only; what a person typed is always a bound value. Where the two databases differ
(text without case and accents), `matching` knows.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Exists, and_, false, func, not_, or_, select, true

from ...rules.filters.tree import All, And, Blank, Choice, Moment, Node, Not, Or, leaves, question
from ...rules.triage import MembershipState, Status
from ..hints import OF_LEARNER
from ..tables import learners, memberships
from .people import on_profile, on_search_key
from .profile_values import ProfileValues
from .terms import Context, learning, of_rating, rated_by_member, term_condition

Condition = ColumnElement[bool]

JOINED = frozenset({MembershipState.MEMBER})

_STATE_OF = {Status.INVITED: MembershipState.INVITED, Status.REMOVED: MembershipState.DELETED_MEMBER}


def membership_condition(node: Node, context: Context) -> Condition:
    """The filter as a condition on `memberships`; add the programs and `states` in view beside it."""
    match node:
        case All():
            return true()
        case And(parts):
            return and_(*_side_by_side(parts, context))
        case Or(parts):
            return or_(*(membership_condition(part, context) for part in parts))
        case Not(part):
            return _refused(membership_condition(part, context))
        case term:
            return term_condition(term, context)


def _refused(condition: Condition) -> Condition:
    """Whether a condition does not hold; one that is not known does not. What exists is always known, and PostgreSQL
    joins by it only where nothing is put around it."""
    return not_(condition if isinstance(condition, Exists) else func.coalesce(condition, false()))


def _side_by_side(parts: tuple[Node, ...], context: Context) -> list[Condition]:
    """The conditions of terms side by side: a band beside a skill is the band of that skill, reached when it stands
    there too; hours are those of an enrollment that began when it stands there; stars beside a course are those given
    to it, and answers beside a moment those of then."""
    asked: dict[str, dict[str, list[Any]]] = {"rating": {}, "hours": {}, "feedback": {}}
    for part in parts:
        if name := question(part):
            asked[name].setdefault(part.field, []).append(part)  # type: ignore[union-attr]
    if "learning" not in asked["hours"]:
        asked["hours"] = {}
    answers = [*asked["feedback"].pop("stars", ()), *asked["feedback"].pop("recommend", ())]
    answered = asked["feedback"].get("answered", ()) if answers else ()
    paired = [term for name in ("rating", "hours") for terms in asked[name].values() for term in terms]
    paired += [*answers, *answered]
    conditions = [membership_condition(part, context) for part in parts if part not in paired]
    conditions += [of_rating(terms, context) for terms in _combined(asked["rating"])]
    conditions += [learning(terms["learning"], terms.get("begun"), context) for terms in _combined(asked["hours"])]
    for answer in answers:
        courses = asked["feedback"].get("course", ()) if answer.field == "stars" else ()
        for course, moment in product(courses or (None,), answered or (None,)):
            conditions.append(rated_by_member(course, answer, moment, context))
    return conditions


def _combined(terms: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Each term of a field with each of every other, by their fields."""
    for chosen in product(*terms.values()) if terms else ():
        yield dict(zip(terms, chosen, strict=True))


class _Learners(NamedTuple):
    """What a learner's filter is compiled with: the context, and the memberships in view."""

    context: Context
    in_view: Condition


def learner_condition(node: Node, context: Context, in_view: Condition) -> Condition:
    """The filter as a condition on `learners`: a membership in view has what it asks of a membership.

    Terms side by side ask it of one and the same membership; under a negation, no membership in view has it.
    """
    return _of_learner(node, _Learners(context, in_view))


def _of_learner(node: Node, view: _Learners) -> Condition:
    match node:
        case All():
            return true()
        case And(parts):
            together = tuple(
                part for part in parts if not negates(part) and _on_person(part, view.context.profiles) is None
            )
            apart = [_of_learner(part, view) for part in parts if part not in together]
            return and_(*apart, *([_some_membership(And(together), view)] if together else []))
        case Or(parts):
            return or_(*(_of_learner(part, view) for part in parts))
        case Not(part):
            return _refused(_of_learner(part, view))
    alone = _on_person(node, view.context.profiles)
    return _some_membership(node, view) if alone is None else alone


def _on_person(node: Node, known: ProfileValues) -> Condition | None:
    by_key = on_search_key(node, learners)
    return on_profile(node, learners, known) if by_key is None else by_key


def asks_one_membership(node: Node) -> bool:
    """Whether the filter asks of a learner just that one membership fulfils all of it, so that it can be put to the
    memberships themselves. Nothing that is negated of a membership, and no person as an alternative to one."""
    match node:
        case And(parts):
            asked = [part for part in parts if not _of_person_alone(part)]
            return bool(asked) and not any(negates(part) for part in asked)
        case Or(parts):
            return all(asks_one_membership(part) for part in parts)
    return not isinstance(node, All | Not) and not _of_person_alone(node)


def _of_person_alone(node: Node) -> bool:
    return all(_on_person(leaf, {}) is not None for leaf in leaves(node))


def negates(node: Node) -> bool:
    """Whether the filter negates anything outside of a term."""
    if isinstance(node, And | Or):
        return any(negates(part) for part in node.parts)
    return isinstance(node, Not)


def _some_membership(node: Node, view: _Learners) -> Condition:
    asked = and_(view.in_view, membership_condition(node, view.context))
    own = select(memberships.c.id).where(memberships.c.learner_id == learners.c.id, asked)
    return own.with_hint(memberships, OF_LEARNER, "sqlite").correlate(learners).exists()


def states(node: Node) -> frozenset[MembershipState]:
    """The states of the memberships a filter covers: joined ones, unless it names invited or removed ones.

    A filter that does is narrowed to the states it can match, so that the query need not look at the others.
    """
    return _possible(node) if any(_names_state(leaf) for leaf in leaves(node)) else JOINED


def _names_state(leaf: Node) -> bool:
    match leaf:
        case Choice("status", values):
            return not _STATE_OF.keys().isdisjoint(Status(value) for value in values)
        case Moment(field) | Blank(field):
            return field in ("invited", "removed")
    return False


def _possible(node: Node) -> frozenset[MembershipState]:
    match node:
        case And(parts):
            return frozenset.intersection(*(_possible(part) for part in parts))
        case Or(parts):
            return frozenset.union(*(_possible(part) for part in parts))
        case Choice("status", values):
            return frozenset(_STATE_OF.get(Status(value), MembershipState.MEMBER) for value in values)
    return frozenset(MembershipState)
