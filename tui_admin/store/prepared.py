"""Statements compiled once for each database and given to its driver as text: what a sender says thousands of times a
second must not be worked out anew each time."""

import json
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Connection, CursorResult, Dialect, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, Executable

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

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Execute it once for each row; how many rows of the table it met together."""
        if not rows:
            return 0
        text, constants = self._for(connection)
        return connection.exec_driver_sql(text, [{**constants, **row} for row in rows]).rowcount

    def _for(self, connection: Connection) -> tuple[str, Mapping[str, Any]]:
        name = connection.dialect.name
        if name not in self._compiled:
            assert isinstance(self._statement, ClauseElement)
            compiled = self._statement.compile(dialect=_DIALECTS[name])
            given = {key: _plain(value) for key, value in compiled.params.items() if value is not None}
            self._compiled[name] = str(compiled), given
        return self._compiled[name]


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
