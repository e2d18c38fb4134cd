"""On PostgreSQL the index over names holds the ids too, so that a walk along it reads nothing else."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Build it anew; SQLite's holds them as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_learners_search_key", "learners")
        op.create_index("ix_learners_search_key", "learners", ["search_key"], postgresql_include=["id"])
