"""The organization, its administrators, and what they keep for themselves."""

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, Id, Moment


class Organization(Base):
    """The one organization of the store (row 1), its settings, and the newest fact it was told (`data_as_of`)."""

    __tablename__ = "organization"
    id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[Moment]
    demo: Mapped[bool] = mapped_column(default=False)
    data_as_of: Mapped[Moment | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    public_url: Mapped[str | None]
    support_contact: Mapped[str | None]
    removed_learners: Mapped[str] = mapped_column(default="keep")
    brand_color: Mapped[str | None]
    logo: Mapped[str | None]
    banner: Mapped[str | None]
    default_invitation: Mapped[str | None]
    sender_name: Mapped[str | None]
    reply_to: Mapped[str | None]
    quiet_period_days: Mapped[int] = mapped_column(default=7)
    report_retention_days: Mapped[int] = mapped_column(default=90)
    signing_key: Mapped[str]


class Administrator(Base):
    """A person who signs in. An organization admin has every program; a program admin those in
    `administrator_programs`. A removed one keeps the row, so that the journal's names stay explained."""

    __tablename__ = "administrators"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    email_shown: Mapped[str]
    role: Mapped[str]
    added_at: Mapped[Moment]
    added_by: Mapped[str]
    removed_at: Mapped[Moment | None]


class AdministratorProgram(Base):
    """A program that a program admin acts within."""

    __tablename__ = "administrator_programs"
    administrator_id: Mapped[int] = mapped_column(ForeignKey("administrators.id", ondelete="CASCADE"), primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True, index=True)


class AdministratorKey(Base):
    """A public key that signs an administrator in over SSH."""

    __tablename__ = "administrator_keys"
    id: Mapped[Id]
    administrator_id: Mapped[int] = mapped_column(ForeignKey("administrators.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    key_type: Mapped[str]
    key: Mapped[str]
    comment: Mapped[str]
    added_at: Mapped[Moment]
    last_used_at: Mapped[Moment | None]


class SavedView(Base):
    """A named filter, sort and choice of columns of one administrator on one screen."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner", "screen", "name"),)
    id: Mapped[Id]
    owner: Mapped[str]
    screen: Mapped[str]
    name: Mapped[str]
    expression: Mapped[str]
    sort: Mapped[str | None]
    columns: Mapped[str | None]


class Preference(Base):
    """What one administrator chose on one screen (JSON), kept until chosen again."""

    __tablename__ = "preferences"
    owner: Mapped[str] = mapped_column(primary_key=True)
    screen: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class ReportSchedule(Base):
    """A weekday (0 is Monday) and hour, in the organization's time zone, on which a program's report is mailed."""

    __tablename__ = "report_schedules"
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int]


class ReportRequest(Base):
    """A report somebody asked for or the schedule made: what, for whom, and the file while it is kept."""

    __tablename__ = "report_requests"
    id: Mapped[Id]
    kind: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[Moment]
    occurrence: Mapped[str | None] = mapped_column(unique=True)
    scope: Mapped[str] = mapped_column(server_default=text("'{}'"))
    state: Mapped[str]
    rows: Mapped[int | None]
    size: Mapped[int | None]
    file: Mapped[str | None]
    expires_at: Mapped[Moment | None]
    outbox_id: Mapped[int | None] = mapped_column(BigId)
