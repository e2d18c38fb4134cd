"""What learners did: enrollments, attempts, activity, feedback; and what others publish to compare it with."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from .base import BigId, metadata

enrollments = Table(
    "enrollments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), nullable=False),
    Column("course_id", BigId, ForeignKey("courses.id"), nullable=False, index=True),
    Column("contract_id", BigId, ForeignKey("contracts.id")),
    Column("enrolled_at", BigInteger),
    Column("class_start_at", BigInteger),
    Column("class_end_at", BigInteger),
    Column("course_type", Text),
    Column("last_activity_at", BigInteger),
    Column("progress", Double),
    Column("hours", Double),
    Column("grade", Double),
    Column("completed", Boolean, nullable=False),
    Column("completed_at", BigInteger),
    Column("source", Text),
    Column("removed", Boolean, nullable=False),
    Column("moment", BigInteger),
    UniqueConstraint("membership_id", "course_id"),
)
"""A membership's place in a course, as the report of `moment` said it. `progress` and `grade` are 0..100."""

specialization_enrollments = Table(
    "specialization_enrollments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), nullable=False),
    Column("specialization_id", BigId, ForeignKey("specializations.id"), nullable=False, index=True),
    Column("contract_id", BigId, ForeignKey("contracts.id")),
    Column("enrolled_at", BigInteger),
    Column("last_activity_at", BigInteger),
    Column("completed", Boolean, nullable=False),
    Column("completed_at", BigInteger),
    Column("completed_courses", Integer),
    Column("total_courses", Integer),
    Column("source", Text),
    Column("removed", Boolean, nullable=False),
    Column("moment", BigInteger),
    UniqueConstraint("membership_id", "specialization_id"),
)
"""A membership's place in a specialization."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), nullable=False),
    Column("assessment_id", BigId, ForeignKey("assessments.id"), nullable=False, index=True),
    Column("attempted_at", BigInteger),
    Column("graded_at", BigInteger),
    Column("deadline", BigInteger),
    Column("score", Double),
    Column("max_score", Double),
    Column("passing_score", Double),
    Column("weight", Double),
    Column("passed", Boolean),
    Column("moment", BigInteger),
    Index("uq_attempts", "membership_id", "assessment_id", "attempted_at", unique=True),
)
"""One attempt at an assessment. No score and no verdict: handed in, not yet graded."""

course_results = Table(
    "course_results",
    metadata,
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True),
    Column("course_id", BigId, ForeignKey("courses.id"), primary_key=True, index=True),
    Column("grade", Double),
    Column("passed", Boolean),
    Column("moment", BigInteger),
)
"""The grade and verdict of a course that a gradebook named for a membership."""

activity = Table(
    "activity",
    metadata,
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True),
    Column("course_id", BigId, ForeignKey("courses.id"), primary_key=True, index=True),
    Column("day", Date, primary_key=True),
    Column("minutes", Double),
    Column("lessons", Integer),
)
"""Minutes and lessons of one membership in one course on one day."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), nullable=False),
    Column("course_id", BigId, ForeignKey("courses.id"), index=True),
    Column("stars", Integer),
    Column("recommend", Integer),
    Column("comment", Text),
    Column("given_at", BigInteger, nullable=False),
    UniqueConstraint("membership_id", "course_id", "given_at"),
)
"""Stars (1-5) for a course, or how likely one recommends the program (0-10), with a comment."""

benchmark_files = Table(
    "benchmark_files",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("publisher", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("reference_group", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
)
"""A reference group's published figures, as imported (JSON), with the method they were made by."""
