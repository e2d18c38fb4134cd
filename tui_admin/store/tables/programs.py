"""Contracts, programs, and what a program teaches."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text

from .base import BigId, metadata

contracts = Table(
    "contracts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("licenses", Integer),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("created_at", BigInteger, nullable=False),
)
"""Purchased licenses with a first and a last day; `licenses` is unknown (null) where only an import named it."""

license_alerts = Table(
    "license_alerts",
    metadata,
    Column("contract_id", BigId, ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True),
    Column("threshold", Integer, primary_key=True),
    Column("told_at", BigInteger, nullable=False),
)
"""A percent of a contract's licenses whose being taken administrators were told of; gone once fewer are taken."""

programs = Table(
    "programs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("tagline", Text),
    Column("banner", Text),
    Column("url", Text),
    Column("enrollment_limit", Integer),
    Column("invitation_subject", Text),
    Column("invitation_body", Text),
    Column("position", Integer, nullable=False, default=0),
    Column("created_at", BigInteger, nullable=False),
    Column("moment", BigInteger),
)
"""A learning program with its settings and its own invitation mail; `moment` is when it was given its name: the moment
of the newest file that named it, or of an administrator's doing so."""

pictures = Table(
    "pictures",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("added_at", BigInteger, nullable=False),
)
"""A picture by the SHA-256 of its content (`programs.banner`, `organization.logo`, `organization.banner` name it by
that); `name` is that of the file it came from, width and height are pixels."""

program_contracts = Table(
    "program_contracts",
    metadata,
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="CASCADE"), primary_key=True),
    Column("contract_id", BigId, ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("position", Integer, nullable=False, default=0),
)
"""A contract that a program draws on."""

collections = Table(
    "collections",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    sqlite_autoincrement=True,
)
"""An ordered list of courses and specializations within a program's curriculum. An id is never given twice: consoles
and the journal speak of collections by it."""

collection_items = Table(
    "collection_items",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("collection_id", BigId, ForeignKey("collections.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("course_id", BigId, ForeignKey("courses.id"), index=True),
    Column("specialization_id", BigId, ForeignKey("specializations.id"), index=True),
    CheckConstraint("(course_id is null) <> (specialization_id is null)", name="one_kind"),
    Index(None, "collection_id", "position"),
    sqlite_autoincrement=True,
)
"""A course or a specialization at its place in a collection, under an id that is never given twice."""
