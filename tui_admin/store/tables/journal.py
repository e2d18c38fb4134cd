"""Who did what, when, with before and after; and which files were imported."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from .base import BigId, metadata

journal = Table(
    "journal",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("key_fingerprint", Text),
    Column("action", Text, nullable=False),
    Column("program_id", BigId, index=True),
    Column("summary", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("rows_digest", Text, nullable=False),
    Column("undoes", BigId),
    Column("undone_by", BigId),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""One action. `hash` covers the entry, the digest of its rows and the hash before it, so no entry can be changed,
dropped or put between without `journal verify` saying so. `undone_by` alone may be set later."""

journal_rows = Table(
    "journal_rows",
    metadata,
    Column("entry_id", BigId, ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The rows an entry changed, in blocks: zlib-compressed JSON lines `[id, before, after]`, oldest first."""

journal_head = Table(
    "journal_head",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("entry_id", BigId, nullable=False),
    Column("hash", Text, nullable=False),
)
"""The newest entry and its hash (row 1), so that dropping entries from the end shows as well."""

imported_files = Table(
    "imported_files",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("entry_id", BigId, ForeignKey("journal.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("moment", BigInteger),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Index(None, "digest"),
)
"""A table that an import applied: its digest, its moment, and what became of its rows."""
