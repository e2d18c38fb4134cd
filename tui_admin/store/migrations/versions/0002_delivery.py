"""What delivering mail needs: senders on several machines, pauses, what a message said when it was made."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HELD = sa.text("state IN ('claimed', 'inflight')")


def upgrade() -> None:
    """Add the columns, the table and the indexes."""
    added = {
        "messages": (
            sa.Column("selection", sa.LargeBinary()),
            sa.Column("frozen", sa.Text()),
            sa.Column("started_at", sa.BigInteger()),
            sa.Column("finished_at", sa.BigInteger()),
            sa.Column("pause_reason", sa.Text()),
        ),
        "outbox": (sa.Column("attachment_name", sa.Text()), sa.Column("last_enhanced", sa.Text())),
        "workers": (sa.Column("machine", sa.Text()), sa.Column("stopped_at", sa.BigInteger())),
        "organization": (sa.Column("sender_address", sa.Text()), sa.Column("unsubscribe_url", sa.Text())),
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "delivery",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("machine", sa.Text()),
        sa.Column("paused_at", sa.BigInteger()),
        sa.Column("paused_by", sa.Text()),
        sa.Column("pause_reason", sa.Text()),
        sa.Column("broken_until", sa.BigInteger()),
        sa.Column("broken_reason", sa.Text()),
        sa.Column("rate", sa.Double()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_message", "outbox")
    op.create_index("ix_outbox_message", "outbox", ["message_id", "state", "next_at", "id"], unique=False)
    op.create_index(
        "ix_outbox_held", "outbox", ["worker_id", "id"], unique=False, sqlite_where=HELD, postgresql_where=HELD
    )
