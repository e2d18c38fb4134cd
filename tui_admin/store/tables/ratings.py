"""The skills rated from what learners handed in, by the model of `rules.skills`.

All rows of one replay of the attempts carry its id. A replay is written beside the one that is read, and shown by
making its run current; a later run may go on with the rows of an earlier replay. Nothing here refers to other tables
for the database to check: at ten million rows that would take longer than the rating, and a replay makes all anew.
"""

from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, Table, Text

from .base import BigId, metadata
from .catalogue import skills

_SKILL = {"named in": skills}
"""What a number stands for, where it is told to people."""

rating_runs = Table(
    "rating_runs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("replay_id", BigId, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("parameters", Text, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("input_hash", Text, nullable=False),
    Column("high_water", Text),
    Column("attempts", BigInteger, nullable=False),
    Column("notes", Text, nullable=False),
    Column("current", Boolean, nullable=False),
)
"""A rating of all attempts there were. `replay_id` is its own id where it replayed them all, else that of the run whose
rows it went on with. `high_water` (JSON) is the newest attempt rated, `notes` (JSON) what was left out and which
courses no learner links to the others."""

skill_ratings = Table(
    "skill_ratings",
    metadata,
    Column("replay_id", BigId, primary_key=True),
    Column("learner_id", BigId, primary_key=True),
    Column("skill_id", BigId, primary_key=True, info=_SKILL),
    Column("own", Double, nullable=False),
    Column("information", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("band", Text, nullable=False),
    Column("first_band", Text),
    Column("intermediate_at", BigInteger),
    Column("advanced_at", BigInteger),
    sqlite_with_rowid=False,
)
"""A learner in a skill. The rating is `own` and the learner's (`learner_ratings.rating`) together, its standard error
1 / sqrt(1 + information). `band` is the one of the newest attempt in the skill, `first_band` the first beside unrated;
`*_at` is when a band, or one above it, was first reached."""

learner_ratings = Table(
    "learner_ratings",
    metadata,
    Column("replay_id", BigId, primary_key=True),
    Column("learner_id", BigId, primary_key=True),
    Column("rating", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""A learner's rating over all skills."""

assessment_ratings = Table(
    "assessment_ratings",
    metadata,
    Column("replay_id", BigId, primary_key=True),
    Column("assessment_id", BigId, primary_key=True),
    Column("difficulty", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How hard an assessment is, from the first attempts of so many learners."""

skill_references = Table(
    "skill_references",
    metadata,
    Column("replay_id", BigId, primary_key=True),
    Column("skill_id", BigId, primary_key=True, info=_SKILL),
    Column("difficulty", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""What the ratings of a skill are compared with to tell a band: the median difficulty of its assessments, at the start
of the UTC day of the newest rated attempt."""

skill_history = Table(
    "skill_history",
    metadata,
    Column("replay_id", BigId, primary_key=True),
    Column("learner_id", BigId, primary_key=True),
    Column("skill_id", BigId, primary_key=True, info=_SKILL),
    Column("seq", BigId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("rating", Double, nullable=False),
    Column("standard_error", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("band", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""A change of band, with the rating it came with; `seq` is the number of the attempt in the replay that made it."""
