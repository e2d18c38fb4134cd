"""The member report: every membership of the programs an administrator may see, as the data dictionary has it."""

from array import array
from collections.abc import Iterator
from dataclasses import replace

from ...reports.writers import Value, member_row
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import member_report as store_report
from ...store import members as store_members
from ...store.engine import Store
from ..members import MembersQuery, view


def rows(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> Iterator[tuple[Value, ...]]:
    """The cells of `reports.writers.MEMBER_REPORT` for all whom the query finds, in its order, streamed.

    Invited and removed people are in it, whatever the filter names; removed ones not where the organization hides
    them. Raises NotAllowed, BadInput and FilterError as `members.view` does.
    """
    actor.require(Right.REPORT)
    with store.read() as connection:
        everybody = replace(view(connection, actor, query, now), states=store_report.reported_states(connection))
        found = array("q", store_members.all_ids(connection, everybody, ordered=True))
        yield from map(member_row, store_report.read(connection, found))
