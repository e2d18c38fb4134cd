"""Learners and their memberships, with what triage needs kept beside them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    case,
    false,
    func,
    literal_column,
    text,
)

from ...rules.erasures import ERASED
from .base import BigId, BytewiseText, blanks_first, metadata

learners = Table(
    "learners",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("email", BytewiseText, unique=True),
    Column("email_shown", Text),
    Column("name", Text),
    Column("search_key", BytewiseText, nullable=False),
    Column("external_id", BytewiseText),
    Column("manager_name", BytewiseText),
    Column("manager_email", BytewiseText),
    Column("job_title", BytewiseText),
    Column("job_type", BytewiseText),
    Column("business_unit", BytewiseText),
    Column("business_unit_2", BytewiseText),
    Column("city", BytewiseText),
    Column("country", BytewiseText),
    Column("region", BytewiseText),
    Column("moment", BigInteger),
    Column("opted_out", Boolean, nullable=False, default=False),
    Column("opted_out_at", BigInteger),
    Column("unlisted", Boolean, nullable=False, default=False, server_default=false()),
    Column("erased_at", BigInteger),
    Column("merged_into", BigId, ForeignKey("learners.id")),
)
"""A person, by canonical address. `search_key` is `rules.text.search_key` of name and address; `moment` is that of
the newest file that named the person, or of a later edit by an administrator. Who is `unlisted` stands on no
leaderboard.

Address and name are null only in a tombstone: an erased person whose counts stay true."""


known_as = case((learners.c.erased_at.is_not(None), literal_column(f"'{ERASED}'")), else_=learners.c.name)
"""What a person is called where people read it: by name, or as one who was erased."""


# PostgreSQL walks in name order along the index alone only where that holds the id too; SQLite's always does.
Index("ix_learners_search_key", learners.c.search_key, postgresql_include=["id"])


def caseless(*columns: ColumnElement[str]) -> ColumnElement[str]:
    """The first of some bytewise columns of learners that is not blank, without the case of its ASCII letters; null
    where all are blank. As the indexes hold it: a query must say it in the same words."""
    filled = [func.nullif(column, literal_column("''")) for column in columns]
    return func.lower(func.coalesce(*filled) if len(filled) > 1 else filled[0])


for _name in ("job_title", "job_type", "business_unit", "business_unit_2", "city", "country", "region"):
    Index(f"ix_learners_{_name}", blanks_first(caseless(learners.c[_name])), learners.c.id)
Index("ix_learners_manager_email", caseless(learners.c.manager_email))
Index("ix_learners_manager", blanks_first(caseless(learners.c.manager_name, learners.c.manager_email)), learners.c.id)
Index("ix_learners_external_id", blanks_first(learners.c.external_id), learners.c.id)

Index(
    "ix_learners_merged_into",
    learners.c.merged_into,
    sqlite_where=learners.c.merged_into.is_not(None),
    postgresql_where=learners.c.merged_into.is_not(None),
)

Index("ix_learners_opted_out", learners.c.id, sqlite_where=text("opted_out = 1"), postgresql_where=learners.c.opted_out)

learner_addresses = Table(
    "learner_addresses",
    metadata,
    Column("learner_id", BigId, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("email", Text, primary_key=True, index=True),
    Column("until", BigInteger, nullable=False),
)
"""An address a learner had before."""

_FACTS = (
    "contract_id",
    "enrolled",
    "completed",
    "failed",
    "next_deadline",
    "active_at",
    "last_activity_at",
    "missed_deadline",
    "at_risk_ever",
    "joined_at",
    "invited_at",
    "removed_at",
    "hours",
)
"""What lists filter and sort by, the most asked for first: indexes hold it, so that a walk never touches the table."""

_OF_STATUS = _FACTS[1:9]
"""Of these, what statuses follow from."""

memberships = Table(
    "memberships",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("program_id", BigId, ForeignKey("programs.id", ondelete="CASCADE"), nullable=False),
    Column("learner_id", BigId, ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("contract_id", BigId, ForeignKey("contracts.id")),
    Column("state", Text, nullable=False),
    Column("state_raw", Text),
    Column("invited_at", BigInteger),
    Column("invited_by", Text),
    Column("invitations_sent", Integer, nullable=False, default=0),
    Column("last_sent_at", BigInteger),
    Column("joined_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("reported_enrolled", Integer),
    Column("reported_completed", Integer),
    Column("reported_activity_at", BigInteger),
    Column("reported_hours", Double),
    Column("moment", BigInteger),
    Column("search_key", BytewiseText, nullable=False),
    Column("enrolled", Integer, nullable=False, default=0),
    Column("completed", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("hours", Double),
    Column("next_deadline", BigInteger),
    Column("last_activity_at", BigInteger),
    Column("active_at", BigInteger),
    Column("missed_deadline", BigInteger),
    Column("at_risk_ever", Boolean, nullable=False, default=False),
    Index("ix_memberships_contract", "contract_id", "state", "learner_id"),
    Index("ix_memberships_learner", "learner_id", "program_id", "state", "id", *_OF_STATUS),
    Index("ix_memberships_triage", "program_id", "state", "search_key", "id", "learner_id", *_FACTS),
    Index("uq_memberships_program_learner", "program_id", "learner_id", unique=True),
)
"""A learner in a program.

`reported_*` are facts as a member report said them; `moment` is that of the report, of a later change of contract by an
administrator, or of joining on the pages. The columns from `enrolled` on are derived from them, from the enrollments
and from the attempts in every transaction that writes those (`store.triage`), so that a status is a comparison with
now: `enrolled` and `completed` count courses, `failed` counts open failed assessments, `hours` are those of the report,
else the enrollments' (null where neither says any), `next_deadline` is the earliest unmet required deadline in an open
enrollment, `missed_deadline` the same over all enrollments not left, `at_risk_ever` says that something was handed in
late or failed, and `active_at` is the later of last activity and join date."""

learner_totals = Table(
    "learner_totals",
    metadata,
    Column("learner_id", BigId, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True),
    Column("enrolled", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("last_activity_at", BigInteger),
    Index("ix_learner_totals_enrolled", "enrolled", "learner_id"),
    Index("ix_learner_totals_completed", "completed", "learner_id"),
)
"""What a learner's memberships, whatever their state, add up to: how lists of all learners are sorted by it. A row for
every learner, derived in every transaction that adds learners or memberships or derives anew what these add up from
(`store.totals`)."""

Index(
    "ix_learner_totals_last_activity_at",
    blanks_first(learner_totals.c.last_activity_at),
    learner_totals.c.learner_id,
)

membership_contracts = Table(
    "membership_contracts",
    metadata,
    Column("membership_id", BigId, ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("contract_id", BigId, ForeignKey("contracts.id"), nullable=False, index=True),
)
"""A further contract that a report named for a membership, after the first (`memberships.contract_id`)."""
