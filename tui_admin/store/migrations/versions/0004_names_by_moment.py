"""When programs, courses and specializations were given their names, so that a newer report may rename them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; names known so far count as of the newest fact that the store was told."""
    for table in ("programs", "courses", "specializations"):
        op.add_column(table, sa.Column("moment", sa.BigInteger()))
        op.execute(sa.text(f"UPDATE {table} SET moment = (SELECT data_as_of FROM organization)"))


def downgrade() -> None:
    """Take the column away."""
    for table in ("programs", "courses", "specializations"):
        op.drop_column(table, "moment")
