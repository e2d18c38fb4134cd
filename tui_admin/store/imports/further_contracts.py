"""The further contracts a member report names for a membership, after the first."""

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update
from sqlalchemy import except_ as without
from sqlalchemy import union_all as union

from .. import staging
from ..tables import membership_contracts
from .facts import Batch, Verdict

_JUDGED = (Verdict.SAME, Verdict.CONFIRMED, Verdict.CHANGED)


def judge(connection: Connection, members: Batch) -> None:
    """Make changed the members rows that differ from the store in nothing but further contracts."""
    if not members.spans or not _any(connection):
        return
    picks, stored = members.facts.picks, membership_contracts
    reported = picks.c.verdict.in_(_JUDGED) & _told(members)
    known = (
        select(stored.c.membership_id, stored.c.position, stored.c.contract_id)
        .join(picks, picks.c.membership_id == stored.c.membership_id)
        .where(reported)
    )
    said = _said(members).where(reported)
    more, fewer = without(said, known).subquery(), without(known, said).subquery()
    differing = union(select(more.c.membership_id), select(fewer.c.membership_id))
    same = picks.c.verdict.in_((Verdict.SAME, Verdict.CONFIRMED))
    changed = update(picks).where(same, picks.c.membership_id.in_(differing))
    connection.execute(changed.values(verdict=int(Verdict.CHANGED)))


def write(connection: Connection, members: Batch) -> None:
    """Keep what the members rows say of further contracts."""
    if not _any(connection):
        return
    picks, stored = members.facts.picks, membership_contracts
    changed = select(picks.c.membership_id).where(picks.c.verdict == Verdict.CHANGED, _told(members))
    connection.execute(delete(stored).where(stored.c.membership_id.in_(changed)))
    written = picks.c.verdict.in_((Verdict.NEW, Verdict.CHANGED)) & _told(members)
    rows = _said(members).where(written)
    connection.execute(insert(stored).from_select(("membership_id", "position", "contract_id"), rows))


def _any(connection: Connection) -> bool:
    return any(
        connection.execute(select(func.count()).select_from(select(table).limit(1).subquery())).scalar_one()
        for table in (staging.further_contracts, membership_contracts)
    )


def _told(members: Batch) -> ColumnElement[bool]:
    """Whether the file of a row names contracts at all."""
    ord = members.facts.picks.c.ord
    has = members.order.present(ord, "contract", members.spans)
    return ord.is_not(None) if has is None else has


def _said(members: Batch) -> Select[tuple[int, int, int]]:
    picks, further, numbers = members.facts.picks, staging.further_contracts, staging.things["contracts"]
    return (
        select(picks.c.membership_id, further.c.position, numbers.c.id)
        .join(further, further.c.ord == picks.c.ord)
        .join(numbers, numbers.c.number == further.c.contract)
    )
