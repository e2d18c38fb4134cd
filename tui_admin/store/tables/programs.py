"""Contracts, programs, and what a program teaches."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Moment


class Contract(Base):
    """Purchased licenses with a first and a last day; `licenses` is unknown (null) where only an import named it."""

    __tablename__ = "contracts"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    licenses: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[Moment]


class Program(Base):
    """A learning program with its settings and its own invitation mail."""

    __tablename__ = "programs"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    tagline: Mapped[str | None]
    banner: Mapped[str | None]
    url: Mapped[str | None]
    enrollment_limit: Mapped[int | None]
    invitation_subject: Mapped[str | None]
    invitation_body: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]


class ProgramContract(Base):
    """A contract that a program draws on."""

    __tablename__ = "program_contracts"
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class Collection(Base):
    """An ordered list of courses and specializations within a program's curriculum."""

    __tablename__ = "collections"
    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    description: Mapped[str | None]


class CollectionItem(Base):
    """A course or a specialization at its place in a collection."""

    __tablename__ = "collection_items"
    __table_args__ = (
        CheckConstraint("(course_id is null) <> (specialization_id is null)", name="one_kind"),
        Index(None, "collection_id", "position"),
    )
    id: Mapped[Id]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    position: Mapped[int]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"), index=True)
    specialization_id: Mapped[int | None] = mapped_column(ForeignKey("specializations.id"), index=True)
