"""Statements compiled once for each database and given to its driver as text: what a sender says thousands of times a
second must not be worked out anew each time."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    bindparam,
    cast,
    column,
    func,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.types import TypeEngine

_DIALECTS: Mapping[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.psycopg.PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}


class Prepared:
    """A statement whose parameters are named by `bindparam`. It says nothing of types: the driver converts."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def one(self, connection: Connection, **parameters: Any) -> CursorResult[Any]:
        """Execute it once."""
        text, constants = self._for(connection)
        return connection.exec_driver_sql(text, {**constants, **parameters})

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it once for each row, on SQLite; see `ForEach`."""
        text, constants = self._for(connection)
        connection.exec_driver_sql(text, [{**constants, **row} for row in rows])

    def _for(self, connection: Connection) -> tuple[str, Mapping[str, Any]]:
        name = connection.dialect.name
        if name not in self._compiled:
            assert isinstance(self._statement, ClauseElement)
            compiled = self._statement.compile(dialect=_DIALECTS[name])
            given = {key: _plain(value) for key, value in compiled.params.items() if value is not None}
            self._compiled[name] = str(compiled), given
        return self._compiled[name]


Given = Callable[[str], ColumnElement[Any]]
"""A value of a row, by its name."""


class ForEach:
    """A statement for each of many rows: `make` builds it of the values of a row, which have names and `types`.

    A shared store gets all rows at once. Its driver would send them one by one, and end with a request after which
    PostgreSQL no longer minds that a session stands still within a transaction: a frozen sender would stop all others.
    """

    def __init__(self, make: Callable[[Given], Executable], **types: TypeEngine[Any]) -> None:
        self._each = Prepared(make(bindparam))
        rows = func.json_to_recordset(cast(bindparam("rows"), JSON))
        given = rows.table_valued(*(column(name, of) for name, of in types.items()))
        self._all = Prepared(make(given.render_derived("given", with_types=True).c.__getitem__))

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for these rows; each may hold more than it needs."""
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            self._all.one(connection, rows=json.dumps(rows))
        else:
            self._each.many(connection, rows)


class _Listed(ColumnElement[int]):
    """The numbers of a parameter that `listed` wrote."""

    inherit_cache = True
    type = BigInteger()

    def __init__(self, name: str) -> None:
        self.parameter: BindParameter[str] = bindparam(name)


def _plain(value: Any) -> Any:
    """A word of ours as the text it is; psycopg has its own idea of enumerations."""
    return str(value) if isinstance(value, StrEnum) else value


@compiles(_Listed, "sqlite")
def _sqlite_listed(element: _Listed, compiler: Any, **extra: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.parameter, **extra)}))"


@compiles(_Listed, "postgresql")
def _postgresql_listed(element: _Listed, compiler: Any, **extra: Any) -> str:
    text = compiler.process(element.parameter, **extra)
    return f"(SELECT value::bigint FROM json_array_elements_text(CAST({text} AS json)))"


def among(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether a column holds one of the numbers in the parameter of this name, which `listed` writes."""
    return column.bool_op("IN")(_Listed(name))


def listed(numbers: Collection[int]) -> str:
    """Any number of numbers as one parameter, for `among`."""
    return json.dumps(list(numbers))
