"""The organization, its administrators, and what they keep for themselves."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from .base import BigId, metadata

organization = Table(
    "organization",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
    Column("data_as_of", BigInteger),
    Column("time_zone", Text, nullable=False, default="UTC"),
    Column("public_url", Text),
    Column("support_contact", Text),
    Column("removed_learners", Text, nullable=False, default="keep"),
    Column("brand_color", Text),
    Column("logo", Text),
    Column("banner", Text),
    Column("default_invitation", Text),
    Column("sender_name", Text),
    Column("sender_address", Text),
    Column("unsubscribe_url", Text),
    Column("reply_to", Text),
    Column("quiet_period_days", Integer, nullable=False, default=7),
    Column("deadline_mail_days", Integer),
    Column("report_retention_days", Integer, nullable=False, default=90),
    Column("license_alerts", Text, nullable=False, default="on"),
    Column("signing_key", Text, nullable=False),
    Column("skill_parameters", Text),
)
"""The one organization of the store (row 1), its settings, and the newest fact it was told (`data_as_of`). Members are
written to `deadline_mail_days` before a deadline; where that is null, never. `license_alerts` (on or off) says whether
organization admins are mailed that licenses run out. `skill_parameters` are those that skills are rated by, null for
the usual ones (`rules.skills.parameters`)."""

administrators = Table(
    "administrators",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("email_shown", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("removed_at", BigInteger),
)
"""A person who signs in. An organization admin has every program; a program admin those in
`administrator_programs`. A removed one keeps the row, so that the journal's names stay explained."""

administrator_programs = Table(
    "administrator_programs",
    metadata,
    Column("administrator_id", BigId, ForeignKey("administrators.id", ondelete="CASCADE"), primary_key=True),
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""A program that a program admin acts within."""

administrator_keys = Table(
    "administrator_keys",
    metadata,
    Column("id", BigId, primary_key=True),
    Column(
        "administrator_id",
        BigId,
        ForeignKey("administrators.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("key_type", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
)
"""A public key that signs an administrator in over SSH."""

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("screen", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("expression", Text, nullable=False),
    Column("sort", Text),
    Column("columns", Text),
    UniqueConstraint("owner", "screen", "name"),
)
"""A named filter, sort and choice of columns of one administrator on one screen."""

preferences = Table(
    "preferences",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("screen", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What one administrator chose on one screen (JSON), kept until chosen again."""

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True),
    Column("weekday", Integer, primary_key=True),
    Column("hour", Integer, nullable=False),
    Column("put_at", BigInteger, nullable=False, server_default="0"),
)
"""A weekday (0 is Monday) and hour, in the organization's time zone, on which a program's report is mailed from
`put_at` on."""

report_runs = Table(
    "report_runs",
    metadata,
    Column("occurrence", Text, primary_key=True),
    Column("run_at", BigInteger, nullable=False),
)
"""A local day and hour whose scheduled reports were asked for, so that they never are again (`rules.occurrences`)."""

report_requests = Table(
    "report_requests",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("recipient", Text, nullable=False, server_default=""),
    Column("occurrence", Text, unique=True),
    Column("scope", Text, nullable=False, server_default="{}"),
    Column("programs", Text),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", BigInteger),
    Column("note", Text),
    Column("made_at", BigInteger),
    Column("rows", Integer),
    Column("size", BigId),
    Column("file", Text),
    Column("file_of", BigId),
    Column("outbox_id", BigId),
    Column("downloads", Integer, nullable=False, server_default="0"),
    Column("downloaded_at", BigInteger),
    Index("ix_report_requests_state", "state", "made_at"),
)
"""A report somebody asked for or the schedule did: what, for whom, how far it got (`rules.reporting.RequestState`) and
why. `scope` (JSON) is what was asked; `programs` (JSON) the slugs of those it covers, null where it is all of them. The
file itself lies in `report_parts` while it is kept; `downloads` counts how often it was fetched by its link."""

report_parts = Table(
    "report_parts",
    metadata,
    Column("request_id", BigId, ForeignKey("report_requests.id", ondelete="CASCADE"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""A piece of a report's file, so that none is ever in memory whole."""
