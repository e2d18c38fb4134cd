"""Courses, specializations, their skills and their assessments."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Moment


class Course(Base):
    """A course by its public id (`key`). `in_catalogue` is false for one known only from a report."""

    __tablename__ = "courses"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str]
    partner: Mapped[str | None]
    course_type: Mapped[str | None]
    level: Mapped[str | None]
    workload_hours: Mapped[float | None]
    in_catalogue: Mapped[bool] = mapped_column(default=False)


class Specialization(Base):
    """Ordered courses of one partner."""

    __tablename__ = "specializations"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    partner: Mapped[str | None]


class SpecializationCourse(Base):
    """A course at its place in a specialization."""

    __tablename__ = "specialization_courses"
    specialization_id: Mapped[int] = mapped_column(
        ForeignKey("specializations.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), index=True)


class Skill(Base):
    """A skill that courses teach; its competency belongs to a domain."""

    __tablename__ = "skills"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    competency: Mapped[str | None]
    domain: Mapped[str | None]


class CourseSkill(Base):
    """How much a course teaches a skill: `relevance` 0..1."""

    __tablename__ = "course_skills"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"), primary_key=True, index=True)
    relevance: Mapped[float]


class Assessment(Base):
    """Graded work of a course, by its public id (`key`). Weight 0 is practice, never required. The deadline is the
    latest any file named for it."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("course_id", "key"),)
    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[str]
    assessment_type: Mapped[str | None]
    weight: Mapped[float | None]
    max_score: Mapped[float | None]
    passing_score: Mapped[float | None]
    deadline: Mapped[Moment | None]
    position: Mapped[int] = mapped_column(default=0)
