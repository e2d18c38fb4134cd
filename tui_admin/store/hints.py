"""Index hints for SQLite: its planner knows no statistics of a store that was just filled.

SQLAlchemy keeps `with_hint` on a statement but leaves it to each dialect to write it down; SQLite's does not.
"""

from sqlalchemy import Engine, FromClause
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

TRIAGE_INDEX = "INDEXED BY ix_memberships_triage"
"""The hint for a walk over memberships that needs no more than the triage index holds."""

OF_LEARNER = "INDEXED BY ix_memberships_learner"
"""The hint for looking up the memberships of learners."""

UNHINTED = "NOT INDEXED"
"""The hint to read a table in the order it lies on disk, or by ids."""


class _HintingCompiler(SQLiteCompiler):
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def write_hints(engine: Engine) -> None:
    """Let statements of a SQLite engine say `INDEXED BY` through `with_hint(table, text, "sqlite")`."""
    engine.dialect.statement_compiler = _HintingCompiler
