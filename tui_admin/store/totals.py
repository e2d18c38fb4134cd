"""What each learner's memberships add up to, kept in `learner_totals` in the transaction that changes what it follows
from, so that a list of all learners is sorted along an index.

Memberships of every state count, so removing people and taking it back changes nothing here.
"""

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from .hints import OF_LEARNER
from .tables import learner_totals, learners, memberships

_ADDED = (
    *(func.coalesce(func.sum(memberships.c[name]), 0).label(name) for name in ("enrolled", "completed")),
    func.max(memberships.c.last_activity_at).label("last_activity_at"),
)
"""What memberships add up to, named as the columns of `learner_totals`."""


def added_up() -> Select[tuple[object, ...]]:
    """Learners with what their memberships add up to; conditions on `memberships` may be put to it."""
    return select(memberships.c.learner_id, *_ADDED).group_by(memberships.c.learner_id)


def derive(connection: Connection, chosen: Select[tuple[int]] | None = None) -> None:
    """Derive the totals of the learners whose ids `chosen` selects, of all without it.

    To be called once the facts of their memberships are derived (`triage.derive`) and the indexes are there.
    """
    names, stored, added = [one.name for one in _ADDED], learner_totals.c, _of_learners(chosen).subquery()
    differs = or_(stored.learner_id.is_(None), *(stored[name].is_distinct_from(added.c[name]) for name in names))
    rows = select(added).select_from(added.outerjoin(learner_totals, stored.learner_id == added.c.learner_id))
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    write = insert(learner_totals).from_select(["learner_id", *names], rows.where(differs))
    values = {name: write.excluded[name] for name in names}
    connection.execute(write.on_conflict_do_update(index_elements=["learner_id"], set_=values))


def _of_learners(chosen: Select[tuple[int]] | None) -> Select[tuple[object, ...]]:
    """The same for learners without memberships too."""
    held = learners.outerjoin(memberships, memberships.c.learner_id == learners.c.id)
    query = select(learners.c.id.label("learner_id"), *_ADDED).select_from(held).group_by(learners.c.id)
    query = query.with_hint(memberships, OF_LEARNER, "sqlite")
    return query if chosen is None else query.where(learners.c.id.in_(chosen))
