"""When a catalogue last spoke of a course, a specialization or an assessment; no store holds the word of one yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("courses", "specializations", "assessments"):
        op.add_column(table, sa.Column("catalogue_moment", sa.BigInteger()))
    op.add_column("assessments", sa.Column("in_catalogue", sa.Boolean(), nullable=False, server_default=sa.false()))
