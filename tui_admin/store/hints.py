"""Index hints for SQLite: its planner knows no statistics of a store that was just filled.

SQLAlchemy keeps `with_hint` on a statement but leaves it to each dialect to write it down; SQLite's does not.
"""

from sqlalchemy import ColumnElement, Engine, FromClause
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

TRIAGE_INDEX = "INDEXED BY ix_memberships_triage"
"""The hint for a walk over memberships that needs no more than the triage index holds."""

OF_LEARNER = "INDEXED BY ix_memberships_learner"
"""The hint for looking up the memberships of learners."""

OF_WORK = "INDEXED BY uq_attempts"
"""The hint for looking up the attempts of memberships at assessments."""

UNHINTED = "NOT INDEXED"
"""The hint to read a table in the order it lies on disk, or by ids."""


class _Passed(FunctionElement[int]):
    """A column that SQLite looks up nothing by."""

    inherit_cache = True


@compiles(_Passed)
def _passed(element: _Passed, compiler: SQLCompiler, **options: object) -> str:
    sign = "+" if compiler.dialect.name == "sqlite" else ""
    return sign + compiler.process(element.clauses, **options)


def passed(column: ColumnElement[int]) -> ColumnElement[int]:
    """A column that SQLite compares in each row it passes, instead of looking up each of the values it may have: where
    these are many and the rows few."""
    return _Passed(column)


class _HintingCompiler(SQLiteCompiler):
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def write_hints(engine: Engine) -> None:
    """Let statements of a SQLite engine say `INDEXED BY` through `with_hint(table, text, "sqlite")`."""
    engine.dialect.statement_compiler = _HintingCompiler
