"""How many hold licenses, known again without counting while nobody else writes: counting a contract of a million takes
a hundred times as long as one more who joins."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection

from ...store import journal as store_journal
from ...store import licenses as store_licenses
from ..seats import Count, Counts

_REMEMBERED = 64
"""Heads of the journal: who reads beside those who join sees the store as it was a few of them ago."""

Head = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What was counted at one head of the journal, by contract. Whoever joins holds one license more at most: that
    number alone is carried on."""

    exact: dict[int, int] = field(default_factory=dict)
    at_most: dict[int, int] = field(default_factory=dict)


class Occupancy:
    """What was counted last. Every write leaves an entry in the journal, so with the same head the numbers are the
    same. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counted: dict[Head, _Counted] = {}
        self._lock = Lock()

    @property
    def counts(self) -> Counts:
        """Counts each contract once at every head. Within a transaction that seats people they are to be asked when the
        contracts are held: what others seated before is in the journal by then."""
        return Counts(self._exact, self._at_most)

    def joined(self, before: Head, after: Head, contract_ids: Iterable[int]) -> None:
        """Note what a transaction did that moved the head from one to the next: one more membership draws on each of
        these contracts."""
        if counted := self._counted.get(before):
            more = Counter(contract_ids)
            self._remember(after, _Counted(at_most={id: n + more[id] for id, n in counted.at_most.items()}))

    def _exact(self, connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
        here = self._here(connection)
        found = _once(here.exact, store_licenses.occupied, connection, contract_ids)
        here.at_most.update(found)
        return found

    def _at_most(self, connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
        return _once(self._here(connection).at_most, store_licenses.occupied_at_most, connection, contract_ids)

    def _here(self, connection: Connection) -> _Counted:
        head = store_journal.read_head(connection)
        return self._counted.get(head) or self._remember(head, _Counted())

    def _remember(self, head: Head, counted: _Counted) -> _Counted:
        with self._lock:
            self._counted[head] = counted
            while len(self._counted) > _REMEMBERED:
                del self._counted[next(iter(self._counted))]
        return counted


def _once(known: dict[int, int], count: Count, connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
    if missing := [id for id in contract_ids if id not in known]:
        found = count(connection, missing)
        known.update({id: found[id] for id in missing})
    return Counter({id: known[id] for id in contract_ids})
