"""Reports that are made later: for whom, how far they got, and their files; runs of the schedule."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; nothing asked for a report before."""
    op.add_column("report_schedules", sa.Column("put_at", sa.BigInteger(), nullable=False, server_default="0"))
    for column in (
        sa.Column("recipient", sa.Text(), nullable=False, server_default=""),
        sa.Column("programs", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("note", sa.Text()),
        sa.Column("made_at", sa.BigInteger()),
    ):
        op.add_column("report_requests", column)
    op.drop_column("report_requests", "expires_at")
    op.create_index("ix_report_requests_state", "report_requests", ["state", "made_at"])
    op.create_table(
        "report_runs",
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("occurrence", name="pk_report_runs"),
    )
    op.create_table(
        "report_parts",
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["report_requests.id"],
            name="fk_report_parts_request_id_report_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "block", name="pk_report_parts"),
    )
