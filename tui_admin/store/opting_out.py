"""SQL of whether a learner wants mail."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from ..rules.times import Instant
from .tables import learners


class Addressee(NamedTuple):
    """A learner who can be written to."""

    id: int
    email: str
    opted_out: bool
    opted_out_at: Instant | None


def addressee(connection: Connection, learner: int, *, hold: bool = False) -> Addressee | None:
    """Whom mail of a learner goes to: the person a merged record went into. None where nobody gets any, as after an
    erasure. `hold` keeps them until the transaction ends."""
    kept = select(func.coalesce(learners.c.merged_into, learners.c.id)).where(learners.c.id == learner)
    query = select(*(learners.c[name] for name in Addressee._fields))
    query = query.where(learners.c.id == kept.scalar_subquery(), learners.c.email.is_not(None))
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    return None if row is None else Addressee._make(row)


def decide(connection: Connection, learner: int, opted_out_at: Instant | None) -> None:
    """Note since when a learner wants no mail; None: wants it."""
    values = {"opted_out": opted_out_at is not None, "opted_out_at": opted_out_at}
    connection.execute(update(learners).where(learners.c.id == learner).values(values))
