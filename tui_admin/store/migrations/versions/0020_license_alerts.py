"""Alerts of licenses that run out: whether they are mailed, and which were."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; nobody was told of anything yet."""
    op.add_column("organization", sa.Column("license_alerts", sa.Text(), nullable=False, server_default="on"))
    op.create_table(
        "license_alerts",
        sa.Column("contract_id", _ID, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name="fk_license_alerts_contract_id_contracts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", "threshold", name="pk_license_alerts"),
    )
