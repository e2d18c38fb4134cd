"""Marked rows: a set of ids that outlives filters and sorting."""

from collections.abc import Iterable

from pyroaring import BitMap, FrozenBitMap


class Selection:
    """Ids of marked rows. A million of them take a few kilobytes to a few hundred."""

    def __init__(self) -> None:
        self._ids = BitMap()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id: int) -> bool:
        return id in self._ids

    @property
    def ids(self) -> FrozenBitMap:
        """The marked ids, as a set that no longer changes."""
        return FrozenBitMap(self._ids)

    def toggle(self, id: int) -> None:
        """Mark or unmark one."""
        if id in self._ids:
            self._ids.remove(id)
        else:
            self._ids.add(id)

    def add(self, ids: Iterable[int]) -> None:
        """Mark these."""
        self._ids.update(ids)

    def toggle_all(self, matching: BitMap) -> None:
        """Mark all that match; where all are marked already, unmark them."""
        if matching <= self._ids:
            self._ids -= matching
        else:
            self._ids |= matching

    def invert(self, matching: BitMap) -> None:
        """Of those that match, mark what is not marked and unmark what is; marks the filter hides stay."""
        self._ids ^= matching

    def clear(self) -> None:
        """Unmark all."""
        self._ids.clear()

    def hidden(self, matching: BitMap) -> int:
        """How many marked ones do not match."""
        return len(self._ids) - self._ids.intersection_cardinality(matching)
