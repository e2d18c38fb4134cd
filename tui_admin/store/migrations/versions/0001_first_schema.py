"""The first schema: everything the console knows of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "administrators",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_shown", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrators")),
        sa.UniqueConstraint("email", name=op.f("uq_administrators_email")),
    )
    op.create_table(
        "benchmark_files",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("reference_group", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_files")),
        sa.UniqueConstraint("digest", name=op.f("uq_benchmark_files_digest")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licenses", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("name", name=op.f("uq_contracts_name")),
    )
    op.create_table(
        "courses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("course_type", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("workload_hours", sa.Double(), nullable=True),
        sa.Column("in_catalogue", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("key", name=op.f("uq_courses_key")),
    )
    op.create_index(op.f("ix_courses_slug"), "courses", ["slug"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key_fingerprint", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("program_id", BIG_ID, nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("rows_digest", sa.Text(), nullable=False),
        sa.Column("undoes", BIG_ID, nullable=True),
        sa.Column("undone_by", BIG_ID, nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_program_id"), "journal", ["program_id"], unique=False)
    op.create_table(
        "journal_head",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "learners",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("email", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("email_shown", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("search_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("external_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("manager_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("manager_email", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("job_title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("job_type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("business_unit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("business_unit_2", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("city", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("country", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("region", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("opted_out_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["learners.id"], name=op.f("fk_learners_merged_into_learners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
        sa.UniqueConstraint("email", name=op.f("uq_learners_email")),
    )
    op.create_index(op.f("ix_learners_external_id"), "learners", ["external_id"], unique=False)
    op.create_index(op.f("ix_learners_search_key"), "learners", ["search_key"], unique=False)
    op.create_table(
        "organization",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("data_as_of", sa.BigInteger(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("public_url", sa.Text(), nullable=True),
        sa.Column("support_contact", sa.Text(), nullable=True),
        sa.Column("removed_learners", sa.Text(), nullable=False),
        sa.Column("brand_color", sa.Text(), nullable=True),
        sa.Column("logo", sa.Text(), nullable=True),
        sa.Column("banner", sa.Text(), nullable=True),
        sa.Column("default_invitation", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("quiet_period_days", sa.Integer(), nullable=False),
        sa.Column("report_retention_days", sa.Integer(), nullable=False),
        sa.Column("signing_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    op.create_table(
        "preferences",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "screen", name=op.f("pk_preferences")),
    )
    op.create_table(
        "programs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=True),
        sa.Column("banner", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("enrollment_limit", sa.Integer(), nullable=True),
        sa.Column("invitation_subject", sa.Text(), nullable=True),
        sa.Column("invitation_body", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
        sa.UniqueConstraint("slug", name=op.f("uq_programs_slug")),
    )
    op.create_table(
        "quotas",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_quotas")),
    )
    op.create_table(
        "rating_runs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("high_water", sa.Text(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_runs")),
    )
    op.create_table(
        "report_requests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("outbox_id", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_requests")),
        sa.UniqueConstraint("occurrence", name=op.f("uq_report_requests_occurrence")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=True),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner", "screen", "name", name=op.f("uq_saved_views_owner_screen_name")),
    )
    op.create_table(
        "skills",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("competency", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("name", name=op.f("uq_skills_name")),
    )
    op.create_table(
        "specializations",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specializations")),
        sa.UniqueConstraint("slug", name=op.f("uq_specializations_slug")),
    )
    op.create_table(
        "suppressions",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "workers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "administrator_keys",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("administrator_id", BIG_ID, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("key_type", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_administrator_keys_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrator_keys")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_administrator_keys_fingerprint")),
    )
    op.create_index(
        op.f("ix_administrator_keys_administrator_id"), "administrator_keys", ["administrator_id"], unique=False
    )
    op.create_table(
        "administrator_programs",
        sa.Column("administrator_id", BIG_ID, nullable=False),
        sa.Column("program_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrators.id"],
            name=op.f("fk_administrator_programs_administrator_id_administrators"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["program_id"],
            ["programs.id"],
            name=op.f("fk_administrator_programs_program_id_programs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("administrator_id", "program_id", name=op.f("pk_administrator_programs")),
    )
    op.create_index(
        op.f("ix_administrator_programs_program_id"), "administrator_programs", ["program_id"], unique=False
    )
    op.create_table(
        "assessments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("assessment_type", sa.Text(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("max_score", sa.Double(), nullable=True),
        sa.Column("passing_score", sa.Double(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_assessments_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("course_id", "key", name=op.f("uq_assessments_course_id_key")),
    )
    op.create_table(
        "collections",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("program_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_collections_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    op.create_index(op.f("ix_collections_program_id"), "collections", ["program_id"], unique=False)
    op.create_table(
        "course_skills",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("skill_id", BIG_ID, nullable=False),
        sa.Column("relevance", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_skills_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_course_skills_skill_id_skills")),
        sa.PrimaryKeyConstraint("course_id", "skill_id", name=op.f("pk_course_skills")),
    )
    op.create_index(op.f("ix_course_skills_skill_id"), "course_skills", ["skill_id"], unique=False)
    op.create_table(
        "imported_files",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal.id"], name=op.f("fk_imported_files_entry_id_journal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_files")),
    )
    op.create_index(op.f("ix_imported_files_digest"), "imported_files", ["digest"], unique=False)
    op.create_index(op.f("ix_imported_files_entry_id"), "imported_files", ["entry_id"], unique=False)
    op.create_table(
        "journal_rows",
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal.id"], name=op.f("fk_journal_rows_entry_id_journal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "block", name=op.f("pk_journal_rows")),
    )
    op.create_table(
        "learner_addresses",
        sa.Column("learner_id", BIG_ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_learner_addresses_learner_id_learners"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "email", name=op.f("pk_learner_addresses")),
    )
    op.create_index(op.f("ix_learner_addresses_email"), "learner_addresses", ["email"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("program_id", BIG_ID, nullable=False),
        sa.Column("learner_id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_raw", sa.Text(), nullable=True),
        sa.Column("invited_at", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("invitations_sent", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_enrolled", sa.Integer(), nullable=True),
        sa.Column("reported_completed", sa.Integer(), nullable=True),
        sa.Column("reported_activity_at", sa.BigInteger(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.Column("search_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("next_deadline", sa.BigInteger(), nullable=True),
        sa.Column("last_activity_at", sa.BigInteger(), nullable=True),
        sa.Column("active_at", sa.BigInteger(), nullable=True),
        sa.Column("missed_deadline", sa.BigInteger(), nullable=True),
        sa.Column("at_risk_ever", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_memberships_contract_id_contracts")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_memberships_learner_id_learners"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_memberships_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_contract", "memberships", ["contract_id", "state", "learner_id"], unique=False)
    op.create_index(
        "ix_memberships_learner",
        "memberships",
        [
            "learner_id",
            "program_id",
            "state",
            "id",
            "enrolled",
            "completed",
            "failed",
            "next_deadline",
            "active_at",
            "last_activity_at",
            "missed_deadline",
            "at_risk_ever",
        ],
        unique=False,
    )
    op.create_index(
        "ix_memberships_name",
        "memberships",
        [
            "search_key",
            "learner_id",
            "program_id",
            "state",
            "id",
            "enrolled",
            "completed",
            "failed",
            "next_deadline",
            "active_at",
            "last_activity_at",
            "missed_deadline",
            "at_risk_ever",
            "joined_at",
            "invited_at",
            "removed_at",
            "hours",
            "contract_id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_memberships_triage",
        "memberships",
        [
            "program_id",
            "state",
            "search_key",
            "id",
            "learner_id",
            "enrolled",
            "completed",
            "failed",
            "next_deadline",
            "active_at",
            "last_activity_at",
            "missed_deadline",
            "at_risk_ever",
            "joined_at",
            "invited_at",
            "removed_at",
            "hours",
            "contract_id",
        ],
        unique=False,
    )
    op.create_index("uq_memberships_program_learner", "memberships", ["program_id", "learner_id"], unique=True)
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("program_id", BIG_ID, nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("expression", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("button_text", sa.Text(), nullable=True),
        sa.Column("button_url", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("in_doubt_policy", sa.Text(), nullable=False),
        sa.Column("send_at", sa.BigInteger(), nullable=True),
        sa.Column("not_after", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_messages_program_id_programs"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_program_id"), "messages", ["program_id"], unique=False)
    op.create_table(
        "program_contracts",
        sa.Column("program_id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contracts.id"],
            name=op.f("fk_program_contracts_contract_id_contracts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_contracts_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("program_id", "contract_id", name=op.f("pk_program_contracts")),
    )
    op.create_index(op.f("ix_program_contracts_contract_id"), "program_contracts", ["contract_id"], unique=False)
    op.create_table(
        "report_schedules",
        sa.Column("program_id", BIG_ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_report_schedules_program_id_programs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("program_id", "weekday", name=op.f("pk_report_schedules")),
    )
    op.create_table(
        "skill_history",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("learner_id", BIG_ID, nullable=False),
        sa.Column("skill_id", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_skill_history_learner_id_learners"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["rating_runs.id"], name=op.f("fk_skill_history_run_id_rating_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_skill_history_skill_id_skills")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_history")),
    )
    op.create_index(
        op.f("ix_skill_history_learner_id_skill_id_at"), "skill_history", ["learner_id", "skill_id", "at"], unique=False
    )
    op.create_index(op.f("ix_skill_history_run_id"), "skill_history", ["run_id"], unique=False)
    op.create_index(op.f("ix_skill_history_skill_id"), "skill_history", ["skill_id"], unique=False)
    op.create_table(
        "skill_ratings",
        sa.Column("learner_id", BIG_ID, nullable=False),
        sa.Column("skill_id", BIG_ID, nullable=False),
        sa.Column("rating", sa.Double(), nullable=False),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_skill_ratings_learner_id_learners"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_skill_ratings_skill_id_skills")),
        sa.PrimaryKeyConstraint("learner_id", "skill_id", name=op.f("pk_skill_ratings")),
    )
    op.create_index(op.f("ix_skill_ratings_skill_id"), "skill_ratings", ["skill_id"], unique=False)
    op.create_table(
        "specialization_courses",
        sa.Column("specialization_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_specialization_courses_course_id_courses")
        ),
        sa.ForeignKeyConstraint(
            ["specialization_id"],
            ["specializations.id"],
            name=op.f("fk_specialization_courses_specialization_id_specializations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("specialization_id", "position", name=op.f("pk_specialization_courses")),
    )
    op.create_index(op.f("ix_specialization_courses_course_id"), "specialization_courses", ["course_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=True),
        sa.Column("lessons", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_activity_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_activity_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", "course_id", "day", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_course_id"), "activity", ["course_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("assessment_id", BIG_ID, nullable=False),
        sa.Column("attempted_at", sa.BigInteger(), nullable=True),
        sa.Column("graded_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("max_score", sa.Double(), nullable=True),
        sa.Column("passing_score", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_attempts_assessment_id_assessments")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_attempts_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_assessment_id"), "attempts", ["assessment_id"], unique=False)
    op.create_index("uq_attempts", "attempts", ["membership_id", "assessment_id", "attempted_at"], unique=True)
    op.create_table(
        "collection_items",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("collection_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("course_id", BIG_ID, nullable=True),
        sa.Column("specialization_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(course_id is null) <> (specialization_id is null)", name=op.f("ck_collection_items_one_kind")
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_items_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_collection_items_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["specialization_id"],
            ["specializations.id"],
            name=op.f("fk_collection_items_specialization_id_specializations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
    )
    op.create_index(
        op.f("ix_collection_items_collection_id_position"),
        "collection_items",
        ["collection_id", "position"],
        unique=False,
    )
    op.create_index(op.f("ix_collection_items_course_id"), "collection_items", ["course_id"], unique=False)
    op.create_index(
        op.f("ix_collection_items_specialization_id"), "collection_items", ["specialization_id"], unique=False
    )
    op.create_table(
        "course_results",
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("grade", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_results_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_course_results_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", "course_id", name=op.f("pk_course_results")),
    )
    op.create_index(op.f("ix_course_results_course_id"), "course_results", ["course_id"], unique=False)
    op.create_table(
        "enrollments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=True),
        sa.Column("class_start_at", sa.BigInteger(), nullable=True),
        sa.Column("class_end_at", sa.BigInteger(), nullable=True),
        sa.Column("course_type", sa.Text(), nullable=True),
        sa.Column("last_activity_at", sa.BigInteger(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("grade", sa.Double(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_enrollments_contract_id_contracts")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_enrollments_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_enrollments_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint("membership_id", "course_id", name=op.f("uq_enrollments_membership_id_course_id")),
    )
    op.create_index(op.f("ix_enrollments_course_id"), "enrollments", ["course_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("recommend", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_feedback_course_id_courses")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_feedback_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "membership_id", "course_id", "given_at", name=op.f("uq_feedback_membership_id_course_id_given_at")
        ),
    )
    op.create_index(op.f("ix_feedback_course_id"), "feedback", ["course_id"], unique=False)
    op.create_table(
        "membership_contracts",
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_membership_contracts_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_membership_contracts_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", "position", name=op.f("pk_membership_contracts")),
    )
    op.create_index(op.f("ix_membership_contracts_contract_id"), "membership_contracts", ["contract_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("learner_id", BIG_ID, nullable=True),
        sa.Column("membership_id", BIG_ID, nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("attachment", sa.LargeBinary(), nullable=True),
        sa.Column("header_id", sa.Text(), nullable=False),
        sa.Column("header_date", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("worker_id", BIG_ID, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("last_phase", sa.Text(), nullable=True),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("last_text", sa.Text(), nullable=True),
        sa.Column("inflight_at", sa.BigInteger(), nullable=True),
        sa.Column("final_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_outbox_learner_id_learners"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_outbox_membership_id_memberships"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sa.UniqueConstraint("header_id", name=op.f("uq_outbox_header_id")),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "next_at", "id"], unique=False)
    op.create_index("ix_outbox_learner", "outbox", ["learner_id", "final_at"], unique=False)
    op.create_index(op.f("ix_outbox_membership_id"), "outbox", ["membership_id"], unique=False)
    op.create_index("ix_outbox_message", "outbox", ["message_id", "state"], unique=False)
    op.create_table(
        "specialization_enrollments",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("specialization_id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=True),
        sa.Column("last_activity_at", sa.BigInteger(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_courses", sa.Integer(), nullable=True),
        sa.Column("total_courses", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_specialization_enrollments_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_specialization_enrollments_membership_id_memberships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["specialization_id"],
            ["specializations.id"],
            name=op.f("fk_specialization_enrollments_specialization_id_specializations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialization_enrollments")),
        sa.UniqueConstraint(
            "membership_id",
            "specialization_id",
            name=op.f("uq_specialization_enrollments_membership_id_specialization_id"),
        ),
    )
    op.create_index(
        op.f("ix_specialization_enrollments_specialization_id"),
        "specialization_enrollments",
        ["specialization_id"],
        unique=False,
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("outbox_id", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_delivery_attempts_outbox_id_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
    )
    op.create_index(op.f("ix_delivery_attempts_outbox_id"), "delivery_attempts", ["outbox_id"], unique=False)
    op.create_index(
        "ix_learners_business_unit", "learners", [sa.text("lower(nullif(business_unit, ''))")], unique=False
    )
    op.create_index(
        "ix_learners_business_unit_2", "learners", [sa.text("lower(nullif(business_unit_2, ''))")], unique=False
    )
    op.create_index("ix_learners_city", "learners", [sa.text("lower(nullif(city, ''))")], unique=False)
    op.create_index("ix_learners_country", "learners", [sa.text("lower(nullif(country, ''))")], unique=False)
    op.create_index("ix_learners_job_title", "learners", [sa.text("lower(nullif(job_title, ''))")], unique=False)
    op.create_index("ix_learners_job_type", "learners", [sa.text("lower(nullif(job_type, ''))")], unique=False)
    op.create_index(
        "ix_learners_manager",
        "learners",
        [sa.text("lower(coalesce(nullif(manager_name, ''), nullif(manager_email, '')))")],
        unique=False,
    )
    op.create_index(
        "ix_learners_manager_email", "learners", [sa.text("lower(nullif(manager_email, ''))")], unique=False
    )
    op.create_index("ix_learners_region", "learners", [sa.text("lower(nullif(region, ''))")], unique=False)
