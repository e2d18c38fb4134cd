"""Ratings as replays make them, in the place of tables that nothing was ever written to."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables anew; mark stand-in skills; give the model its settings."""
    for table in ("skill_history", "skill_ratings", "rating_runs"):
        op.drop_table(table)
    op.create_table(
        "rating_runs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("replay_id", _ID, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("high_water", sa.Text()),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rating_runs"),
    )
    _of_a_replay(
        "skill_ratings",
        ("learner_id", "skill_id"),
        sa.Column("own", sa.Double(), nullable=False),
        sa.Column("information", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("first_band", sa.Text()),
        sa.Column("intermediate_at", sa.BigInteger()),
        sa.Column("advanced_at", sa.BigInteger()),
    )
    _of_a_replay(
        "learner_ratings",
        ("learner_id",),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    _of_a_replay(
        "assessment_ratings",
        ("assessment_id",),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    _of_a_replay("skill_references", ("skill_id",), sa.Column("difficulty", sa.Double(), nullable=False))
    _of_a_replay(
        "skill_history",
        ("learner_id", "skill_id", "seq"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
    )
    op.add_column("skills", sa.Column("stand_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("organization", sa.Column("skill_parameters", sa.Text()))


def _of_a_replay(table: str, keys: Sequence[str], *columns: sa.Column[Any]) -> None:
    """A table that lies in the order of its primary key, where the database can."""
    names = ("replay_id", *keys)
    op.create_table(
        table,
        *(sa.Column(name, _ID, nullable=False, autoincrement=False) for name in names),
        *columns,
        sa.PrimaryKeyConstraint(*names, name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
