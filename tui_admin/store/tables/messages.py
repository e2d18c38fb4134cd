"""Messages, the outbox that delivers them, and whom not to write to."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    literal_column,
    or_,
)

from ...rules.mailing import HELD, LIVE, REMINDERS
from .base import BigId, metadata, one_of

messages = Table(
    "messages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="SET NULL"), index=True),
    Column("created_by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("audience", Text),
    Column("expression", Text),
    Column("subject", Text),
    Column("body", Text),
    Column("button_text", Text),
    Column("button_url", Text),
    Column("sender_name", Text),
    Column("reply_to", Text),
    Column("in_doubt_policy", Text, nullable=False, default="hold"),
    Column("send_at", BigInteger),
    Column("not_after", BigInteger),
    Column("selection", LargeBinary),
    Column("frozen", Text),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    Column("pause_reason", Text),
)
"""Something to be mailed: a draft until its audience is fixed, then immutable; its state is one of
`rules.mailing.MessageState`. Every mail belongs to one, be it to one person only. Counts are derived from the outbox,
never stored.

`selection` holds the ids of an audience picked by hand (a serialized bitmap); `frozen` (JSON) what all its mails say
of the organization (name, color, support contact, sender, public URL) as it was when they were made, so that a mail
that is tried again is the same to the byte. `pause_reason` says why delivery stopped by itself."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", BigId, ForeignKey("messages.id", ondelete="CASCADE")),
    Column("learner_id", BigId, ForeignKey("learners.id", ondelete="SET NULL")),
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="SET NULL"), index=True),
    Column("purpose", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("fields", Text),
    Column("attachment", LargeBinary),
    Column("attachment_name", Text),
    Column("header_id", Text, nullable=False, unique=True),
    Column("header_date", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("lease", Text),
    Column("worker_id", BigId),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("last_phase", Text),
    Column("last_code", Integer),
    Column("last_enhanced", Text),
    Column("last_text", Text),
    Column("inflight_at", BigInteger),
    Column("final_at", BigInteger),
    Index("ix_outbox_learner", "learner_id"),
    Index("ix_outbox_message", "message_id", "state", "next_at", "id"),
)
"""One mail to one recipient, and how far it got (`rules.mailing.MailState`). Message-ID, date and content stay the
same at every try. `fields` (JSON) holds what the message is filled with, `lease` the token of the claim that holds the
row."""

IS_HELD = one_of(outbox.c.state, HELD)
"""Whether a sender has a mail in its hands, in the words of the index over such mails."""

Index("ix_outbox_held", outbox.c.worker_id, outbox.c.id, sqlite_where=IS_HELD, postgresql_where=IS_HELD)

IS_REMINDER = or_(*(outbox.c.purpose == literal_column(f"'{purpose}'") for purpose in sorted(REMINDERS)))
"""Whether a mail urges somebody, in the words of the index over such mails. Written as alternatives: of a list of more
than two words SQLite makes a table for every row that is put in, which doubles the time of all indexes together."""

Index(
    "ix_outbox_reminders",
    outbox.c.final_at,
    outbox.c.state,
    outbox.c.learner_id,
    sqlite_where=IS_REMINDER,
    postgresql_where=IS_REMINDER,
)

IS_DELIVERED = or_(*(outbox.c.state == literal_column(f"'{state}'") for state in ("sent", "bounced")))
"""Whether a mail left, in the words of the index over such mails: a mail enters it once it has left, not before."""

Index(
    "ix_outbox_delivered",
    outbox.c.membership_id,
    outbox.c.final_at,
    outbox.c.purpose,
    outbox.c.state,
    outbox.c.learner_id,
    sqlite_where=IS_DELIVERED,
    postgresql_where=IS_DELIVERED,
)

IS_LIVE = one_of(messages.c.state, LIVE)
"""Whether a sender looks after a message, in the words of the index over such messages."""

Index("ix_messages_live", messages.c.state, messages.c.send_at, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("outbox_id", BigId, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("code", Integer),
    Column("reply", Text),
)
"""One try at one mail, appended and never changed."""

suppressions = Table(
    "suppressions",
    metadata,
    Column("email", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("detail", Text),
    Column("added_at", BigInteger, nullable=False),
    Column("added_by", Text, nullable=False),
)
"""An address nothing is sent to, and why."""

workers = Table(
    "workers",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("machine", Text),
    Column("stopped_at", BigInteger),
)
"""A process that delivers, on which machine, and when it was last alive."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("machine", Text),
    Column("paused_at", BigInteger),
    Column("paused_by", Text),
    Column("pause_reason", Text),
    Column("broken_until", BigInteger),
    Column("broken_reason", Text),
    Column("rate", Double),
)
"""How delivery stands for all senders (row 1): the machine that sent last, so that a copy of the store restored
elsewhere asks before it sends; a pause of everything and why; until when the server is left alone after it could not be
reached; and the mails a second it was found to take."""

quotas = Table(
    "quotas",
    metadata,
    Column("account", Text, primary_key=True),
    Column("window_start", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
)
"""Mails an account sent within a window that its server limits."""
