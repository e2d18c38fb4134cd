"""A set of ids as SQL, any number of them in one bound value: no temporary tables, so readers can use it too."""

import json
from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, Connection, Select, bindparam, func, select


def chosen(connection: Connection, ids: Iterable[int]) -> Select[tuple[int]]:
    """`SELECT id` over the given ids, to stand behind IN."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(bindparam(None, json.dumps(list(ids)))).table_valued("value")
        return select(values.c.value)
    array = bindparam(None, list(ids), type_=ARRAY(BigInteger))
    return select(func.unnest(array).column_valued("chosen_id"))
