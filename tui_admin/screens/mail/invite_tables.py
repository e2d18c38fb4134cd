"""The rows of a list of people as data: what becomes of each, and why."""

from collections.abc import Collection, Mapping, Sequence

from tui_admin.portal.inviting.inviting import Inviting
from tui_admin.portal.inviting.plan import InvitePlan, InviteRow
from tui_admin.rules.remarks import Verdict
from tui_admin.widgets.columns import Cell, Column, Style
from tui_admin.widgets.shares import Share, shares

from ..plain_rows import PlainRows
from ..staged_job import StagedJob
from .tables import address_column

_MARKS: Mapping[Verdict, tuple[str, Style]] = {
    Verdict.INVITE: ("✓", "success"),
    Verdict.WARNED: ("!", "warning"),
    Verdict.REFUSED: ("✗", "error"),
    Verdict.REPEATED: ("=", "muted"),
    Verdict.INVITED: ("=", "muted"),
    Verdict.MEMBER: ("=", "muted"),
}
_TITLES: Mapping[Verdict, tuple[str, str]] = {
    Verdict.INVITE: ("✓ to be invited", "✓ invited"),
    Verdict.WARNED: ("! invited, with a warning", "! invited, with a warning"),
    Verdict.REFUSED: ("✗ refused", "✗ refused"),
    Verdict.REPEATED: ("= repeated", "= repeated"),
    Verdict.INVITED: ("= invited already", "= invited already"),
    Verdict.MEMBER: ("= member already", "= member already"),
}
"""Before and after inviting."""


def verdict_shares(plan: InvitePlan) -> list[Share]:
    """All rows, then what becomes of them."""
    parts = [
        (verdict, _TITLES[verdict][plan.applied], plan.counts.get(verdict, 0), _MARKS[verdict][1])
        for verdict in Verdict
    ]
    return shares("all rows", parts)


def row_columns(*, places: bool) -> tuple[Column[InviteRow], ...]:
    """The rows; with `places` also where each invites to, for a list that says so itself."""

    def reason(row: InviteRow) -> Cell:
        said = "; ".join(f"{told.column} {told.reason}".strip() for told in row.told)
        return said, _MARKS[row.verdict][1] if row.verdict is not Verdict.INVITE else "muted"

    columns: list[Column[InviteRow]] = [
        Column("line", "Line", 6, lambda r: (f"{r.line:,}", "muted"), "l", align="right", priority=1, sortable=False),
        Column("verdict", "", 1, lambda row: _MARKS[row.verdict], "v", priority=0, sortable=False),
        address_column(lambda r: r.email),
        Column("name", "Name", 14, lambda r: (r.name or "–", ""), "n", flex=2, widest=36, priority=2, sortable=False),
        Column("reason", "What is said of it", 20, reason, "r", flex=3, priority=0, sortable=False),
    ]
    if places:
        columns += [
            Column("program", "Program", 12, lambda r: (r.program, "muted"), "p", priority=3, sortable=False),
            Column("contract", "Contract", 12, lambda r: (r.contract, "muted"), "c", priority=4, sortable=False),
        ]
    return tuple(columns)


class InviteRows(PlainRows):
    """The rows of a staged list that got one of some verdicts (None: all), in file order."""

    def __init__(self, job: StagedJob[Inviting], verdicts: Collection[Verdict] | None, total: int) -> None:
        self._job, self._verdicts, self._total = job, verdicts, total

    def page(self, offset: int, limit: int) -> Sequence[InviteRow]:
        """Rows from a position on."""
        return self._job.do_in_thread(lambda inviting: inviting.page(self._verdicts, offset, limit))

    def count(self) -> int:
        """How many there are."""
        return self._total
