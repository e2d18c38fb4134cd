"""Sets of ids as SQL, any number of them in one bound value: no temporary tables, so readers can use it too."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Select, any_, bindparam, column, func, select, true

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


def chosen(connection: Connection, ids: Iterable[int]) -> Select[tuple[int]]:
    """`SELECT id` over the given ids, to stand behind IN or to join with."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(bindparam(None, json.dumps(list(ids)))).table_valued("value")
        return select(values.c.value)
    return select(func.unnest(_array(ids)).table_valued(column("id", BigInteger)).render_derived().c.id)


def _array(ids: Iterable[int]) -> ColumnElement[Any]:
    return bindparam(None, list(ids), type_=ARRAY(BigInteger))
