"""What all tables share: the metadata, the names of constraints, and the type of an id.

A column whose name ends in `_at` (and `moment`, `deadline`, `data_as_of`) holds an `Instant`: milliseconds since
1970-01-01T00:00:00Z.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, MetaData, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import UnaryExpression

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only for INTEGER PRIMARY KEY, which holds 64 bits there."""

BytewiseText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its bytes on every database, whatever the language of the PostgreSQL server."""


def one_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of some words of ours, which are written out in the statement: SQLite uses an index
    over such rows only where a query says it in the same words."""
    return column.in_([literal_column(f"'{word}'") for word in words])


class _BlanksFirst(UnaryExpression[Any]):
    """A column of an index, nothing known first."""

    inherit_cache = True


@compiles(_BlanksFirst, "sqlite")
def _as_it_is(element: _BlanksFirst, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.element, **options)


def blanks_first(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of an index that lists are sorted along, nothing known first: SQLite's only way, so it is not said
    there."""
    return _BlanksFirst(column, modifier=operators.nulls_first_op)
