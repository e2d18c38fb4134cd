"""Values that completion offers for a filter field, with the number of joined members that have each.

A person waits for them with the cursor in the field: where counting means to look at every enrollment or rating of a
large store, names are offered without numbers.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from ...rules.text import clean
from ...rules.triage import MembershipState
from ..matching import begins_word, is_begun
from ..members import by_learner, in_view
from ..ratings.current import current_replay
from ..tables import (
    collection_items,
    collections,
    contracts,
    courses,
    enrollments,
    learners,
    memberships,
    programs,
    skill_ratings,
    skills,
    specialization_enrollments,
    specializations,
)
from .people import PROFILE
from .profile_values import MOST, keys_of, values_of

Value = tuple[str, int | None]
"""A value, and how many members have it; None where they were not counted."""


def values(
    connection: Connection, programs_in_view: frozenset[int] | None, field: str, prefix: str, limit: int
) -> list[Value]:
    """Values of the field, the most frequent first; empty for a field that has no list of values."""
    if field not in _SOURCES:
        return []
    value, table, also = _SOURCES[field]
    members = func.count() if table in _ONE_EACH else func.count(distinct(memberships.c.id))
    query: Select[Any, int] = (
        select(value, members)
        .select_from(table)
        .where(*in_view(programs_in_view, frozenset({MembershipState.MEMBER})), value != "")
        .where(*_beginning(connection, field, prefix, (value, *also)))
        .group_by(value)
        .order_by(members.desc(), value)
        .limit(limit)
    )
    if table is _PEOPLE:
        query = query.with_hint(memberships, by_learner(programs_in_view), "sqlite")
    return [(clean(found), number) for found, number in connection.execute(query)]


def names(connection: Connection, field: str, prefix: str, limit: int) -> list[Value]:
    """Values of one of the fields in `NAMED`, whether or not anybody has them, by name."""
    value, also = NAMED[field]
    query = select(value).where(value != "", *_beginning(connection, field, prefix, (value, *also)))
    return [(clean(found), None) for found in connection.scalars(query.distinct().order_by(value).limit(limit))]


def _beginning(
    connection: Connection, field: str, prefix: str, columns: Sequence[ColumnElement[str]]
) -> list[ColumnElement[bool]]:
    """That a value begins with what was typed, or a word in it does. Of a profile field with few values these are
    sorted out first: to compare all people's takes long."""
    if not prefix.strip():
        return []
    for key in keys_of(field, learners)[:1]:
        held = values_of(connection, key)
        if len(held) <= MOST:
            return [key.in_([one for one in held if is_begun(one, prefix)])]
    return [or_(*(begins_word(column, prefix) for column in columns))]


_PEOPLE = memberships.join(learners, learners.c.id == memberships.c.learner_id)
_PROGRAMS = memberships.join(programs, programs.c.id == memberships.c.program_id)
_CONTRACTS = memberships.join(contracts, contracts.c.id == memberships.c.contract_id)
_ONE_EACH = (_PEOPLE, _PROGRAMS, _CONTRACTS)
_COURSES = memberships.join(enrollments, enrollments.c.membership_id == memberships.c.id).join(
    courses, courses.c.id == enrollments.c.course_id
)

_SKILLS: tuple[ColumnElement[str], FromClause, tuple[ColumnElement[str], ...]] = (
    skills.c.name,
    memberships.join(
        skill_ratings,
        and_(skill_ratings.c.replay_id == current_replay(), skill_ratings.c.learner_id == memberships.c.learner_id),
    ).join(skills, skills.c.id == skill_ratings.c.skill_id),
    (),
)

_SOURCES: dict[str, tuple[ColumnElement[str], FromClause, tuple[ColumnElement[str], ...]]] = {
    **{field: (learners.c[columns[0]], _PEOPLE, ()) for field, columns in PROFILE.items() if field != "id"},
    "program": (
        programs.c.slug,
        _PROGRAMS,
        (programs.c.name,),
    ),
    "contract": (
        contracts.c.name,
        _CONTRACTS,
        (),
    ),
    "course": (courses.c.name, _COURSES, (courses.c.slug,)),
    "specialization": (
        specializations.c.name,
        memberships.join(
            specialization_enrollments, specialization_enrollments.c.membership_id == memberships.c.id
        ).join(specializations, specializations.c.id == specialization_enrollments.c.specialization_id),
        (specializations.c.slug,),
    ),
    "collection": (
        collections.c.name,
        _COURSES.join(collection_items, collection_items.c.course_id == enrollments.c.course_id).join(
            collections, collections.c.id == collection_items.c.collection_id
        ),
        (),
    ),
    "skill": _SKILLS,
    "learning": _SKILLS,
}
"""Per field: the value, where it is joined from, and further columns that a prefix may begin."""

NAMED: dict[str, tuple[ColumnElement[str], tuple[ColumnElement[str], ...]]] = {
    "course": (courses.c.name, (courses.c.slug,)),
    "specialization": (specializations.c.name, (specializations.c.slug,)),
    "collection": (collections.c.name, ()),
    "skill": (skills.c.name, ()),
    "learning": (skills.c.name, ()),
}
"""The fields whose values have a table of their own, and whose members are told by their enrollments or ratings."""
