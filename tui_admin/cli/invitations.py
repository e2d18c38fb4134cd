"""`invitations`: who was invited and has not joined; mailing them again, withdrawing them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from .commands import ConsoleGroup
from .context import Context
from .errors import pointing_at
from .options import Mode, Shape, listing_options, program_option, where_option, with_context, writing_options
from .output import Column, Kind, Listing, show
from .people import parsed
from .removal import outcome
from .writing import Outcome, check_place, ready, write

if TYPE_CHECKING:
    from ..portal.inviting.invitation_acts import InvitationPlan

_COLUMNS = (
    Column("name"),
    Column("email", title="E-mail"),
    Column("external_id", title=None),
    Column("program"),
    Column("contract"),
    Column("invited_at", Kind.MOMENT, "Invited"),
    Column("invited_by", title="By"),
    Column("sent", Kind.NUMBER),
    Column("last_sent_at", Kind.MOMENT, "Last sent"),
    Column("delivery"),
    Column("reply", title=None),
)


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=(
        "tui-admin invitations --program data-101",
        "tui-admin invitations resend --program data-101 --where 'invited>14d'",
    ),
)
@program_option
@where_option
@listing_options
@with_context
def invitations(context: Context, shape: Shape, program: str | None, where: str | None) -> None:
    """List, resend and withdraw invitations."""
    if click.get_current_context().invoked_subcommand is None:
        _show(context, shape, program, where)


@invitations.command("list", examples=("tui-admin invitations list --where 'delivery:bounced' --format csv",))
@program_option
@where_option
@listing_options
@with_context
def list_(context: Context, shape: Shape, program: str | None, where: str | None) -> None:
    """List invitations that are not answered, the newest first."""
    _show(context, shape, program, where)


def _show(context: Context, shape: Shape, program: str | None, where: str | None) -> None:
    from ..portal.inviting import invitations as portal

    store, actor, now = context.store, context.actor, context.now
    query = portal.pending(program, parsed(where, actor))

    def rows() -> Iterator[dict[str, Any]]:
        for row in portal.stream(store, actor, query, now):
            yield {column.name: getattr(row, column.name) or None for column in _COLUMNS} | {"sent": row.sent}

    with pointing_at(where or ""):
        listing = Listing(_COLUMNS, rows, lambda: portal.count(store, actor, query, now))
        show(listing, shape.form, shape.count, context)


def _act(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both acts take."""
    receipt = click.option(
        "--receipt", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save what became of each row."
    )
    where = click.option("--where", metavar="EXPR", required=True, help="Which invitations, in the filter language.")
    program = click.option("--program", metavar="SLUG", required=True, help="The program they are to, by slug.")
    return program(where(receipt(writing_options(with_context(function)))))


@invitations.command(examples=("tui-admin invitations resend --program data-101 --where 'invited>14d' --dry-run",))
@_act
def resend(context: Context, mode: Mode, program: str, where: str, receipt: str | None) -> None:
    """Mail invitations again. Leaves out who was mailed within the hour."""
    from ..portal.inviting.invitation_acts import plan_resend

    _do(context, mode, plan_resend, (program, where, receipt), "mailed")


@invitations.command(examples=("tui-admin invitations withdraw --program data-101 --where 'invited>90d' --yes",))
@_act
def withdraw(context: Context, mode: Mode, program: str, where: str, receipt: str | None) -> None:
    """Withdraw invitations. Mails not sent yet are stopped; undo brings them back."""
    from ..portal.inviting.invitation_acts import plan_withdraw

    _do(context, mode, plan_withdraw, (program, where, receipt), "withdrawn")


def _do(
    context: Context,
    mode: Mode,
    planned: "Callable[..., InvitationPlan]",
    given: tuple[str, str, str | None],
    done: str,
) -> None:
    from ..portal.inviting import invitation_acts
    from ..portal.inviting import invitations as portal

    program, where, receipt = given
    ready(context, mode)
    check_place(receipt)
    store, actor = context.store, context.actor
    with pointing_at(where):
        selection = portal.ids(store, actor, portal.pending(program, parsed(where, actor)), context.now)
    plan = planned(store, actor, program, selection, context.clock)
    document = {"program": program, "where": where}

    def apply() -> Outcome:
        return outcome(context, invitation_acts.apply(store, actor, plan, context.clock), done, receipt, document)

    write(
        context,
        mode,
        lambda: Outcome((f"{plan.summary}.",), {done: plan.count, **document}),
        apply,
        question=f"{plan.count:,} invitation{'' if plan.count == 1 else 's'}: do it?",
        needed=lambda: plan.count > 0,
    )
