"""When somebody was last written to, found along an index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

DELIVERED = sa.text("state = 'sent' OR state = 'bounced'")


def upgrade() -> None:
    """Add the index over mails that left; take their moment out of that of learners, where nothing asks for it, so that
    a mail that leaves changes one index and not two."""
    op.create_index(
        "ix_outbox_delivered",
        "outbox",
        ["membership_id", "final_at", "purpose", "state", "learner_id"],
        unique=False,
        sqlite_where=DELIVERED,
        postgresql_where=DELIVERED,
    )
    op.drop_index("ix_outbox_learner", "outbox")
    op.create_index("ix_outbox_learner", "outbox", ["learner_id"], unique=False)
