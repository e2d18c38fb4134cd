"""How many days before a deadline members are written to; null, as in every store so far, is never."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the setting."""
    op.add_column("organization", sa.Column("deadline_mail_days", sa.Integer()))
