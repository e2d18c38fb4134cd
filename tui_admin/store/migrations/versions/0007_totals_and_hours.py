"""What a learner's memberships add up to, which lists of all learners are sorted by; and the hours of a membership,
which are those of its enrollments where no report said any."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRIAGE = (
    *("program_id", "state", "search_key", "id", "learner_id", "contract_id", "enrolled", "completed", "failed"),
    *("next_deadline", "active_at", "last_activity_at", "missed_deadline", "at_risk_ever", "joined_at", "invited_at"),
    *("removed_at", "hours"),
)

KEYS = {
    **{
        name: f"lower(nullif({name}, ''))"
        for name in ("job_title", "job_type", "business_unit", "business_unit_2", "city", "country", "region")
    },
    "manager": "lower(coalesce(nullif(manager_name, ''), nullif(manager_email, '')))",
    "external_id": "external_id",
}


def upgrade() -> None:
    """Add the facts and derive them from what is there; build the index that holds hours anew, and walk it in the place
    of that of names, which every removal had to move as well."""
    op.drop_index("ix_memberships_name", "memberships")
    op.drop_index("ix_memberships_triage", "memberships")
    op.add_column("memberships", sa.Column("reported_hours", sa.Double()))
    op.execute(sa.text("UPDATE memberships SET reported_hours = hours WHERE hours IS NOT NULL"))
    op.execute(
        sa.text(
            "UPDATE memberships SET hours = (SELECT round(CAST(sum(hours) AS NUMERIC), 6) FROM enrollments"
            " WHERE membership_id = memberships.id)"
            " WHERE hours IS NULL AND id IN (SELECT membership_id FROM enrollments WHERE hours IS NOT NULL)"
        )
    )
    op.create_index("ix_memberships_triage", "memberships", list(TRIAGE), unique=False)
    _add_totals()
    for name, key in KEYS.items():
        op.drop_index(f"ix_learners_{name}", "learners")
        _sort_along("learners", name, key, "id")


def _add_totals() -> None:
    op.create_table(
        "learner_totals",
        sa.Column("learner_id", BIG_ID, nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("last_activity_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learners.id"],
            name=op.f("fk_learner_totals_learner_id_learners"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_learner_totals")),
    )
    op.execute(
        sa.text(
            "INSERT INTO learner_totals SELECT learners.id, coalesce(sum(held.enrolled), 0),"
            " coalesce(sum(held.completed), 0), max(held.last_activity_at) FROM learners"
            " LEFT JOIN memberships AS held ON held.learner_id = learners.id GROUP BY learners.id"
        )
    )
    for column in ("enrolled", "completed"):
        op.create_index(f"ix_learner_totals_{column}", "learner_totals", [column, "learner_id"], unique=False)
    _sort_along("learner_totals", "last_activity_at", "last_activity_at", "learner_id")


def _sort_along(table: str, name: str, key: str, id: str) -> None:
    """An index that lists are sorted along, nothing known first."""
    blanks_first = " NULLS FIRST" if op.get_bind().dialect.name == "postgresql" else ""
    op.create_index(f"ix_{table}_{name}", table, [sa.text(key + blanks_first), sa.text(id)], unique=False)
