"""Courses, specializations, their skills and their assessments."""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Integer, Table, Text, UniqueConstraint, false

from .base import BigId, metadata

courses = Table(
    "courses",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("slug", Text, index=True),
    Column("name", Text, nullable=False),
    Column("partner", Text),
    Column("course_type", Text),
    Column("level", Text),
    Column("workload_hours", Double),
    Column("in_catalogue", Boolean, nullable=False, default=False),
    Column("moment", BigInteger),
    Column("catalogue_moment", BigInteger),
)
"""A course by its public id (`key`). `in_catalogue` is false for one known only from a report; `moment` is that of the
newest file that named it, `catalogue_moment` that of the newest catalogue."""

specializations = Table(
    "specializations",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("partner", Text),
    Column("moment", BigInteger),
    Column("catalogue_moment", BigInteger),
)
"""Ordered courses of one partner; `moment` is that of the newest file that named it, `catalogue_moment` that of the
newest catalogue, which says what it holds."""

specialization_courses = Table(
    "specialization_courses",
    metadata,
    Column("specialization_id", BigId, ForeignKey("specializations.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("course_id", BigId, ForeignKey("courses.id"), nullable=False, index=True),
)
"""A course at its place in a specialization."""

skills = Table(
    "skills",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("competency", Text),
    Column("domain", Text),
    Column("description", Text),
    Column("stand_in", Boolean, nullable=False, server_default=false()),
    Column("catalogue_moment", BigInteger),
)
"""A skill that courses teach; its competency belongs to a domain. A stand-in is rated in the place of those
that courses were not tagged with (`store.ratings.tags`). `catalogue_moment` is that of the newest taxonomy that told of
it."""

former_skill_names = Table(
    "former_skill_names",
    metadata,
    Column("folded", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("skill_id", BigId, ForeignKey("skills.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""What a skill was called before, or one that was merged into it; `folded` is the name as names are compared."""

course_skills = Table(
    "course_skills",
    metadata,
    Column("course_id", BigId, ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True),
    Column("skill_id", BigId, ForeignKey("skills.id"), primary_key=True, index=True),
    Column("relevance", Double, nullable=False),
)
"""How much a course teaches a skill: `relevance` 0..1."""

assessments = Table(
    "assessments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("course_id", BigId, ForeignKey("courses.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("assessment_type", Text),
    Column("weight", Double),
    Column("max_score", Double),
    Column("passing_score", Double),
    Column("deadline", BigInteger),
    Column("position", Integer, nullable=False, default=0),
    Column("in_catalogue", Boolean, nullable=False, server_default=false()),
    Column("catalogue_moment", BigInteger),
    UniqueConstraint("course_id", "key"),
)
"""Graded work of a course, by its public id (`key`). Weight 0 is practice, never required. The deadline is the latest
any file named for it, unless a catalogue (`in_catalogue`, the newest of `catalogue_moment`) says otherwise."""
