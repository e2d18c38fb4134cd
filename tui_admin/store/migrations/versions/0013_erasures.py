"""Digests of erased people's addresses, and an index over the records that were merged into others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add both."""
    op.create_table(
        "erasures",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("suppressed", sa.Text()),
        sa.PrimaryKeyConstraint("digest", name="pk_erasures"),
    )
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_learners_merged_into", "learners", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )
