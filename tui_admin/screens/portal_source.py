"""Rows of a list from the portal: `portal.members` and `portal.users` ask alike, so that one source serves both."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from pyroaring import BitMap

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

    def position(self, store: Any, actor: Actor, query: Any, now: Instant, id: int, /) -> int | None:
        """Where one stands."""
        ...

    def ids(self, store: Any, actor: Actor, query: Any, now: Instant, /) -> Any:
        """All ids."""
        ...


class PortalSource:
    """A `RowSource` over one query. It remembers the count, which makes the list's end as near as its beginning."""

    def __init__(self, module: ListModule, session: Session, query: Any, now: Instant) -> None:
        self.query = query
        self.now = now
        self._module = module
        self._store, self._actor = session.store, session.actor
        self._total: int | None = None

    def page(self, offset: int, limit: int) -> Sequence[Any]:
        """Rows from a position on."""
        return self._module.page(self._store, self._actor, self.query, self.now, offset, limit, self._total)

    def tail(self, limit: int) -> Sequence[Any]:
        """The last rows: the first of the opposite order, turned round."""
        opposite = replace(self.query, descending=not self.query.descending)
        return self._module.page(self._store, self._actor, opposite, self.now, 0, limit)[::-1]

    def count(self) -> int:
        """How many rows there are."""
        self._total = self._module.count(self._store, self._actor, self.query, self.now)
        return self._total

    def position(self, id: int) -> int | None:
        """Where a row stands."""
        return self._module.position(self._store, self._actor, self.query, self.now, id)

    def ids(self) -> BitMap:
        """The ids of all rows."""
        return BitMap(self._module.ids(self._store, self._actor, self.query, self.now))

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """The ids from one position to another."""
        return self._module.page_ids(self._store, self._actor, self.query, self.now, first, last - first + 1)
