"""Who the staged rows speak of: every address once, with the learner it belongs to and all that rows say together, and
the learner of each row.

On SQLite that is found while rows are staged, as long as they are at hand and the next ones are being read.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    and_,
    bindparam,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import union_all as union
from sqlalchemy.dialects import sqlite

from .. import bulk, journal, staging
from ..tables import learner_addresses, learners
from .order import Order
from .people import NO_TAIL, SEPARATOR, chunks, streamed

_people, _links = staging.people, staging.links
_COLUMNS = ("email", "learner_id", "known", "differs", "ord", "head", "tail")


class Gathering:
    """Fills `staging.people` and `staging.links`: `take` while rows are staged, `settle` once all are."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._begin()

    def _begin(self) -> None:
        staging.clear(self._connection, _people, staging.merged_people, _links)
        self._head: tuple[int, str] | None = journal.read_head(self._connection)
        self._base = (self._connection.execute(select(func.max(learners.c.id))).scalar_one() or 0) + 1
        self._reached: dict[str, int] = {}
        self._statements: dict[str, tuple[Insert, Insert]] = {}

    @property
    def _at_once(self) -> bool:
        """Whether the people of all rows are found by one statement, which PostgreSQL does in several processes."""
        return self._connection.dialect.name != "sqlite"

    def take(self, table: Table) -> None:
        """Take in the rows of a table of people that were staged since the last time."""
        if self._at_once:
            return
        last = self._connection.execute(select(func.max(table.c.ord))).scalar_one() or 0
        between = {"first": self._reached.get(table.name, 0) + 1, "last": last}
        if last < between["first"]:
            return
        if table.name not in self._statements:
            rows = table.c.ord.between(bindparam("first"), bindparam("last"))
            self._statements[table.name] = _gather_one(table, self._base, rows), _link(table, rows)
        for statement in self._statements[table.name]:
            self._connection.execute(statement, between)
        self._reached[table.name] = last

    def settle(self, order: Order, tables: Sequence[Table]) -> None:
        """Complete both, now that all rows are staged; anew where somebody wrote to the store since it began."""
        connection = self._connection
        if self._at_once or self._head != journal.read_head(connection):
            self._begin()
            self._gather(tables)
        self._head = None  # what follows changes what was gathered
        staging.analyse(connection, _people)
        if self._renumber() or self._at_once:
            staging.clear(connection, _links)
            for table in tables:
                connection.execute(_link(table, true()))
        staging.analyse(connection, _links)
        _date(connection, order)
        _merge_differing(connection, order, tables)

    def _gather(self, tables: Sequence[Table]) -> None:
        if self._at_once and tables:
            self._connection.execute(_gather_all(tables, self._base))
        for table in tables:
            self.take(table)

    def _renumber(self) -> bool:
        """New learners have ids as far apart as their rows; where they are few among many, close the gaps."""
        new, highest = self._connection.execute(
            select(func.count(), func.max(_people.c.learner_id)).where(~_people.c.known)
        ).one()
        if not new or new * 4 > highest - self._base:
            return False
        rank = func.row_number().over(order_by=_people.c.ord)
        dense = select(_people.c.email, (self._base - 1 + rank).label("id")).where(~_people.c.known).subquery()
        renumbered = update(_people).where(_people.c.email == dense.c.email).values(learner_id=dense.c.id)
        self._connection.execute(renumbered)
        return True


def _owner(email: ColumnElement[str]) -> ColumnElement[int]:
    """The learner of an address, present or former; null for nobody's. Correlates with `learners` joined by it."""
    former = select(func.max(learner_addresses.c.learner_id)).where(learner_addresses.c.email == email)
    return func.coalesce(learners.c.id, former.scalar_subquery())


def _gather_one(table: Table, base: int, which: ColumnElement[bool]) -> Insert:
    rows, owner = table.c, _owner(table.c.email)
    id = func.coalesce(owner, base + rows.ord)
    found = (
        select(rows.email, id, owner.is_not(None), false(), rows.ord, rows.head, rows.tail)
        .select_from(table.outerjoin(learners, learners.c.email == rows.email))
        .where(which)
        .order_by(rows.ord)
    )
    gather = sqlite.insert(_people).from_select(_COLUMNS, found)
    new = gather.excluded
    disagrees = or_(_people.c.head != new.head, and_(new.tail != NO_TAIL, _people.c.tail != new.tail))
    where = and_(~_people.c.differs, disagrees)
    return gather.on_conflict_do_update(index_elements=["email"], set_={"differs": true()}, where=where)


def _gather_all(tables: Sequence[Table], base: int) -> Insert:
    all = union(*(select(table.c.email, table.c.ord, table.c.head, table.c.tail) for table in tables)).subquery()
    tail = func.nullif(all.c.tail, NO_TAIL)
    disagrees = or_(func.min(all.c.head) != func.max(all.c.head), func.min(tail) != func.max(tail))
    groups = (
        select(
            all.c.email,
            func.min(all.c.ord).label("ord"),
            func.min(all.c.head).label("head"),
            func.coalesce(func.min(tail), NO_TAIL).label("tail"),
            func.coalesce(disagrees, False).label("differs"),
        )
        .group_by(all.c.email)
        .subquery()
    )
    rows, owner = groups.c, _owner(groups.c.email)
    id = func.coalesce(owner, base + rows.ord)
    found = select(rows.email, id, owner.is_not(None), rows.differs, rows.ord, rows.head, rows.tail)
    joined = groups.outerjoin(learners, learners.c.email == rows.email)
    return insert(_people).from_select(_COLUMNS, found.select_from(joined))


def _link(table: Table, which: ColumnElement[bool]) -> Insert:
    joined = table.outerjoin(_people, _people.c.email == table.c.email)
    rows = select(table.c.ord, _people.c.learner_id, table.c.program).select_from(joined).where(which)
    return insert(_links).from_select(("ord", "learner_id", "program"), rows.order_by(table.c.ord))


def _date(connection: Connection, order: Order) -> None:
    """Where files differ in moment, note the place of the last row of each learner in their order."""
    if order.one_moment:
        return
    last = func.max(order.precedence(_links.c.ord)).label("last")
    named = select(_links.c.learner_id, last).group_by(_links.c.learner_id).subquery()
    connection.execute(update(_people).where(_people.c.learner_id == named.c.learner_id).values(last=named.c.last))


def _merge_differing(connection: Connection, order: Order, tables: Sequence[Table]) -> None:
    """Where rows disagree about a person, the last that is not blank wins, field by field."""
    differing = select(_people.c.email).where(_people.c.differs)
    if connection.execute(differing.limit(1)).first() is None:
        return
    rows = [
        select(table.c.email, table.c.head, table.c.tail, func.max(order.precedence(table.c.ord)).label("last"))
        .where(table.c.email.in_(differing))
        .group_by(table.c.email, table.c.head, table.c.tail)
        for table in tables
    ]
    all = union(*rows).subquery()
    told = select(all.c.email, all.c.head, all.c.tail).order_by(all.c.email, all.c.last)
    for some in chunks(map(_merged, _by_email(streamed(connection, told)))):
        bulk.insert_rows(connection, staging.merged_people, ("email", "head", "tail"), some)
    staging.analyse(connection, staging.merged_people)
    merged = staging.merged_people.c
    connection.execute(
        update(_people).where(_people.c.email == merged.email).values(head=merged.head, tail=merged.tail)
    )


def _by_email(rows: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    for email, group in groupby(rows, itemgetter(0)):
        yield email, list(group)


def _merged(person: tuple[str, list[Any]]) -> tuple[str, str, str]:
    email, rows = person
    heads = [row[1].split(SEPARATOR) for row in rows]
    tails = [row[2].split(SEPARATOR) for row in rows if row[2] != NO_TAIL]
    head = [heads[-1][0], *(_last(values) for values in list(zip(*heads, strict=True))[1:])]
    tail = [_last(values) for values in zip(*tails, strict=True)]
    return email, SEPARATOR.join(head), SEPARATOR.join(tail) or NO_TAIL


def _last(values: Sequence[str]) -> str:
    return next((value for value in reversed(values) if value), "")
