"""Messages, the outbox that delivers them, and whom not to write to."""

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, Id, Moment


class Message(Base):
    """Something to be mailed to many: a draft until its audience is fixed, then immutable. Counts are derived from
    the outbox, never stored."""

    __tablename__ = "messages"
    id: Mapped[Id]
    kind: Mapped[str]
    state: Mapped[str]
    program_id: Mapped[int | None] = mapped_column(ForeignKey("programs.id", ondelete="SET NULL"), index=True)
    created_by: Mapped[str]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    audience: Mapped[str | None]
    expression: Mapped[str | None]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    button_text: Mapped[str | None]
    button_url: Mapped[str | None]
    sender_name: Mapped[str | None]
    reply_to: Mapped[str | None]
    in_doubt_policy: Mapped[str] = mapped_column(default="hold")
    send_at: Mapped[Moment | None]
    not_after: Mapped[Moment | None]


class Outbox(Base):
    """One mail to one recipient, and how far it got. Message-ID, date and content stay the same at every try."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "next_at", "id"),
        Index("ix_outbox_message", "message_id", "state"),
        Index("ix_outbox_learner", "learner_id", "final_at"),
    )
    id: Mapped[Id]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    learner_id: Mapped[int | None] = mapped_column(ForeignKey("learners.id", ondelete="SET NULL"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id", ondelete="SET NULL"), index=True)
    purpose: Mapped[str]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    fields: Mapped[str | None]
    attachment: Mapped[bytes | None] = mapped_column(LargeBinary)
    header_id: Mapped[str] = mapped_column(unique=True)
    header_date: Mapped[Moment]
    state: Mapped[str]
    lease: Mapped[str | None]
    worker_id: Mapped[int | None] = mapped_column(BigId)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]
    last_phase: Mapped[str | None]
    last_code: Mapped[int | None]
    last_text: Mapped[str | None]
    inflight_at: Mapped[Moment | None]
    final_at: Mapped[Moment | None]


class DeliveryAttempt(Base):
    """One try at one mail, appended and never changed."""

    __tablename__ = "delivery_attempts"
    id: Mapped[Id]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    at: Mapped[Moment]
    phase: Mapped[str]
    code: Mapped[int | None]
    reply: Mapped[str | None]


class Suppression(Base):
    """An address nothing is sent to, and why."""

    __tablename__ = "suppressions"
    email: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    detail: Mapped[str | None]
    added_at: Mapped[Moment]
    added_by: Mapped[str]


class Worker(Base):
    """A process that delivers, and when it was last alive."""

    __tablename__ = "workers"
    id: Mapped[Id]
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[Moment]
    heartbeat_at: Mapped[Moment]


class Quota(Base):
    """Mails an account sent within a window that its server limits."""

    __tablename__ = "quotas"
    account: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[Moment]
    used: Mapped[int]
