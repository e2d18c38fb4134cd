"""Rows of catalogue files about the same thing: the newest counts, and is compared with what the store holds."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table

from .catalogue_rows import Said
from .ids import Additions
from .order import Order

Key = TypeVar("Key", bound=Hashable)
One = TypeVar("One")
Row = dict[str, Any]


class Newest:
    """Tells which rows count. `counts` are, by file, its rows that are new, changed, older and so on, as `merge.Tally`
    calls them. A thing knows the moment of the newest catalogue that told of it as `catalogue_moment`."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.counts: dict[int, Counter[str]] = defaultdict(Counter)

    def grouped(self, rows: Iterable[tuple[Key, Said]]) -> dict[Key, list[Said]]:
        """Rows by what they are of, in the order in which later ones count."""
        found: dict[Key, list[Said]] = defaultdict(list)
        for key, said in rows:
            found[key].append(said)
        for group in found.values():
            group.sort(key=lambda said: self._order.rank(said.file))
        return found

    def latest(self, rows: Sequence[Said], known: Mapping[str, Any]) -> Said | None:
        """The row that counts; None where the store knows newer."""
        fresh = self.fresh(rows, rows, known)
        for said in fresh[:-1]:
            self.counts[said.file]["conflicting"] += said.told != fresh[-1].told
        return fresh[-1] if fresh else None

    def fresh(self, rows: Sequence[One], said: Sequence[Said], known: Mapping[str, Any]) -> list[One]:
        """The rows than which the store knows nothing newer, by what is said in them."""
        before, found = known["catalogue_moment"], []
        for row, one in zip(rows, said, strict=True):
            moment = self._order.moment_of(one.file)
            if moment is not None and before is not None and moment < before:
                self.counts[one.file]["older"] += 1
            else:
                found.append(row)
        return found

    def fill(self, additions: Additions, table: Table, known: Row, facts: Row, said: Said, *, new: bool) -> bool:
        """Note what the store is to hold of a thing; whether any fact differs."""
        better = {name: value for name, value in facts.items() if known[name] != value}
        changed, moment = bool(better), self._order.moment_of(said.file)
        if moment is not None and moment != known["catalogue_moment"]:
            better["catalogue_moment"] = moment
        if better:
            known.update(better)
            if not new:
                additions.fills.append((table, known["id"], better))
        return changed

    def count(self, said: Said, *, new: bool, changed: bool) -> None:
        """Count a row that counts."""
        if new or changed:
            self.counts[said.file]["new" if new else "changed"] += 1
