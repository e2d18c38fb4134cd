"""Who the staged rows speak of: every address once, with the learner it belongs to and all that rows say together, and
the learner of each row.

On SQLite that is found while rows are staged, as long as they are at hand and the next ones are being read.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
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

from ...rules.profile import PROFILE
from .. import bulk, journal, staging
from ..tables import learner_addresses, learners
from .order import Order
from .people import NO_PROFILE, SAID, chunks, streamed

_people, _links = staging.people, staging.links
_COLUMNS = ("email", "learner_id", "known", "differs", "ord", *SAID)
_TEXTS = SAID[:-1]


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
        select(rows.email, id, owner.is_not(None), false(), rows.ord, *_said(table))
        .select_from(table.outerjoin(learners, learners.c.email == rows.email))
        .where(which)
        .order_by(rows.ord)
    )
    gather = sqlite.insert(_people).from_select(_COLUMNS, found)
    new = gather.excluded
    other_profile = and_(new.profile != NO_PROFILE, _people.c.profile != new.profile)
    disagrees = or_(*(_people.c[name] != new[name] for name in _TEXTS), other_profile)
    where = and_(~_people.c.differs, disagrees)
    return gather.on_conflict_do_update(index_elements=["email"], set_={"differs": true()}, where=where)


def _gather_all(tables: Sequence[Table], base: int) -> Insert:
    all = union(*(select(table.c.email, table.c.ord, *_said(table)) for table in tables)).subquery()
    profile = func.nullif(all.c.profile, NO_PROFILE)
    disagrees = or_(*(func.min(one) != func.max(one) for one in (*(all.c[name] for name in _TEXTS), profile)))
    groups = (
        select(
            all.c.email,
            func.min(all.c.ord).label("ord"),
            *(func.min(all.c[name]).label(name) for name in _TEXTS),
            func.coalesce(func.min(profile), NO_PROFILE).label("profile"),
            func.coalesce(disagrees, False).label("differs"),
        )
        .group_by(all.c.email)
        .subquery()
    )
    rows, owner = groups.c, _owner(groups.c.email)
    id = func.coalesce(owner, base + rows.ord)
    found = select(rows.email, id, owner.is_not(None), rows.differs, rows.ord, *_said(groups))
    joined = groups.outerjoin(learners, learners.c.email == rows.email)
    return insert(_people).from_select(_COLUMNS, found.select_from(joined))


def _said(rows: FromClause) -> list[ColumnElement[Any]]:
    return [rows.c[name] for name in SAID]


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
        select(table.c.email, *_said(table), func.max(order.precedence(table.c.ord)).label("last"))
        .where(table.c.email.in_(differing))
        .group_by(table.c.email, *_said(table))
        for table in tables
    ]
    all, profiles, merged = union(*rows).subquery(), staging.profiles, staging.merged_people
    told = select(all.c.email, *(all.c[name] for name in _TEXTS), *(profiles.c[name] for name in PROFILE))
    told = told.select_from(all.outerjoin(profiles, profiles.c.number == all.c.profile))
    people = map(_merged, _by_email(streamed(connection, told.order_by(all.c.email, all.c.last))))
    numbers = count((connection.execute(select(func.max(profiles.c.number))).scalar_one() or NO_PROFILE) + 1)
    for some in chunks(zip(people, numbers, strict=False)):
        profile_rows = [(number, *person[len(_TEXTS) + 1 :]) for person, number in some]
        bulk.insert_rows(connection, profiles, ("number", *PROFILE), profile_rows)
        person_rows = [(*person[: len(_TEXTS) + 1], number) for person, number in some]
        bulk.insert_rows(connection, merged, ("email", *SAID), person_rows)
    staging.analyse(connection, profiles, merged)
    same = _people.c.email == merged.c.email
    connection.execute(update(_people).where(same).values({name: merged.c[name] for name in SAID}))


def _by_email(rows: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    for email, group in groupby(rows, itemgetter(0)):
        yield email, list(group)


def _merged(person: tuple[str, list[Any]]) -> tuple[str | None, ...]:
    """The address, and of the address as typed the last, of every other field the last that is not blank."""
    email, rows = person
    _, shown, *fields = zip(*rows, strict=True)
    name, external_id, *profile = map(_last, fields)
    return email, shown[-1], name or "", external_id or "", *profile


def _last(values: Sequence[str | None]) -> str | None:
    return next((value for value in reversed(values) if value), None)
