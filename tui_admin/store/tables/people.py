"""Learners and their memberships, with what triage needs kept beside them."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Moment


class Learner(Base):
    """A person, by canonical address. `search_key` is `rules.text.search_key` of name and address.

    Address and name are null only in a tombstone: an erased person whose counts stay true.
    """

    __tablename__ = "learners"
    id: Mapped[Id]
    email: Mapped[str | None] = mapped_column(unique=True)
    email_shown: Mapped[str | None]
    name: Mapped[str | None]
    search_key: Mapped[str] = mapped_column(index=True)
    external_id: Mapped[str | None] = mapped_column(index=True)
    manager_name: Mapped[str | None]
    manager_email: Mapped[str | None]
    job_title: Mapped[str | None]
    job_type: Mapped[str | None]
    business_unit: Mapped[str | None]
    business_unit_2: Mapped[str | None]
    city: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    opted_out: Mapped[bool] = mapped_column(default=False)
    opted_out_at: Mapped[Moment | None]
    erased_at: Mapped[Moment | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("learners.id"))


class LearnerAddress(Base):
    """An address a learner had before."""

    __tablename__ = "learner_addresses"
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True, index=True)
    until: Mapped[Moment]


class Membership(Base):
    """A learner in a program.

    `reported_*` are facts as a member report said them; `moment` is that of the report. The columns under "triage"
    are derived from them, from the enrollments and from the attempts in every transaction that writes those
    (`store.triage`), so that a status is a comparison with now: `enrolled` and `completed` count courses, `failed`
    counts open failed assessments, `next_deadline` is the earliest unmet required deadline in an open enrollment,
    `active_at` is the later of last activity and join date.
    """

    __tablename__ = "memberships"
    id: Mapped[Id]
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id", ondelete="CASCADE"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"))
    state: Mapped[str]
    state_raw: Mapped[str | None]
    invited_at: Mapped[Moment | None]
    invited_by: Mapped[str | None]
    invitations_sent: Mapped[int] = mapped_column(default=0)
    last_sent_at: Mapped[Moment | None]
    joined_at: Mapped[Moment | None]
    removed_at: Mapped[Moment | None]
    reported_enrolled: Mapped[int | None]
    reported_completed: Mapped[int | None]
    reported_activity_at: Mapped[Moment | None]
    hours: Mapped[float | None]
    moment: Mapped[Moment | None]
    # triage
    search_key: Mapped[str]
    enrolled: Mapped[int] = mapped_column(default=0)
    completed: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    next_deadline: Mapped[Moment | None]
    last_activity_at: Mapped[Moment | None]
    active_at: Mapped[Moment | None]
    at_risk_ever: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("uq_memberships_program_learner", "program_id", "learner_id", unique=True),
        Index(
            "ix_memberships_triage",
            "program_id",
            "state",
            "search_key",
            "id",
            "enrolled",
            "completed",
            "failed",
            "next_deadline",
            "active_at",
            "last_activity_at",
            "at_risk_ever",
        ),
        Index("ix_memberships_contract", "contract_id", "state", "learner_id"),
        Index("ix_memberships_last_activity", "program_id", "state", "last_activity_at", "id"),
        Index("ix_memberships_joined", "program_id", "state", "joined_at", "id"),
    )


class MembershipContract(Base):
    """A further contract that a report named for a membership, after the first (`memberships.contract_id`)."""

    __tablename__ = "membership_contracts"
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
