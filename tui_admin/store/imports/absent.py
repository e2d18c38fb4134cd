"""What the store knows of a file's programs and the file does not name: absence removes nobody, but it is said."""

from sqlalchemy import Connection, FromClause, Table, and_, func, select

from ...rules.triage import MembershipState
from .. import staging
from ..tables import enrollments, memberships
from .facts import Batch
from .order import Span

_TOLD: dict[str, tuple[Table, str | None]] = {"members": (memberships, None), "usage": (enrollments, "course_id")}
"""The kinds of reports that list all there are: what they list, and its item."""


def absent(connection: Connection, batch: Batch, span: Span) -> int:
    """How many invited or joined members of the programs that a member report names, or enrollments of theirs not left
    for a usage report, the file has no row for; 0 for other kinds of reports. The batch has been picked."""
    if batch.facts.name not in _TOLD:
        return 0
    table, item = _TOLD[batch.facts.name]
    picks, staged, named = batch.facts.picks, batch.facts.staged, staging.things["programs"]
    told = select(named.c.id).join(staged, staged.c.program == named.c.number).where(span.holds(staged.c.ord))
    counted = [memberships.c.program_id.in_(told), memberships.c.state != MembershipState.DELETED_MEMBER]
    known: FromClause = memberships
    if item:
        known = known.join(table, table.c.membership_id == memberships.c.id)
        counted.append(~table.c.removed)
    # Those there less those named: an outer join would look through all picks for each.
    keys = (picks.c.membership_id, picks.c.item_id)
    named_here = select(*keys).where(span.holds(picks.c.ord)).distinct().subquery()
    same = named_here.c.membership_id == memberships.c.id
    if item:
        same = and_(same, named_here.c.item_id == table.c[item])
    there = select(func.count()).select_from(known).where(*counted)
    both = select(func.count()).select_from(named_here.join(known, same)).where(*counted)
    found: int = connection.execute(there).scalar_one() - connection.execute(both).scalar_one()
    return found
