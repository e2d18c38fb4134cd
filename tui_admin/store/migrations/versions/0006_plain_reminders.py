"""The index of reminders, said in words that cost less with every mail that is queued."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

REMINDER = sa.text("purpose = 'deadline' OR purpose = 'nudge' OR purpose = 'reminder'")


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("ix_outbox_reminders", "outbox")
    op.create_index(
        "ix_outbox_reminders",
        "outbox",
        ["final_at", "state", "learner_id"],
        unique=False,
        sqlite_where=REMINDER,
        postgresql_where=REMINDER,
    )
