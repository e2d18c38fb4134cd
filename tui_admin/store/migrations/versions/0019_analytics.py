"""Facts as columns, which charts are counted from, the answers kept of them, and who is left out of leaderboards."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; nothing is counted yet, and nobody is left out."""
    op.add_column("learners", sa.Column("unlisted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "analytics_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("head_id", _ID, nullable=False),
        sa.Column("data_as_of", sa.BigInteger()),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("replay_id", _ID),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_analytics_versions"),
    )
    _of_version(
        "analytics_columns",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "name", "block", name="pk_analytics_columns"),
    )
    _of_version(
        "analytics_answers",
        sa.Column("chart", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "chart", name="pk_analytics_answers"),
    )


def _of_version(name: str, *parts: sa.schema.SchemaItem) -> None:
    """Make a table whose rows go with their version."""
    op.create_table(
        name,
        sa.Column("version_id", _ID, nullable=False),
        *parts,
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["analytics_versions.id"],
            name=f"fk_{name}_version_id_analytics_versions",
            ondelete="CASCADE",
        ),
    )
