"""Reports of one run of the schedule that cover the same have one file."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; every file was a request's own before."""
    op.add_column(
        "report_requests", sa.Column("file_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
