"""Whose licenses could be given to others."""

from collections.abc import Sequence

from ....rules.charts import Chart, ChartColumn, ChartRow, Form, Kind, masked
from ....rules.text import clean
from .. import small
from ..making import Material
from .contracts import EXPLANATION, QUIET_DAYS, Contract, chart, quiet_since

_EXPLANATION = (
    "Never enrolled: the idle, however new they are.",
    f"Inactive: utilized, but in the last {QUIET_DAYS} days the learner neither joined nor learned under the contract.",
    "Share: of the contract's occupied licenses.",
    "Nobody is counted twice. Nobody is removed by this: it opens the people.",
)
_TO_FREE = (
    "To free them, remove the people: by x in the Members of a program under a filter such as contract: and "
    "status:no-enrollment or active>90d, or tui-admin remove --program SLUG --where EXPR."
)


def make(material: Material, found: Sequence[Contract]) -> Chart:
    """The chart of these contracts."""
    columns = (
        ChartColumn("whose", "Whose", Kind.TEXT),
        ChartColumn("licenses", "Licenses", Kind.COUNT, drawn=True),
        ChartColumn("share", "Share", Kind.SHARE),
    )
    rows = []
    for one in found:
        told = (
            ("never enrolled", one.idle, one.unused),
            (f"inactive {QUIET_DAYS} days", one.use.quiet, _quiet_people(material, one)),
        )
        for why, number, expression in told:
            if number:
                cell = masked(number, number)
                share = cell if isinstance(cell, str) else number / one.use.occupied
                opens = None if isinstance(cell, str) else expression
                rows.append(ChartRow((f"{why} · {clean(one.name)}", cell, share), number, opens))
    told_of = [row.cells[1] for row in rows if isinstance(row.cells[1], int)]
    at_least = " or more" if len(told_of) < len(rows) else ""
    title = f"{sum(told_of):,}{at_least} licenses could be freed" if rows else "No license could be freed"
    notes = [*([_TO_FREE] if rows else []), *small.note(rows)]
    return chart(material, title, Form.BARS, columns, rows, notes, explanation=(*EXPLANATION, *_EXPLANATION))


def _quiet_people(material: Material, one: Contract) -> str:
    day = quiet_since(material).isoformat()
    return f"{one.used(material)} -({one.under} (active>={day} or joined>={day}))"
