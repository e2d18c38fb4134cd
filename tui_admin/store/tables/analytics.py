"""What charts are counted from: facts as columns, derived from the other tables, and the answers kept of them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from .base import BigId, metadata

analytics_versions = Table(
    "analytics_versions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("made_at", BigInteger, nullable=False),
    Column("head_id", BigId, nullable=False),
    Column("data_as_of", BigInteger),
    Column("time_zone", Text, nullable=False),
    Column("replay_id", BigId, key="run_id"),
    Column("sizes", Text, nullable=False),
    Column("current", Boolean, nullable=False),
)
"""One copy of the facts as columns: made at `made_at` from the store as it was after journal entry `head_id`, with the
ratings of a run (null: nothing was rated) and days of a time zone. `sizes` holds the rows of each table (JSON).
`current` marks the one that charts are counted from."""

analytics_columns = Table(
    "analytics_columns",
    metadata,
    Column("version_id", BigId, ForeignKey("analytics_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""One block of a column (`enrollments.course`): the bytes of an array of numbers, whose type `kind` names as numpy
does."""

analytics_answers = Table(
    "analytics_answers",
    metadata,
    Column("version_id", BigId, ForeignKey("analytics_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("chart", Text, primary_key=True),
    Column("content", Text, nullable=False),
)
"""A chart without filter and dates, as counted from a version (JSON)."""
