"""The member report row by row: every membership of the programs an administrator may see."""

from collections.abc import Iterator
from typing import Any

from ...reports.cells import Rows
from ...reports.dictionary import MEMBER_REPORT
from ...rules.roles import Actor
from ...rules.times import Instant
from ...store.engine import Store
from ...store.report_rows import members as store_report
from ...store.report_rows.order import in_blocks
from ..members import MembersQuery
from .covering import by_name


def rows(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> Iterator[tuple[Any, ...]]:
    """The cells of `reports.dictionary.MEMBER_REPORT` for all whom the query finds, in its order, streamed; text is not
    neutralised.

    Invited and removed people are in it, whatever the filter names; removed ones not where the organization hides
    them. Raises NotAllowed, BadInput and FilterError as `members.view` does.
    """
    with store.read() as connection:
        found = by_name(connection, actor, query, now)
        written = Rows(MEMBER_REPORT.values(), guard=False, numeric=True)
        for block in store_report.members(connection, in_blocks(found)):
            yield from written.written(block)
