"""External ids of several people, among an import's rows or between them and the store: they are told, and nobody is
merged for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, Table, case, exists, func, select, union

from .. import staging
from ..tables import learners, memberships
from .order import Order

TOLD = 500
"""How many external ids are told one by one; the rest are counted."""

_STREAMED = {"yield_per": 1_000}
_people = staging.people


@dataclass(frozen=True)
class SharedId:
    """An external id of several people. `addresses` are those of two, None for somebody whom the administrator who
    imports may not see; `more` counts further ones. The row that gives the latter of the addresses in rows is on
    `line` of `file`."""

    external_id: str
    addresses: tuple[str | None, str | None]
    more: int
    file: int
    line: int


@dataclass(frozen=True)
class SharedIds:
    """Those told one by one, and how many there are more."""

    told: tuple[SharedId, ...] = ()
    more: int = 0


@dataclass
class _Holders:
    """Who has an external id and may be seen: the first two in rows, the first two of the store, and all together."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    learners: BitMap = field(default_factory=BitMap)


def find(connection: Connection, order: Order, tables: Sequence[Table], scope: frozenset[int] | None) -> SharedIds:
    """External ids of several people, once the import's people are compared with the store's. `tables` hold the staged
    rows; `scope` are the programs that the administrator who imports may see, None all."""
    ids: list[str] = []
    more = 0
    for (external_id,) in connection.execute(_several(), execution_options=_STREAMED):
        if len(ids) < TOLD:
            ids.append(external_id)
        else:
            more += 1
    if not ids:
        return SharedIds()
    holders = {external_id: _Holders() for external_id in ids}
    for table in tables:
        _add_rows(connection, table, holders)
    _add_stored(connection, holders, scope)
    return SharedIds(tuple(_told(connection, order, tables, holders)), more)


def _several() -> CompoundSelect[Any]:
    """The external ids that rows give to several people, or to another than the store does."""
    given = _people.c.external_id
    among_rows = (
        select(given.label("given"))
        .where(given != "")
        .group_by(given)
        .having(func.min(_people.c.learner_id) != func.max(_people.c.learner_id))
    )
    elsewhere = exists().where(learners.c.external_id == given, learners.c.id != _people.c.learner_id, ~_lost())
    return union(among_rows, select(given).where(given != "", elsewhere)).order_by("given")


def _lost() -> ColumnElement[bool]:
    """That the import gives a learner another external id."""
    changed = staging.changed_people.c
    return exists().where(changed.learner_id == learners.c.id, changed.external_id != learners.c.external_id)


def _add_rows(connection: Connection, table: Table, holders: dict[str, _Holders]) -> None:
    given = table.c.external_id
    first = (
        select(given, table.c.email, func.min(table.c.ord).label("ord"))
        .where(given.in_(list(holders)))
        .group_by(given, table.c.email)
        .subquery()
    )
    query: Select[Any] = select(first, _people.c.learner_id).join(_people, _people.c.email == first.c.email)
    for external_id, email, ord, learner_id in connection.execute(query, execution_options=_STREAMED):
        known = holders[external_id]
        if learner_id not in known.learners:
            known.learners.add(learner_id)
            known.rows = nsmallest(2, (*known.rows, (ord, email)))


def _add_stored(connection: Connection, holders: dict[str, _Holders], scope: frozenset[int] | None) -> None:
    seen: ColumnElement[Any] = learners.c.email
    if scope is not None:
        own = exists().where(memberships.c.learner_id == learners.c.id, memberships.c.program_id.in_(scope))
        seen = case((own, learners.c.email))
    have = learners.c.external_id.in_(list(holders))
    query = select(learners.c.external_id, learners.c.id, seen).where(have, ~_lost()).order_by(learners.c.id)
    for external_id, learner_id, email in connection.execute(query, execution_options=_STREAMED):
        known = holders[external_id]
        if email is not None and learner_id not in known.learners:
            known.learners.add(learner_id)
            known.stored = [*known.stored, email][:2]


def _told(
    connection: Connection, order: Order, tables: Sequence[Table], holders: dict[str, _Holders]
) -> Iterator[SharedId]:
    ords = {known.rows[-1][0] for known in holders.values()}
    lines: dict[int, tuple[int, int]] = {}
    for table in tables:
        query = select(table.c.ord, order.file(table.c.ord), table.c.line).where(table.c.ord.in_(ords))
        lines |= {ord: (file, line) for ord, file, line in connection.execute(query)}
    for external_id, known in holders.items():
        seen = [*(email for _, email in known.rows), *known.stored]
        addresses = (seen[0], seen[1] if len(seen) > 1 else None)
        yield SharedId(external_id, addresses, max(0, len(known.learners) - 2), *lines[known.rows[-1][0]])
