"""What a taxonomy says of skills: descriptions, and the names they had before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; no skill has any yet."""
    op.add_column("skills", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("skills", sa.Column("catalogue_moment", sa.BigInteger(), nullable=True))
    op.create_table(
        "former_skill_names",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skill_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name="fk_former_skill_names_skill_id_skills", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("folded", name="pk_former_skill_names"),
    )
    op.create_index("ix_former_skill_names_skill_id", "former_skill_names", ["skill_id"])
