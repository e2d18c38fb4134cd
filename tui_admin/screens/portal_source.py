"""Rows of a list from the portal: `portal.members` and `portal.users` ask alike, so that one source serves both."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from pyroaring import BitMap

from tui_admin.rules.filters import All
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant

from .session import Session


class ListModule(Protocol):
    """What a module of the portal that lists people offers."""

    def page(
        self, store: Any, actor: Actor, query: Any, now: Instant, offset: int, limit: int, total: int | None = None, /
    ) -> Sequence[Any]:
        """Rows."""
        ...

    def page_ids(self, store: Any, actor: Actor, query: Any, now: Instant, offset: int, limit: int, /) -> Sequence[int]:
        """Their ids."""
        ...

    def count(self, store: Any, actor: Actor, query: Any, now: Instant, /) -> int:
        """How many."""
        ...

    def counted(self, store: Any, actor: Actor, query: Any, now: Instant, most: int, /) -> tuple[int, BitMap | None]:
        """How many, and all ids where they are not more than that."""
        ...

    def narrows(self, query: Any, before: Any, /) -> bool:
        """Whether a query finds no more than another."""
        ...

    def position(self, store: Any, actor: Actor, query: Any, now: Instant, id: int, /) -> int | None:
        """Where one stands."""
        ...

    def ids(self, store: Any, actor: Actor, query: Any, now: Instant, /) -> Any:
        """All ids."""
        ...


FEW = 20_000
"""Rows that are remembered by id: looking among them is quicker than looking at everybody."""


class PortalSource:
    """A `RowSource` over one query. It remembers the count, which makes the list's end as near as its beginning, and
    the ids where they are few: the query after it mostly narrows it, while a person types."""

    def __init__(self, module: ListModule, session: Session, query: Any, now: Instant) -> None:
        self.query = query
        self.now = now
        self._module = module
        self._store, self._actor = session.store, session.actor
        self._total: int | None = None
        self._found: BitMap | None = None
        self._asked = query

    def follow(self, before: "PortalSource") -> None:
        """Look only among what the source before found, where that is known, few, and holds all there is to find."""
        known = before._asked.within if before._found is None else before._found
        if known is not None and self.now == before.now and self._module.narrows(self.query, before.query):
            self._asked = replace(self.query, within=known)

    def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Rows from a position on."""
        return self._module.page(self._store, self._actor, self._asked, self.now, offset, limit, self._total)

    def tail(self, limit: int) -> Sequence[Any]:
        """The last rows: the first of the opposite order, turned round."""
        opposite = replace(self._asked, descending=not self.query.descending)
        return self._module.page(self._store, self._actor, opposite, self.now, 0, limit)[::-1]

    def count(self) -> int:
        """How many rows there are."""
        asked = (self._store, self._actor, self._asked, self.now)
        if isinstance(self.query.filter, All):
            total = self._module.count(*asked)
        else:
            total, self._found = self._module.counted(*asked, FEW)
        self._total = total
        return total

    def position(self, id: int) -> int | None:
        """Where a row stands."""
        return self._module.position(self._store, self._actor, self._asked, self.now, id)

    def ids(self) -> BitMap:
        """The ids of all rows."""
        return BitMap(self._module.ids(self._store, self._actor, self._asked, self.now))

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """The ids from one position to another."""
        return self._module.page_ids(self._store, self._actor, self._asked, self.now, first, last - first + 1)
