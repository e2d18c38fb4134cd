"""`admins`: who may sign in, and within which programs."""

from collections.abc import Iterator
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show
from .writing import act

_COLUMNS = (
    Column("email", title="E-mail"),
    Column("role"),
    Column("programs", Kind.LIST),
    Column("added_at", Kind.MOMENT, "Added"),
    Column("added_by"),
)

programs_option = click.option(
    "--program", "programs", multiple=True, metavar="SLUG", help="Only this program; may be repeated."
)


@click.group(
    cls=ConsoleGroup, invoke_without_command=True, examples=("tui-admin admins", "tui-admin admins --format json")
)
@listing_options
@with_context
def admins(context: Context, shape: Shape) -> None:
    """List the administrators; add and remove them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    show(Listing(_COLUMNS, lambda: _rows(context)), shape.form, shape.count, context)


def _rows(context: Context) -> Iterator[dict[str, Any]]:
    from ..portal.administrators import listing

    for row in listing(context.store, context.actor):
        values = {"email": row.email_shown, "role": str(row.role), "programs": row.programs}
        yield {**values, "added_at": row.added_at, "added_by": row.added_by}


@admins.command(
    examples=("tui-admin admins add bo@example.com --program data-101", "tui-admin admins add ana@example.com"),
)
@click.argument("email")
@programs_option
@writing_options
@with_context
def add(context: Context, mode: Mode, email: str, programs: tuple[str, ...]) -> None:
    """Add an administrator. Without --program an organization admin."""
    from ..portal import administrators

    def do(store: Any, actor: Any) -> str:
        return administrators.add(store, actor, email, context.clock, programs=programs)

    act(context, mode, do, email=email)


@admins.command(
    examples=("tui-admin admins remove bo@example.com --program data-101", "tui-admin admins remove bo@example.com"),
)
@click.argument("email")
@programs_option
@writing_options
@with_context
def remove(context: Context, mode: Mode, email: str, programs: tuple[str, ...]) -> None:
    """Remove an administrator. With --program only from those programs."""
    from ..portal import administrators

    def do(store: Any, actor: Any) -> str:
        return administrators.remove(store, actor, email, context.clock, programs=programs)

    act(context, mode, do, email=email)
