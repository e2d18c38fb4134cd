"""What learners did: enrollments, attempts, activity, feedback, and the skills rated from them."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Moment


class Enrollment(Base):
    """A membership's place in a course, as the report of `moment` said it. `progress` and `grade` are 0..100."""

    __tablename__ = "enrollments"
    __table_args__ = (UniqueConstraint("membership_id", "course_id"),)
    id: Mapped[Id]
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))
    enrolled_at: Mapped[Moment | None]
    class_start_at: Mapped[Moment | None]
    class_end_at: Mapped[Moment | None]
    course_type: Mapped[str | None]
    last_activity_at: Mapped[Moment | None]
    progress: Mapped[float | None]
    hours: Mapped[float | None]
    grade: Mapped[float | None]
    completed: Mapped[bool]
    completed_at: Mapped[Moment | None]
    source: Mapped[str | None]
    removed: Mapped[bool]
    moment: Mapped[Moment | None]


class SpecializationEnrollment(Base):
    """A membership's place in a specialization."""

    __tablename__ = "specialization_enrollments"
    __table_args__ = (UniqueConstraint("membership_id", "specialization_id"),)
    id: Mapped[Id]
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    specialization_id: Mapped[int] = mapped_column(ForeignKey("specializations.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))
    enrolled_at: Mapped[Moment | None]
    last_activity_at: Mapped[Moment | None]
    completed: Mapped[bool]
    completed_at: Mapped[Moment | None]
    completed_courses: Mapped[int | None]
    total_courses: Mapped[int | None]
    source: Mapped[str | None]
    removed: Mapped[bool]
    moment: Mapped[Moment | None]


class Attempt(Base):
    """One attempt at an assessment. No score and no verdict: handed in, not yet graded."""

    __tablename__ = "attempts"
    __table_args__ = (Index("uq_attempts", "membership_id", "assessment_id", "attempted_at", unique=True),)
    id: Mapped[Id]
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), index=True)
    attempted_at: Mapped[Moment | None]
    graded_at: Mapped[Moment | None]
    deadline: Mapped[Moment | None]
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    passing_score: Mapped[float | None]
    weight: Mapped[float | None]
    passed: Mapped[bool | None]
    moment: Mapped[Moment | None]


class CourseResult(Base):
    """The grade and verdict of a course that a gradebook named for a membership."""

    __tablename__ = "course_results"
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True, index=True)
    grade: Mapped[float | None]
    passed: Mapped[bool | None]
    moment: Mapped[Moment | None]


class Activity(Base):
    """Minutes and lessons of one membership in one course on one day."""

    __tablename__ = "activity"
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True, index=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    minutes: Mapped[float | None]
    lessons: Mapped[int | None]


class Feedback(Base):
    """Stars (1-5) for a course, or how likely one recommends the program (0-10), with a comment."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("membership_id", "course_id", "given_at"),)
    id: Mapped[Id]
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True)
    stars: Mapped[int | None]
    recommend: Mapped[int | None]
    comment: Mapped[str | None]
    given_at: Mapped[Moment]


class RatingRun(Base):
    """One replay of all attempts by the skill model; `current` marks the run whose ratings are shown."""

    __tablename__ = "rating_runs"
    id: Mapped[Id]
    started_at: Mapped[Moment]
    parameters: Mapped[str]
    code_version: Mapped[str]
    input_hash: Mapped[str]
    high_water: Mapped[str | None]
    current: Mapped[bool]


class SkillRating(Base):
    """A learner's rating in a skill as of the current run."""

    __tablename__ = "skill_ratings"
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"), primary_key=True, index=True)
    rating: Mapped[float]
    standard_error: Mapped[float]
    attempts: Mapped[int]
    band: Mapped[str]


class SkillHistory(Base):
    """A change of band: when, and the rating it came with."""

    __tablename__ = "skill_history"
    __table_args__ = (Index(None, "learner_id", "skill_id", "at"),)
    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("rating_runs.id", ondelete="CASCADE"), index=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"), index=True)
    at: Mapped[Moment]
    rating: Mapped[float]
    standard_error: Mapped[float]
    band: Mapped[str]


class BenchmarkFile(Base):
    """A reference group's published figures, as imported (JSON), with the method they were made by."""

    __tablename__ = "benchmark_files"
    id: Mapped[Id]
    publisher: Mapped[str]
    method: Mapped[str]
    as_of: Mapped[date]
    reference_group: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]
    imported_at: Mapped[Moment]
