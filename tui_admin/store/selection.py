"""Sets of ids as SQL, any number of them in one bound value: no temporary tables, so readers can use it too."""

import json
from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    any_,
    bindparam,
    column,
    func,
    literal,
    select,
    true,
    union_all,
)

Scope = frozenset[int] | None
"""The ids of the programs that may be seen; None for all of them."""


def within(program: ColumnElement[int], scope: Scope) -> ColumnElement[bool]:
    """The condition that keeps a query inside the scope; nothing to add for all programs."""
    return true() if scope is None else program.in_(sorted(scope))


def among(connection: Connection, ids_in: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of the ids.

    PostgreSQL compares with an array, which it walks in the order of an index; a subquery it would hash, and then visit
    100,000 rows in no order at twice the cost.
    """
    if connection.dialect.name == "sqlite":
        return ids_in.in_(chosen(connection, ids))
    return ids_in == any_(_array(ids))


def among_given(connection: Connection, ids_in: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same of ids that come later, as `given` makes them, under a parameter's name: for a statement that is asked
    many times."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(bindparam(name)).table_valued("value")
        return ids_in.in_(select(values.c.value))
    return ids_in == any_(bindparam(name, type_=ARRAY(BigInteger)))


def given(connection: Connection, ids: Iterable[int]) -> str | list[int]:
    """Ids as the parameter of `among_given`."""
    return json.dumps(list(ids)) if connection.dialect.name == "sqlite" else list(ids)


def chosen(connection: Connection, ids: Iterable[int]) -> Select[tuple[int]]:
    """`SELECT id` over the given ids, to stand behind IN or to join with."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(bindparam(None, json.dumps(list(ids)))).table_valued("value")
        return select(values.c.value)
    return select(func.unnest(_array(ids)).table_valued(column("id", BigInteger)).render_derived().c.id)


def counted(connection: Connection, query: Select[int], most: int) -> tuple[int, BitMap | None]:
    """How many ids a query finds, and all of them where they are at most so many; it is asked once."""
    found = query.cte("found")
    (id,) = found.c
    number = select(func.count()).select_from(found).scalar_subquery()
    few = select(literal(False), id).where(number <= most)
    rows = connection.execute(union_all(select(literal(True), number), few)).all()
    total: int = next(value for is_total, value in rows if is_total)
    return total, BitMap(value for is_total, value in rows if not is_total) if total <= most else None


def _array(ids: Iterable[int]) -> ColumnElement[Any]:
    return bindparam(None, list(ids), type_=ARRAY(BigInteger))
