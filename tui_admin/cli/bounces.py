"""`bounces import`: mails that came back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import incoming
from .options import Mode, with_context, writing_options
from .writing import Outcome, ready, write

if TYPE_CHECKING:
    from ..portal.mail.bounces import BouncePlan

_NAMED = 20
"""Rows of a fate that are named one by one to a person; the document holds all."""


@click.group(cls=ConsoleGroup)
def bounces() -> None:
    """Mails that came back."""


@bounces.command("import", examples=("tui-admin bounces import ~/Maildir", "tui-admin bounces import returned.mbox"))
@click.argument("path", metavar="FILE|DIR", type=click.Path(exists=True, path_type=Path, allow_dash=True))
@click.option("--by-address", is_flag=True, help="Believe those that name no mail, of addresses that were written to.")
@writing_options
@with_context
def import_(context: Context, mode: Mode, path: Path, by_address: bool) -> None:
    """Read what mail servers sent back.

    It lies in an mbox, a Maildir, a folder of .eml files or one of them.

    A mail that came back is marked bounced. An address that nobody is at goes on the suppression list; a full mailbox
    or a refused content leaves it. What answers no mail of this store is ignored.
    """
    from ..portal.mail import bounces as portal

    ready(context, mode)
    store, actor = context.store, context.actor
    with incoming(path, context.limits.expanded) as file:
        plan = portal.plan(store, actor, file, by_address=by_address)

    def apply() -> Outcome:
        done = portal.apply(store, actor, plan, context.clock)
        document = {"bounced": done.bounced, "suppressed": done.suppressed, "entry": done.entry_id}
        return Outcome((f"{done.summary}.",), {**_document(plan), **document})

    write(
        context,
        mode,
        lambda: Outcome(tuple(_lines(plan, by_address)), _document(plan)),
        apply,
        question=f"{plan.count:,} change{'' if plan.count == 1 else 's'}: do it?",
        needed=lambda: plan.count > 0,
    )


def _lines(plan: "BouncePlan", by_address: bool) -> list[str]:
    from ..portal.mail.bounces import CHANGING, Fate

    lines = [f"{plan.notices:,} message{'' if plan.notices == 1 else 's'} read."]
    for fate, number in plan.counts.items():
        lines.append(f"{number:,} × {fate}")
        if fate in (*CHANGING, Fate.UNPROVEN, Fate.UNCLASSIFIED):
            rows = [row for row in plan.rows if row.fate is fate]
            lines += ["  " + "  ".join(filter(None, (row.place, row.address, row.status))) for row in rows[:_NAMED]]
            lines += [f"  and {number - _NAMED:,} more"] if number > _NAMED else []
    if Fate.UNPROVEN in plan.counts and not by_address:
        lines.append("Anybody can write a notice that names no mail: if you trust these, add --by-address.")
    return lines


def _document(plan: "BouncePlan") -> dict[str, Any]:
    rows = [
        {
            "place": row.place,
            "address": row.address,
            "status": row.status,
            "said": row.said,
            "fate": row.fate.name.lower(),
        }
        for row in plan.rows
    ]
    counts = {fate.name.lower(): number for fate, number in plan.counts.items()}
    return {"messages": plan.notices, "changes": plan.count, "counts": counts, "rows": rows}
