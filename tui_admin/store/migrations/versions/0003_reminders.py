"""Whom not to write to, found at once: those who opted out, and those who were reminded of late."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

REMINDER = sa.text("purpose IN ('deadline', 'nudge', 'reminder')")


def upgrade() -> None:
    """Add the indexes."""
    op.create_index(
        "ix_learners_opted_out",
        "learners",
        ["id"],
        unique=False,
        sqlite_where=sa.text("opted_out = 1"),
        postgresql_where=sa.text("opted_out"),
    )
    op.create_index(
        "ix_outbox_reminders",
        "outbox",
        ["final_at", "state", "learner_id"],
        unique=False,
        sqlite_where=REMINDER,
        postgresql_where=REMINDER,
    )
