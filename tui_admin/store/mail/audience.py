"""Finding the people a message goes to, and the membership of each that it is about.

A person counts once, however many programs they are in. What a filter asks of a membership, one of theirs in view must
have; what it negates, none of them may. Sets of learners are put together here, so that each query is one walk over an
index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Select, case, select

from ...rules.filters.tree import All, And, Node, Not, Or, conjunction
from ...rules.triage import MembershipState
from ..filters.reach import few_people, walk
from ..filters.sql import JOINED, membership_condition, negates, states
from ..filters.terms import Context
from ..hints import OF_LEARNER
from ..members import EVERY_STATE, in_view
from ..selection import Scope, among, within
from ..tables import memberships

_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those a filter finds among the memberships of programs (None: all of them)."""

    node: Node
    context: Context
    programs: Scope


def people(connection: Connection, crowd: Crowd) -> BitMap:
    """The learners found."""
    return _people(connection, crowd, crowd.node)


def memberships_of(connection: Connection, crowd: Crowd) -> BitMap:
    """The membership of each of the learners found that the filter finds first."""
    learners = people(connection, crowd) if negates(crowd.node) else None
    query = _asked(connection, crowd, _positive(crowd.node)).with_only_columns(
        memberships.c.learner_id, memberships.c.id
    )
    return _first_of_each(connection, query.order_by(memberships.c.id), learners)


def chosen_memberships(connection: Connection, ids: Iterable[int], scope: Scope) -> BitMap:
    """Of the memberships picked by hand, those within the scope, one of each person."""
    picked = BitMap(ids)
    query = select(memberships.c.learner_id, memberships.c.id).where(within(memberships.c.program_id, scope))
    query = query.where(among(connection, memberships.c.id, picked)).order_by(memberships.c.id)
    return _first_of_each(connection, query, None)


def memberships_of_learners(connection: Connection, ids: Iterable[int], scope: Scope) -> BitMap:
    """Of each of the learners picked by hand the membership within the scope that a message is about: a joined one
    where there is one, else an invitation."""
    order = case({MembershipState.MEMBER: 0, MembershipState.INVITED: 1}, value=memberships.c.state, else_=2)
    query = select(memberships.c.learner_id, memberships.c.id).where(within(memberships.c.program_id, scope))
    query = query.where(among(connection, memberships.c.learner_id, BitMap(ids))).order_by(order, memberships.c.id)
    return _first_of_each(connection, query, None)


def of_learners(connection: Connection, ids: Iterable[int]) -> BitMap:
    """All memberships of learners."""
    return _ids(connection, select(memberships.c.id).where(among(connection, memberships.c.learner_id, ids)))


def learners_of(connection: Connection, ids: Iterable[int], state: MembershipState | None = None) -> BitMap:
    """The learners of memberships, of those in a state where one is given."""
    query = select(memberships.c.learner_id).where(among(connection, memberships.c.id, ids))
    return _ids(connection, query if state is None else query.where(memberships.c.state == state))


def _people(connection: Connection, crowd: Crowd, node: Node) -> BitMap:
    if not negates(node):
        return _ids(connection, _asked(connection, crowd, node).with_only_columns(memberships.c.learner_id))
    match node:
        case Or(parts):
            return BitMap.union(*(_people(connection, crowd, part) for part in parts))
        case Not(part):
            return _people(connection, crowd, All()) - _people(connection, crowd, part)
    assert isinstance(node, And)
    found = _people(connection, crowd, _positive(node))
    for part in node.parts:
        if isinstance(part, Not):
            found -= _people(connection, crowd, part.part)
        elif negates(part):
            found &= _people(connection, crowd, part)
    return found


def _positive(node: Node) -> Node:
    """What is asked of one membership: the parts of a filter that negate nothing."""
    parts = node.parts if isinstance(node, And) else (node,)
    asked = tuple(part for part in parts if not negates(part))
    return conjunction(asked) if asked else All()


def _asked(connection: Connection, crowd: Crowd, node: Node) -> Select[Any]:
    """The memberships in view that have what is asked; those who joined unless the filter speaks of others."""
    covered = JOINED if states(crowd.node) == JOINED else EVERY_STATE
    query = select(memberships.c.id).where(*in_view(crowd.programs, covered), membership_condition(node, crowd.context))
    known = few_people(connection, node, crowd.context)
    if known is None:
        return query.with_hint(memberships, walk(node), "sqlite")
    query = query.where(among(connection, memberships.c.learner_id, known))
    return query.with_hint(memberships, OF_LEARNER, "sqlite")


def _ids(connection: Connection, query: Select[Any]) -> BitMap:
    found = BitMap()
    for block in connection.scalars(query, execution_options={"yield_per": _AT_ONCE}).partitions():
        found.update(block)
    return found


def _first_of_each(connection: Connection, query: Select[Any], among_learners: BitMap | None) -> BitMap:
    seen, found = BitMap(), BitMap()
    for learner, id in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        if learner not in seen and (among_learners is None or learner in among_learners):
            seen.add(learner)
            found.add(id)
    return found
