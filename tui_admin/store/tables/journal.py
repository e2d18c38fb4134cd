"""Who did what, when, with before and after; and which files were imported."""

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, BigId, Id, Moment


class JournalEntry(Base):
    """One action. `hash` covers the entry, the digest of its rows and the hash before it, so no entry can be changed,
    dropped or put between without `journal verify` saying so. `undone_by` alone may be set later."""

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[Moment]
    actor: Mapped[str]
    key_fingerprint: Mapped[str | None]
    action: Mapped[str]
    program_id: Mapped[int | None] = mapped_column(BigId, index=True)
    summary: Mapped[str]
    details: Mapped[str]
    row_count: Mapped[int]
    rows_digest: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(BigId)
    undone_by: Mapped[int | None] = mapped_column(BigId)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class JournalRows(Base):
    """The rows an entry changed, in blocks: zlib-compressed JSON lines `[id, before, after]`, oldest first."""

    __tablename__ = "journal_rows"
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id", ondelete="CASCADE"), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportedFile(Base):
    """A table that an import applied: its digest, its moment, and what became of its rows."""

    __tablename__ = "imported_files"
    __table_args__ = (Index(None, "digest"),)
    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    variant: Mapped[str]
    digest: Mapped[str]
    moment: Mapped[Moment | None]
    new: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
