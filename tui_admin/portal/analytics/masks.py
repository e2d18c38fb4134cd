"""Whom a filter leaves: a yes or no for each membership and each learner of the columns.

The learners are those whom the Users list finds by the same words, and the memberships those of theirs that the filter
speaks of: terms side by side ask of one and the same membership; what is negated, and what is asked of the person,
holds for all memberships of the learner.
"""

from dataclasses import dataclass

import numpy as np

from ...rules.filters import All, Node
from ...rules.filters.tree import And, Blank, Choice, Named, Not, Or, conjunction
from ...rules.triage import MembershipState
from ...store.analytics import matching, profiles
from ...store.analytics.columns import Bools, Columns, Numbers
from ...store.analytics.people import STATES
from ...store.filters.names import ids_of
from ...store.filters.sql import negates
from ...store.filters.terms import Context

_SPARSE = 16
"""Of so many ids one is given, at the least, where a mark for each is kept."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Who counts, by position: each membership, and each learner with at least one that does."""

    memberships: Bools
    learners: Bools


def everybody(columns: Columns) -> Mask:
    """The mask that leaves nobody out, of learners with a membership."""
    people = _People(columns)
    return _of(people, np.ones(columns.size("memberships"), np.bool_))


def mask(columns: Columns, node: Node, context: Context) -> Mask:
    """Whom a filter leaves. People who came after the columns were made are not among them."""
    people = _People(columns)
    return _of(people, _Filter(columns, context, people).whole(node))


def without(columns: Columns, mask: Mask, state: MembershipState) -> Mask:
    """The same without memberships of a state."""
    (states,) = columns.whole("memberships", "state")
    return _of(_People(columns), mask.memberships & (states != STATES[state]))


def _of(people: "_People", memberships: Bools) -> Mask:
    return Mask(memberships, people.with_any(memberships))


class _People:
    """Ids and positions; read when they are first needed."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        (self.learner_of,) = columns.whole("memberships", "learner")

    def with_any(self, memberships: Bools) -> Bools:
        found = np.zeros(self._columns.size("learners"), np.bool_)
        found[self.learner_of[memberships]] = True
        return found

    def of_learners(self, learners: Bools) -> Bools:
        return learners[self.learner_of]

    def by_id(self, table: str, ids: Numbers) -> Bools:
        """Yes for what has one of the ids."""
        (own,) = self._columns.whole(table, "id")
        return _among(own, ids)

    def holding(self, column: str, ids: Numbers) -> Bools:
        """Yes for the memberships whose column holds one of the ids."""
        (own,) = self._columns.whole("memberships", column)
        return _among(own, ids)


@dataclass(frozen=True, slots=True)
class _Filter:
    columns: Columns
    context: Context
    people: _People

    def whole(self, node: Node) -> Bools:
        """The memberships of a filter, as it counts beside others: alternatives one of which is negated are asked of
        the person."""
        is_of_person = isinstance(node, Or) and negates(node)
        return self._of_whole_learner(node) if is_of_person else self.memberships(node)

    def memberships(self, node: Node) -> Bools:
        match node:
            case All():
                return np.ones(len(self.people.learner_of), np.bool_)
            case And(parts):
                return self._together(parts)
            case Or(parts):
                return _joined(np.logical_or, [self.memberships(part) for part in parts])
            case Not(part):
                return ~self._of_whole_learner(part)
        known = self._known(node)
        return self._asked(node) if known is None else known

    def _together(self, parts: tuple[Node, ...]) -> Bools:
        """What an index or a column tells is looked up by itself; the rest is asked of the store as one, because some
        terms side by side are one question (a band beside its skill)."""
        found, rest = [], []
        for part in parts:
            if negates(part):
                found.append(self._of_whole_learner(part))
            elif isinstance(part, Or):
                found.append(self.memberships(part))
            elif (told := self._known(part)) is not None:
                found.append(told)
            else:
                rest.append(part)
        if rest:
            found.append(self._asked(conjunction(tuple(rest))))
        return _joined(np.logical_and, found)

    def _of_whole_learner(self, node: Node) -> Bools:
        return self.people.of_learners(self.people.with_any(self.memberships(node)))

    def _known(self, term: Node) -> Bools | None:
        """A term of the person or of a column; None for any other."""
        match term:
            case Named("program"):
                return self.people.holding("program", np.array(ids_of(self.context.names, term), np.int64))
            case Named("contract"):
                return self._under_contract(ids_of(self.context.names, term))
            case Blank("contract"):
                return self.people.holding("contract", np.array([0]))
            case And() | Or() | Not() | Named() | Choice("status" | "band" | "delivery"):
                return None
        learners = profiles.holding(self.columns, term, self.context.profiles)
        if learners is None:
            found = matching.learners_where(self.columns.connection, term, self.context)
            learners = None if found is None else self.people.by_id("learners", found)
        return None if learners is None else self.people.of_learners(learners)

    def _under_contract(self, ids: list[int]) -> Bools:
        first = self.people.holding("contract", np.array(ids, np.int64))
        further = matching.further_contracts(self.columns.connection, tuple(ids))
        return first | self.people.by_id("memberships", further) if len(further) else first

    def _asked(self, node: Node) -> Bools:
        return self.people.by_id("memberships", matching.memberships_where(self.columns.connection, node, self.context))


def _among(own: Numbers, ids: Numbers) -> Bools:
    """Yes for each that is one of some ids. Where ids lie close together, by a mark for each there may be: `isin` takes
    20 times as much memory."""
    size = int(own.max()) + 1 if len(own) else 0
    if size > _SPARSE * len(own):
        return np.isin(own, ids)
    marks = np.zeros(size, np.bool_)
    marks[ids[ids < size]] = True
    found: Bools = marks[own]
    return found


def _joined(how: np.ufunc, masks: list[Bools]) -> Bools:
    joined: Bools = how.reduce(masks)
    return joined
