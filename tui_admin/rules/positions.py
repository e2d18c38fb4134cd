"""Things in an order that a person gave them, kept as numbers with gaps between: moving one thing writes one number,
however many follow it."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

GAP = 1_024
"""Between neighbours that were numbered anew."""

_FURTHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an order: directly before or after a thing in it; where neither is named, at the end."""

    before: int | None = None
    after: int | None = None

    @property
    def named(self) -> int | None:
        """The thing it is told by."""
        return self.after if self.before is None else self.before


END = Spot()


class Ordered:
    """The ids of things in their order, with the position of each. `placed` are those that were given a new one."""

    def __init__(self, positions: Mapping[int, int] = {}) -> None:
        self.ids = list(positions)
        self.positions = dict(positions)
        self.placed: set[int] = set()

    def copy(self) -> "Ordered":
        """The same order, to be changed for itself."""
        return Ordered({thing: self.positions[thing] for thing in self.ids})

    def index(self, spot: Spot) -> int:
        """How many things stand before a spot. Raises ValueError where what it is told by is not here."""
        if spot.before is not None:
            return self.ids.index(spot.before)
        return len(self.ids) if spot.after is None else self.ids.index(spot.after) + 1

    def take(self, things: Collection[int]) -> None:
        """Take things out of the order."""
        leaving = set(things)
        self.ids = [thing for thing in self.ids if thing not in leaving]
        self.placed -= leaving
        for thing in leaving:
            self.positions.pop(thing, None)

    def put(self, things: Sequence[int], index: int) -> None:
        """Put things, which are not here, behind the first `index`; all are numbered anew where no number is free."""
        before = self.positions[self.ids[index - 1]] if index else None
        after = self.positions[self.ids[index]] if index < len(self.ids) else None
        self.ids[index:index] = things
        numbers = _between(before, after, len(things))
        if numbers is None:
            self._number_anew()
            return
        self.positions.update(zip(things, numbers, strict=True))
        self.placed.update(things)

    def _number_anew(self) -> None:
        self.positions = {thing: (number + 1) * GAP for number, thing in enumerate(self.ids)}
        self.placed = set(self.ids)


def staying(ids: Sequence[int], wanted: Sequence[int]) -> set[int]:
    """The most things that can stay where they are when an order becomes another: the longest row of them that stands
    in both in one order (by patience sorting)."""
    place = {thing: number for number, thing in enumerate(ids)}
    rising = [thing for thing in wanted if thing in place]
    ends: list[int] = []
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for thing in rising:
        at = bisect_left(ends, place[thing])
        before[thing] = tops[at - 1] if at else None
        ends[at : at + 1], tops[at : at + 1] = [place[thing]], [thing]
    found: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found


def _between(before: int | None, after: int | None, count: int) -> list[int] | None:
    """So many rising numbers between two others; None where there are not so many."""
    if before is None:
        before = 0 if after is None else after - (count + 1) * GAP
    if after is None:
        after = before + (count + 1) * GAP
    width = after - before
    if width <= count or before < -_FURTHEST or after > _FURTHEST:
        return None
    return [before + width * (number + 1) // (count + 1) for number in range(count)]
