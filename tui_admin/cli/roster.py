"""`roster`: a full list of a program's people against its members; who joins, who leaves, what changes."""

from dataclasses import astuple
from itertools import islice
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import BadInput
from .commands import ConsoleGroup
from .context import Context
from .options import Mode, with_context, writing_options
from .people_lists import KEPT, SHOWN, given, list_options, reading, save_receipt, save_refused
from .progress import progress
from .stopping import stopped_by_ctrl_c
from .writing import Outcome, check_place, ready, write

if TYPE_CHECKING:
    from ..portal.inviting.roster_plan import RosterPlan, RosterRow

_RECEIPT = ("Line", "Full Name", "Email", "External ID", "Outcome", "Reason")


@click.group(
    cls=ConsoleGroup,
    examples=(
        "tui-admin roster plan hr.csv --program data-101",
        "tui-admin roster apply hr.csv --program data-101 --allow-change 25 --receipt done.csv",
    ),
)
def roster() -> None:
    """Bring a program in line with a full list."""


def _options(function: Any) -> Any:
    """What both commands take."""
    for option in (
        click.option(
            "--allow-change",
            type=click.FloatRange(0),
            default=10.0,
            metavar="PERCENT",
            help="How much of the program's people may change; 10 unless given.",
        ),
        click.option("--contract", metavar="NAME", help="The contract of those who join, where there are several."),
        click.option("--program", metavar="SLUG", required=True, help="The program, by slug."),
        list_options,
    ):
        function = option(function)
    return function


@roster.command("plan", examples=("tui-admin roster plan hr.csv --program data-101 --json",))
@_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_context
def plan_(context: Context, as_json: bool, **asked: Any) -> None:
    """Show who would join, who would leave and what would change. Writes nothing."""
    _run(context, Mode(yes=False, dry_run=True, as_json=as_json), **asked)


@roster.command("apply", examples=("tui-admin roster apply hr.csv --program data-101 --yes",))
@_options
@writing_options
@with_context
def apply_(context: Context, mode: Mode, **asked: Any) -> None:
    """Bring the program in line with the list.

    Who joins is invited, who leaves removed, what changed written: all at once, and undo takes all of it back.
    """
    _run(context, mode, **asked)


def _run(
    context: Context,
    mode: Mode,
    file: str,
    program: str,
    contract: str | None,
    allow_change: float,
    no_mail: bool,
    receipt: str | None,
    refused: str | None,
) -> None:
    from ..portal.inviting.places import Usual
    from ..portal.inviting.plan import InviteRequest
    from ..portal.inviting.roster import open_roster

    ready(context, mode)
    check_place(receipt)
    check_place(refused)
    request = InviteRequest(given(file), Usual(program, contract), not no_mail, context.limits)
    stop = Event()
    with progress(context.surroundings) as told:
        opening = open_roster(
            context.store,
            context.actor,
            request,
            allow_change=allow_change,
            progress=reading(told),
            cancelled=stop.is_set,
        )
        with stopped_by_ctrl_c(stop), opening as found:
            planned = found.plan(context.clock)
            told.clear()
            if planned.refusal and not mode.dry_run:
                raise BadInput(planned.refusal)

            def outcome(plan: "RosterPlan") -> Outcome:
                rows = map(astuple, found.changes())
                saved = (*save_receipt(_RECEIPT, rows, receipt), *save_refused(found, plan.counts["refused"], refused))
                return _outcome(plan, list(islice(found.changes(), KEPT)), saved)

            def apply() -> Outcome:
                with stopped_by_ctrl_c(stop):
                    done = found.apply(context.clock)
                told.clear()
                return outcome(done)

            write(
                context,
                mode,
                lambda: outcome(planned),
                apply,
                question="Bring the program in line?",
                needed=lambda: mode.yes or planned.count > 0,
            )


def _outcome(plan: "RosterPlan", changed: "list[RosterRow]", saved: tuple[str, ...]) -> Outcome:
    lines = [f"{plan.name}: {plan.rows:,} row{'' if plan.rows == 1 else 's'}"]
    if plan.unknown_columns:
        lines.append(f"  columns kept aside: {', '.join(plan.unknown_columns)}")
    lines += [f"  {sentence}" for sentence in (*plan.warnings, *map(str, plan.seats), *plan.notes)]
    lines += map(_line, changed[:SHOWN])
    total = sum(plan.counts.values())
    if total > SHOWN:
        lines.append(f"  and {total - SHOWN:,} more; --receipt FILE tells them all")
    lines += saved
    lines.append(f"{'Done' if plan.applied else 'Would be'}: {plan.summary}.")
    if plan.refusal and not plan.applied:
        lines.append(plan.refusal)
    document = {"changes": [_entry(row) for row in changed], "refusal": plan.refusal or None}
    return Outcome(tuple(lines), {**plan.to_json(), **document})


def _line(row: "RosterRow") -> str:
    where = "not on it" if row.line is None else f"line {row.line:,}"
    return f"  {where}: {row.name} <{row.email}> {row.outcome}" + (f": {row.reason}" if row.reason else "")


def _entry(row: "RosterRow") -> dict[str, Any]:
    person = {"name": row.name, "email": row.email, "external_id": row.external_id}
    return {"line": row.line, **person, "outcome": row.outcome, "reason": row.reason or None}
