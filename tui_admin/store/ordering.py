"""Orders that are total and alike on both databases: text by its bytes, nothing first, equals by id."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, and_, case, cast, func, null, or_, tuple_
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Bytewise(FunctionElement[str]):
    """A text that sorts by its bytes."""

    type = Text()
    inherit_cache = True


@compiles(_Bytewise, "sqlite")
def _bytewise_sqlite(element: _Bytewise, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Bytewise, "postgresql")
def _bytewise_postgresql(element: _Bytewise, compiler: SQLCompiler, **options: object) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


def text_order(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The first of some texts that is not blank, to sort by without case; null where all are blank."""
    filled = [func.nullif(column, "") for column in columns]
    return _Bytewise(func.lower(func.coalesce(*filled) if len(filled) > 1 else filled[0]))


_APART = 4
"""Ranks that are told apart one by one."""


def ranked(id: ColumnElement[int], ranks: Sequence[tuple[int, int]]) -> ColumnElement[Any]:
    """The rank of an id, found by halving the ids and ranks given in the order of ids: a look at their table for every
    row would cost more. Null for any other."""
    if not ranks:
        return cast(null(), Integer)
    if len(ranks) <= _APART:
        return case(dict(ranks), value=id, else_=None)
    half = len(ranks) // 2
    return case((id < ranks[half][0], ranked(id, ranks[:half])), else_=ranked(id, ranks[half:]))


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key (`blank` where it may be null) and a direction; `ids` decide between equals."""

    key: ColumnElement[Any]
    ids: tuple[ColumnElement[int], ...]
    descending: bool = False
    blank: bool = True

    def clauses(self, *, reverse: bool = False) -> Sequence[ColumnElement[Any]]:
        """What stands behind ORDER BY; nothing known sorts as the least."""
        if self.descending is reverse:
            key = self.key.asc()
            return (key.nulls_first() if self.blank else key, *(id.asc() for id in self.ids))
        key = self.key.desc()
        return (key.nulls_last() if self.blank else key, *(id.desc() for id in self.ids))

    def precedes(self, value: object, ids: Sequence[int]) -> ColumnElement[bool]:
        """Whether a row stands before the one with this key and these ids."""
        own, others = tuple_(*self.ids), tuple_(*ids)
        equal = self.key.is_(None) if value is None else self.key == value
        if self.descending:
            greater = self.key.is_not(None) if value is None else self.key > value
            return or_(greater, and_(equal, own > others))
        before = [and_(equal, own < others)]
        if value is not None:
            before += [self.key < value, self.key.is_(None)] if self.blank else [self.key < value]
        return or_(*before)


def page(
    connection: Connection, plans: Sequence[tuple[Select[int], Order]], offset: int, limit: int, total: int | None
) -> list[int]:
    """The ids of one page. Past the middle of a known total the page is reached from the end.

    `plans` are ways to ask for the same ids in the same order: each but the last is given up after `STEPS`, where the
    database can.
    """
    reverse = total is not None and offset > total // 2
    if reverse and total is not None:
        limit = min(limit, total - offset)
        offset = total - offset - limit
        if limit <= 0:
            return []
    paged = [query.order_by(*order.clauses(reverse=reverse)).offset(offset).limit(limit) for query, order in plans]
    found = _first_done(connection, paged)
    return found[::-1] if reverse else found


STEPS = 250_000
"""Steps of SQLite's machine that a plan may take which is quick for most questions and slow for a few: some 50 ms where
the rows it looks up lie scattered over a large table."""

_ASKED = 10
"""How often SQLite asks within them. It counts on from where the same statement ended the last time, so that it may ask
the first time after any number of steps."""


def _patience() -> Callable[[], bool]:
    asked = count()
    return lambda: next(asked) >= _ASKED


def _first_done(connection: Connection, plans: Sequence[Select[int]]) -> list[int]:
    if connection.dialect.name != "sqlite":
        return list(connection.scalars(plans[0]))
    driver: Any = connection.connection.driver_connection
    for plan in plans[:-1]:
        driver.set_progress_handler(_patience(), STEPS // _ASKED)
        try:
            return list(connection.scalars(plan))
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
                raise
        finally:
            driver.set_progress_handler(None, 0)
    return list(connection.scalars(plans[-1]))
