"""Ids of collections and of their items that SQLite never gives twice; PostgreSQL's never were."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLLECTIONS = ("id", "program_id", "position", "name", "description")
_ITEMS = ("id", "collection_id", "position", "course_id", "specialization_id")


def upgrade() -> None:
    """Make both tables anew. The rows wait in tables that refer to nothing: dropping one that is referred to deletes
    what refers to it."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("collection_items", "collections"):
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
        op.drop_table(table)
    op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name="fk_collections_program_id_programs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_collections_program_id", "collections", ["program_id"])
    op.create_table(
        "collection_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer()),
        sa.Column("specialization_id", sa.Integer()),
        sa.CheckConstraint("(course_id is null) <> (specialization_id is null)", name="ck_collection_items_one_kind"),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_items_collection_id_collections",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_collection_items_course_id_courses"),
        sa.ForeignKeyConstraint(
            ["specialization_id"],
            ["specializations.id"],
            name="fk_collection_items_specialization_id_specializations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collection_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_collection_items_collection_id_position", "collection_items", ["collection_id", "position"])
    op.create_index("ix_collection_items_course_id", "collection_items", ["course_id"])
    op.create_index("ix_collection_items_specialization_id", "collection_items", ["specialization_id"])
    for table, columns in (("collections", _COLLECTIONS), ("collection_items", _ITEMS)):
        names = ", ".join(columns)
        op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM kept_{table}")
        op.execute(f"DROP TABLE kept_{table}")
