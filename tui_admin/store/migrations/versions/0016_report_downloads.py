"""How often a report was fetched by its link, and when last."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add both; links led nowhere before."""
    op.add_column("report_requests", sa.Column("downloads", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("report_requests", sa.Column("downloaded_at", sa.BigInteger()))
