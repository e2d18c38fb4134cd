"""Learners: who the staged rows speak of, what the rows together say of each person, and what that changes.

A staged row holds the person as two texts, so that a million rows that say the same compare fast: `head` the address
as typed (blank where it is the canonical one), name and external id, `tail` the nine profile fields (blank in reports
without). Fields are separated by U+001F, which no imported text holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import union_all as union
from sqlalchemy.dialects import sqlite

from ...rules.profile import PROFILE
from ...rules.text import search_key
from ...rules.times import Instant
from .. import bulk, staging
from ..tables import learner_addresses, learners, memberships
from .order import Order

SEPARATOR = "\x1f"
HEAD = ("email_shown", "name", "external_id")
TAIL = PROFILE
FIELDS = (*HEAD, *TAIL)
NO_TAIL = ""
_NO_PROFILE: list[str | None] = [None] * len(TAIL)

_CHUNK = 5_000
_people = staging.people


def collect(connection: Connection, order: Order, tables: Sequence[Table]) -> None:
    """Fill `staging.people`: every address once, with the learner it belongs to and all that rows say together."""
    staging.clear(connection, _people, staging.merged_people)
    base = (connection.execute(select(func.max(learners.c.id))).scalar_one() or 0) + 1
    if connection.dialect.name == "sqlite":
        for table in tables:
            connection.execute(_gather_one(table, base, order))
    elif tables:
        connection.execute(_gather_all(tables, base, order))
    staging.analyse(connection, _people)
    _renumber(connection, base)
    _merge_differing(connection, order, tables)


def _owner(email: ColumnElement[str]) -> ColumnElement[int]:
    """The learner of an address, present or former; null for nobody's. Correlates with `learners` joined by it."""
    former = select(func.max(learner_addresses.c.learner_id)).where(learner_addresses.c.email == email)
    return func.coalesce(learners.c.id, former.scalar_subquery())


_COLUMNS = ("email", "learner_id", "known", "differs", "ord", "last", "head", "tail")


def _gather_one(table: Table, base: int, order: Order) -> Any:
    rows, owner, last = table.c, _owner(table.c.email), order.precedence(table.c.ord)
    id = func.coalesce(owner, base + rows.ord)
    found = (
        select(rows.email, id, owner.is_not(None), literal(False), rows.ord, last, rows.head, rows.tail)
        .select_from(table.outerjoin(learners, learners.c.email == rows.email))
        .where(true())
        .order_by(rows.ord)
    )
    gather = sqlite.insert(_people).from_select(_COLUMNS, found)
    new = gather.excluded
    disagrees = or_(_people.c.head != new.head, and_(new.tail != NO_TAIL, _people.c.tail != new.tail))
    values = {"differs": or_(_people.c.differs, disagrees)}
    if order.one_moment:
        return gather.on_conflict_do_update(index_elements=["email"], set_=values, where=disagrees)
    later: ColumnElement[int] = func.max(_people.c.last, new.last)
    return gather.on_conflict_do_update(index_elements=["email"], set_={**values, "last": later})


def _gather_all(tables: Sequence[Table], base: int, order: Order) -> Any:
    all = union(*(select(table.c.email, table.c.ord, table.c.head, table.c.tail) for table in tables)).subquery()
    tail = func.nullif(all.c.tail, NO_TAIL)
    disagrees = or_(func.min(all.c.head) != func.max(all.c.head), func.min(tail) != func.max(tail))
    groups = (
        select(
            all.c.email,
            func.min(all.c.ord).label("ord"),
            func.max(order.precedence(all.c.ord)).label("last"),
            func.min(all.c.head).label("head"),
            func.coalesce(func.min(tail), NO_TAIL).label("tail"),
            func.coalesce(disagrees, False).label("differs"),
        )
        .group_by(all.c.email)
        .subquery()
    )
    rows, owner = groups.c, _owner(groups.c.email)
    id = func.coalesce(owner, base + rows.ord)
    found = select(rows.email, id, owner.is_not(None), rows.differs, rows.ord, rows.last, rows.head, rows.tail)
    joined = groups.outerjoin(learners, learners.c.email == rows.email)
    return insert(_people).from_select(_COLUMNS, found.select_from(joined))


def _renumber(connection: Connection, base: int) -> None:
    """New learners have ids as far apart as their rows; where they are few among many, close the gaps."""
    new, highest = connection.execute(
        select(func.count(), func.max(_people.c.learner_id)).where(~_people.c.known)
    ).one()
    if not new or new * 4 > highest - base:
        return
    ranked = select(_people.c.email, (base - 1 + func.row_number().over(order_by=_people.c.ord)).label("id")).where(
        ~_people.c.known
    )
    dense = ranked.subquery()
    connection.execute(update(_people).where(_people.c.email == dense.c.email).values(learner_id=dense.c.id))


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
    for some in _chunks(map(_merged, _by_email(_streamed(connection, told)))):
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


def compare(connection: Connection, order: Order) -> None:
    """Fill `staging.changed_people` with the known learners of whom the import says something new."""
    changed, other = staging.changed_people, _people.alias()
    staging.clear(connection, changed)
    present = or_(_people.c.email == learners.c.email, ~exists().where(other.c.email == learners.c.email))
    query = (
        select(
            *(_people.c.ord, _people.c.learner_id, _people.c.head, _people.c.tail, _moment(order)),
            *(learners.c.email, _people.c.email != learners.c.email, learners.c.moment),
            *(learners.c[name] for name in FIELDS),
        )
        .select_from(_people.join(learners, learners.c.id == _people.c.learner_id))
        .where(_people.c.known, present)
    )
    columns = ("learner_id", "ord", *FIELDS, "search_key", "moment")
    seen: set[int] = set()
    changes = (row for one in _streamed(connection, query) if (row := _change(one, seen)))
    for some in _chunks(changes):
        bulk.insert_rows(connection, changed, columns, some)
    staging.analyse(connection, changed)


def _moment(order: Order) -> ColumnElement[Instant | None]:
    """The moment of the newest file that names a person."""
    return order.moment(order.original(_people.c.last))


def _change(row: Any, former: set[int]) -> tuple[Any, ...] | None:
    """A learner's new fields where they differ. An older file fills blanks only; a blank never erases. `former` holds
    the learners already met under a former address, who may have several."""
    ord, learner_id, head, tail, moment, email, by_former, known_moment, *known = row
    if by_former:
        if learner_id in former:
            return None
        former.add(learner_id)
    told = _fields(email, head, tail)
    older = moment is not None and known_moment is not None and moment < known_moment
    first, second = (known, told) if older else (told, known)
    fields = [one if one is not None else other for one, other in zip(first, second, strict=True)]
    kept = max((one for one in (moment, known_moment) if one is not None), default=None)
    if fields == known:
        return None if kept == known_moment else (learner_id, None, *fields, search_key(fields[1] or "", email), kept)
    return learner_id, ord, *fields, search_key(fields[1] or "", email), kept


def _fields(email: str, head: str, tail: str) -> list[str | None]:
    """The person's fields as the store holds them, in the order of FIELDS."""
    shown, name, external_id = head.split(SEPARATOR)
    profile = [field or None for field in tail.split(SEPARATOR)] if tail != NO_TAIL else _NO_PROFILE
    return [shown or email, name or None, external_id or None, *profile]


def add(connection: Connection, order: Order) -> None:
    """Put new learners into the store."""
    query = select(_people.c.learner_id, _people.c.email, _people.c.head, _people.c.tail, _moment(order)).where(
        ~_people.c.known
    )
    columns = ("id", "email", *FIELDS, "search_key", "moment", "opted_out")
    for some in _chunks(_streamed(connection, query)):
        bulk.insert_rows(connection, learners, columns, [_new(*row) for row in some])
    bulk.advance(connection, learners)


def _new(id: int, email: str, head: str, tail: str, moment: Instant | None) -> tuple[Any, ...]:
    shown, name, external_id, *profile = _fields(email, head, tail)
    return id, email, shown, name, external_id, *profile, search_key(name or "", email), moment, False


def change(connection: Connection) -> None:
    """Write what `compare` found, the memberships' search keys included."""
    new = staging.changed_people.c
    told = {name: new[name] for name in (*FIELDS, "search_key", "moment")}
    connection.execute(update(learners).where(learners.c.id == new.learner_id, new.ord.is_not(None)).values(told))
    only_newer = and_(learners.c.id == new.learner_id, new.ord.is_(None))
    connection.execute(update(learners).where(only_newer).values(moment=new.moment))
    renamed = and_(memberships.c.learner_id == new.learner_id, memberships.c.search_key != new.search_key)
    connection.execute(update(memberships).where(renamed).values(search_key=new.search_key))


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    result = connection.execute(query, execution_options={"stream_results": True, "max_row_buffer": _CHUNK})
    for some in result.partitions(_CHUNK):
        yield from some


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while some := list(islice(rest, _CHUNK)):
        yield some
