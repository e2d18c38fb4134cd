"""Reports of 2 GiB and more on PostgreSQL; SQLite's whole numbers hold their size already."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Widen the column where that means anything."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("report_requests", "size", type_=sa.BigInteger(), existing_type=sa.Integer())
