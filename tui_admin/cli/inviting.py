"""`invite` and `invite-template`: a list of people into programs, shown before, told after."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import BadInput
from .commands import ConsoleCommand
from .context import Context
from .options import Mode, with_context, writing_options
from .people_lists import KEPT, SHOWN, given, list_options, reading, save_receipt, save_refused
from .progress import progress
from .stopping import stopped_by_ctrl_c
from .writing import Outcome, check_place, ready, write

if TYPE_CHECKING:
    from ..portal.inviting.inviting import Inviting
    from ..portal.inviting.plan import InvitePlan, Told
    from ..rules.remarks import Verdict


@click.command(
    "invite",
    cls=ConsoleCommand,
    examples=(
        "tui-admin invite new-hires.csv --program data-101 --dry-run",
        "tui-admin invite new-hires.xlsx --program data-101 --contract 'Year 2' --refused repair.csv",
        "tui-admin invite - --program data-101 --no-mail",
    ),
)
@list_options
@click.option("--program", metavar="SLUG", help="The program of rows that name none.")
@click.option("--contract", metavar="NAME", help="The contract of rows that name none, where there are several.")
@writing_options
@with_context
def invite(
    context: Context,
    mode: Mode,
    file: str,
    program: str | None,
    contract: str | None,
    no_mail: bool,
    receipt: str | None,
    refused: str | None,
) -> None:
    """Invite the people of a list.

    It is CSV, XLSX or ODS, or - for what is piped in, and has the columns of invite-template; columns Program and
    Contract may say where to. Asks only where somebody is there to answer.
    """
    from ..portal.inviting.inviting import open_inviting
    from ..portal.inviting.places import Usual
    from ..portal.inviting.plan import InviteRequest

    mode = replace(mode, yes=mode.yes or not context.surroundings.interactive())
    ready(context, mode)
    check_place(receipt)
    check_place(refused)
    request = InviteRequest(given(file), Usual(program, contract), not no_mail, context.limits)
    stop = Event()
    with progress(context.surroundings) as told:
        opening = open_inviting(context.store, context.actor, request, progress=reading(told), cancelled=stop.is_set)
        with stopped_by_ctrl_c(stop), opening as found:

            def plan() -> Outcome:
                planned = found.plan(context.clock)
                told.clear()
                return _outcome(found, planned, _saved(found, planned, receipt, refused))

            def apply() -> Outcome:
                with stopped_by_ctrl_c(stop):
                    done = found.apply(context.clock)
                told.clear()
                return _outcome(found, done, _saved(found, done, receipt, refused))

            write(
                context, mode, plan, apply, question="Invite them?", needed=lambda: mode.yes or _matters(context, found)
            )


@click.command("invite-template", cls=ConsoleCommand, examples=("tui-admin invite-template > people.csv",))
@with_context
def invite_template(_context: Context) -> None:
    """Print the header of a list of people to invite."""
    from ..reports.people_files import TEMPLATE

    click.echo(",".join(TEMPLATE))


def _matters(context: Context, found: "Inviting") -> bool:
    return found.plan(context.clock).count > 0


def _outcome(found: "Inviting", plan: "InvitePlan", saved: tuple[str, ...]) -> Outcome:
    from ..rules.remarks import Verdict

    lines = [f"{plan.name}: {plan.total:,} row{'' if plan.total == 1 else 's'}"]
    if plan.unknown_columns:
        lines.append(f"  columns kept aside: {', '.join(plan.unknown_columns)}")
    lines += [f"  {sentence}" for sentence in (*plan.warnings, *map(str, plan.seats), *plan.notes)]
    for verdict in (Verdict.WARNED, Verdict.REFUSED):
        lines += _told(found, verdict, plan.counts.get(verdict, 0))
    lines += saved
    if plan.applied and plan.queued:
        lines.append(f"  {plan.queued:,} invitation{'' if plan.queued == 1 else 's'} waiting to be mailed")
    lines.append(f"{plan.summary[0].upper()}{plan.summary[1:]}.")
    return Outcome(tuple(lines), _document(found, plan))


def _told(found: "Inviting", verdict: "Verdict", number: int) -> Iterator[str]:
    word = {"WARNED": "warning", "REFUSED": "refused"}[verdict.name]
    for row in islice(found.rows({verdict}), SHOWN):
        yield f"  line {row.line:,} {word}: {row.reason}"
    if number > SHOWN:
        which = "refused; --refused FILE saves" if word == "refused" else "with warnings; --receipt FILE tells"
        yield f"  and {number - SHOWN:,} more {which} them all"


def _document(found: "Inviting", plan: "InvitePlan") -> dict[str, Any]:
    from ..rules.remarks import Verdict

    told = {"refusals": list(_entries(found, {Verdict.REFUSED})), "warnings": list(_entries(found, {Verdict.WARNED}))}
    return {**plan.to_json(), **told}


def _entries(found: "Inviting", verdicts: "Collection[Verdict]") -> Iterator[dict[str, Any]]:
    def entry(line: int, one: "Told") -> dict[str, Any]:
        return {"line": line, "column": one.column, "value": one.value, "reason": one.reason}

    for row in islice(found.rows(verdicts), KEPT):
        yield from (entry(row.line, one) for one in row.told if one.remark.verdict == row.verdict)


def _saved(found: "Inviting", plan: "InvitePlan", receipt: str | None, refused: str | None) -> tuple[str, ...]:
    """Save what was asked for, and say where."""
    from ..portal.inviting.rows import RECEIPT

    try:
        return (*save_receipt(RECEIPT, found.receipt(), receipt), *save_refused(found, plan.refused, refused))
    except BadInput as error:
        return (f"  not saved: {error}",)
