"""The messages that a sender looks after, found without reading the others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LIVE = sa.text("state IN ('scheduled', 'sending')")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_messages_live", "messages", ["state", "send_at"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE
    )
