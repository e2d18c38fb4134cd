"""Who holds and uses the licenses of each contract, counted from columns.

A membership draws on its own contract and on those a report named beside it. A learner joined to several programs of a
contract holds one license of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...rules.triage import MembershipState
from ...store.analytics.columns import Bools, Columns, Numbers
from ...store.analytics.people import STATES
from ...store.licenses import all_further

_COLUMNS = ("learner", "state", "enrolled", "active", "joined", "removed")


@dataclass(frozen=True, slots=True)
class Holdings:
    """The memberships under one contract; days by number, 0 where not known. Whom it tells of are learners by position,
    of so many (`people`)."""

    people: int
    learner: Numbers
    state: Numbers
    enrolled: Numbers
    active: Numbers
    joined: Numbers
    removed: Numbers

    def some(self, counted: Bools) -> "Holdings":
        """Some of them."""
        return Holdings(self.people, **{name: getattr(self, name)[counted] for name in _COLUMNS})

    @property
    def is_joined(self) -> Bools:
        """Whether each is of somebody who is a member now."""
        return self._is(MembershipState.MEMBER)

    def occupied(self) -> Bools:
        """The learners who hold a license."""
        return self._learners(self.is_joined)

    def utilized(self) -> Bools:
        """Those of them who are enrolled in a course."""
        return self._learners(self.is_joined & (self.enrolled > 0))

    def active_since(self, day: int) -> Bools:
        """Those of them who joined or learned on a day or later."""
        return self._learners(self.is_joined & (self.active >= day))

    def reserved(self) -> Bools:
        """The learners who are invited and hold no license."""
        return self._learners(self._is(MembershipState.INVITED)) & ~self.occupied()

    def net(self, ends: Sequence[int]) -> list[int]:
        """By how many the learners who held a license grew from each of these days to the next, at their ends. Who
        joined on no known day is taken to have been there always."""
        left = np.where(self._is(MembershipState.DELETED_MEMBER), self.removed, np.iinfo(np.int32).max)
        once = ~self._is(MembershipState.INVITED)
        held = [int(self._learners(once & (self.joined <= end) & (left > end)).sum()) for end in ends]
        return [after - before for before, after in pairwise(held)]

    def first_day(self) -> int | None:
        """The first day on which somebody is known to have joined."""
        known = self.joined[(self.joined > 0) & ~self._is(MembershipState.INVITED)]
        return int(known.min()) if len(known) else None

    def _learners(self, which: Bools) -> Bools:
        found = np.zeros(self.people, np.bool_)
        found[self.learner[which]] = True
        return found

    def _is(self, state: MembershipState) -> Bools:
        found: Bools = self.state == STATES[state]
        return found


def of_contracts(columns: Columns, counted: Bools | None) -> Iterator[tuple[int, Holdings, Holdings]]:
    """Of each contract that memberships draw on, by its id: what those that count (None: all) hold of it, where they
    hold anything, and what all do. One at a time: to hold all of them would take most of a console's memory."""
    (contract,) = columns.whole("memberships", "contract")
    whole = dict(zip(_COLUMNS, columns.whole("memberships", *_COLUMNS), strict=True))
    further = _further(columns)
    for number in sorted({*np.unique(contract).tolist(), *further} - {0}):
        mine = contract == number
        mine[further.get(number, [])] = True
        everybody = Holdings(columns.size("learners"), **{name: values[mine] for name, values in whole.items()})
        own = everybody if counted is None else everybody.some(counted[mine])
        if len(own.learner):
            yield number, own, everybody


def _further(columns: Columns) -> dict[int, Numbers]:
    """The positions of the memberships for which a report named a contract beside their own, by that contract."""
    found = all_further(columns.connection)
    if not found:
        return {}
    (ids,) = columns.whole("memberships", "id")
    member, drawn = np.array(found, np.int64).T
    order = np.argsort(ids, kind="stable")
    places = np.searchsorted(ids, member, sorter=order)
    known = places < len(ids)
    positions, drawn = order[places[known]], drawn[known]
    return {number: positions[drawn == number] for number in np.unique(drawn).tolist()}
