"""How the licenses of each contract are used, counted from columns.

A membership draws on its own contract and on those a report named beside it. A learner joined to several programs of a
contract holds one license of it. All memberships of a learner stand in one block, so blocks are counted one by one: to
hold all of a million memberships at once would take most of a console's memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

import numpy as np

from ....rules.triage import MembershipState
from ....store.analytics.columns import Bools, Columns, Numbers
from ....store.analytics.people import STATES
from ....store.licenses import all_further

_COLUMNS = ("learner", "state", "enrolled", "active", "joined", "removed")


@dataclass(frozen=True, slots=True)
class Use:
    """How the licenses of a contract are used: how many learners hold one (`occupied`), are invited and hold none
    (`reserved`), hold one and are enrolled in a course (`utilized`), do so and neither joined nor learned lately
    (`quiet`); how many `memberships` the holders have; how many held one at the end of each of some days (`held`); the
    first day on which one of them is known to have joined."""

    occupied: int = 0
    reserved: int = 0
    utilized: int = 0
    quiet: int = 0
    memberships: int = 0
    held: tuple[int, ...] = ()
    first_day: int | None = None

    def __add__(self, other: "Use") -> "Use":
        """Of both together: of other learners, over the same days."""
        days = [day for day in (self.first_day, other.first_day) if day is not None]
        return Use(
            self.occupied + other.occupied,
            self.reserved + other.reserved,
            self.utilized + other.utilized,
            self.quiet + other.quiet,
            self.memberships + other.memberships,
            tuple(map(add, self.held, other.held)),
            min(days, default=None),
        )


def use_of_contracts(
    columns: Columns, counted: Bools | None, cutoff: int, ends: Sequence[int], check: Callable[[], None]
) -> dict[int, Use]:
    """How the licenses of each contract that memberships draw on are used by those that count (None: all), by its id.

    Whether somebody who counts uses a license, and how lately, all that they have under the contract says. Quiet is who
    joined and learned before the day `cutoff`; `ends` are the days at whose ends holders are counted. `check` is called
    between blocks.
    """
    found: dict[int, Use] = {}
    for contract, everybody, mine in _by_block(columns, counted):
        check()
        if mine.any():
            use = _use(everybody.some(mine), everybody, cutoff, ends)
            found[contract] = found[contract] + use if contract in found else use
    return found


def _use(own: "_Holdings", everybody: "_Holdings", cutoff: int, ends: Sequence[int]) -> Use:
    occupied = own.occupied()
    utilized = occupied & everybody.utilized()
    quiet = utilized & ~everybody.active_since(cutoff)
    return Use(
        occupied=int(occupied.sum()),
        reserved=int(own.reserved().sum()),
        utilized=int(utilized.sum()),
        quiet=int(quiet.sum()),
        memberships=int(own.is_joined.sum()),
        held=own.held(ends),
        first_day=own.first_day(),
    )


@dataclass(frozen=True, slots=True)
class _Holdings:
    """Memberships of a block under one contract; days by number, 0 where not known. Whom it tells of are learners of
    the block by position, of so many (`people`)."""

    people: int
    learner: Numbers
    state: Numbers
    enrolled: Numbers
    active: Numbers
    joined: Numbers
    removed: Numbers

    def some(self, counted: Bools) -> "_Holdings":
        """Some of them."""
        return _Holdings(self.people, **{name: getattr(self, name)[counted] for name in _COLUMNS})

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

    def held(self, ends: Sequence[int]) -> tuple[int, ...]:
        """How many learners held a license at the end of each of these days. Who joined on no known day is taken to
        have been there always."""
        left = np.where(self._is(MembershipState.DELETED_MEMBER), self.removed, np.iinfo(np.int32).max)
        once = ~self._is(MembershipState.INVITED)
        return tuple(int(self._learners(once & (self.joined <= end) & (left > end)).sum()) for end in ends)

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


def _by_block(columns: Columns, counted: Bools | None) -> Iterator[tuple[int, _Holdings, Bools]]:
    """For each block and each contract that memberships of it draw on: which contract, its memberships, and which of
    those count."""
    further = _further(columns)
    first = first_learner = 0
    for number in range(columns.count("memberships", "contract")):
        contract, learner, *told = columns.block("memberships", number, "contract", *_COLUMNS)
        people, last = len(columns.block("learners", number, "id")[0]), first + len(contract)
        here = slice(first, last)
        more = {id: marks[here] for id, marks in further.items() if marks[here].any()}
        whole = (learner.astype(np.int64) - first_learner, *told)
        for id in sorted({*np.unique(contract).tolist(), *more} - {0}):
            under = contract == id
            if id in more:
                under |= more[id]
            counts = np.ones(int(under.sum()), np.bool_) if counted is None else counted[here][under]
            yield id, _Holdings(people, *(values[under] for values in whole)), counts
        first, first_learner = last, first_learner + people


def _further(columns: Columns) -> dict[int, Bools]:
    """Which memberships, by position, a report named a contract for beside their own, by that contract."""
    found: dict[int, list[int]] = {}
    for membership, contract in all_further(columns.connection):
        found.setdefault(contract, []).append(membership)
    if not found:
        return {}
    (ids,) = columns.whole("memberships", "id")
    return {contract: np.isin(ids, drawn) for contract, drawn in found.items()}
