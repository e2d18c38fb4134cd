"""`remove` and `undo`: members out of a program, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import UsageError
from .commands import ConsoleCommand
from .context import Context
from .errors import pointing_at
from .options import Mode, with_context, writing_options
from .people import members_query
from .writing import Outcome, check_place, ready, save_receipt, write

if TYPE_CHECKING:
    from ..portal.receipts import Receipt


@click.command(
    cls=ConsoleCommand,
    examples=(
        "tui-admin remove --program data-101 --where 'status:inactive active>180d' --dry-run",
        "tui-admin remove --program data-101 --where 'unit:=\"Sales\"' --receipt removed.csv --yes",
    ),
)
@click.option("--program", metavar="SLUG", required=True, help="The program to remove members from, by slug.")
@click.option("--where", metavar="EXPR", required=True, help="Which members, in the filter language.")
@click.option("--exit-mail", is_flag=True, help="Tell them by mail; undo calls back what has not left.")
@click.option("--receipt", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save what became of each row.")
@writing_options
@with_context
def remove(context: Context, mode: Mode, program: str, where: str, exit_mail: bool, receipt: str | None) -> None:
    """Remove members from a program. Frees their licenses; undo brings them back."""
    from ..portal import members, removal

    ready(context, mode)
    check_place(receipt)
    store, actor = context.store, context.actor
    query = members_query(program, where, actor)
    with pointing_at(where):
        selection = members.ids(store, actor, query, context.now)
    plan = removal.plan(store, actor, program, selection, context.now, exit_mail=exit_mail)
    document = {"program": program, "where": where, "licenses_freed": plan.licenses}

    def apply() -> Outcome:
        done = removal.apply(store, actor, plan, context.clock)
        return outcome(context, done, "removed", receipt, document)

    write(
        context,
        mode,
        lambda: Outcome((f"{plan.summary}.",), {"removed": plan.count, **document}),
        apply,
        question=f"Remove {plan.count:,} member{'' if plan.count == 1 else 's'}?",
        needed=lambda: plan.count > 0,
    )


@click.command(cls=ConsoleCommand, examples=("tui-admin undo", "tui-admin undo 17 --yes"))
@click.argument("entry", type=click.IntRange(1), required=False)
@click.option("--receipt", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save what became of each row.")
@writing_options
@with_context
def undo(context: Context, mode: Mode, entry: int | None, receipt: str | None) -> None:
    """Undo an entry of the journal. Without ENTRY your last that can be undone."""
    from ..portal import journal
    from ..portal.undo import last_undoable
    from ..portal.undo import undo as take_back

    ready(context, mode)
    check_place(receipt)
    store, actor = context.store, context.actor
    found = last_undoable(store, actor) if entry is None else journal.entry(store, actor, entry)
    if found is None:
        raise UsageError("There is nothing of yours to undo.")
    entry_id = found.id
    document = {"undoes": entry_id, "summary": found.summary}

    def apply() -> Outcome:
        return outcome(context, take_back(store, actor, entry_id, context.clock), "restored", receipt, document)

    plan = Outcome((f"Undo entry {entry_id}: {found.summary}.",), {"restored": found.row_count, **document})
    write(context, mode, lambda: plan, apply, question=f"Undo entry {entry_id}?")


def outcome(
    context: Context, receipt: "Receipt", done: str, path: str | None, document: dict[str, Any] | None = None
) -> Outcome:
    """What a receipt says: its summary, why rows were left out, and the same as a document, saved if so wished."""
    lines = [f"{receipt.summary}.", *receipt.notes]
    if reasons := receipt.verdicts.reasons():
        lines.append(f"Left out: {reasons}.")
    if path:
        save_receipt(context, receipt, Path(path))
        lines.append(f"The receipt is in {path}.")
    counts = {done: receipt.applied, "skipped": receipt.skipped, "refused": receipt.refused}
    return Outcome(tuple(lines), {**(document or {}), **counts, "entry": receipt.entry_id})
