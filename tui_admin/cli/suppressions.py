"""`suppress`: addresses that nothing is sent to."""

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
    Column("reason"),
    Column("detail"),
    Column("added_at", Kind.MOMENT, "Added"),
    Column("added_by"),
)


@click.group(cls=ConsoleGroup)
def suppress() -> None:
    """The addresses that nothing is sent to."""


@suppress.command("list", examples=("tui-admin suppress list", "tui-admin suppress list --format csv"))
@listing_options
@with_context
def list_(context: Context, shape: Shape) -> None:
    """List the addresses that nothing is sent to, the newest first."""
    from ..portal.mail import suppressions

    store, actor = context.store, context.actor

    def rows() -> Iterator[dict[str, Any]]:
        for row in suppressions.listing(store, actor):
            yield {column.name: getattr(row, column.name) for column in _COLUMNS}

    show(Listing(_COLUMNS, rows, lambda: suppressions.count(store, actor)), shape.form, shape.count, context)


@suppress.command(examples=("tui-admin suppress add ana@example.com --reason 'asked us by telephone'",))
@click.argument("email")
@click.option("--reason", metavar="TEXT", default="", help="Why, in your words.")
@writing_options
@with_context
def add(context: Context, mode: Mode, email: str, reason: str) -> None:
    """Send nothing to an address any more, whatever the program."""
    from ..portal.mail import suppressions

    def do(store: Any, actor: Any) -> str:
        return suppressions.add(store, actor, email, context.clock, reason=reason)

    act(context, mode, do, email=email)


@suppress.command(examples=("tui-admin suppress remove ana@example.com",))
@click.argument("email")
@click.option("--reason", metavar="TEXT", default="", help="Why, in your words; the journal keeps it.")
@writing_options
@with_context
def remove(context: Context, mode: Mode, email: str, reason: str) -> None:
    """Let mail go to an address again. Who opted out of messages stays so."""
    from ..portal.mail import suppressions

    def do(store: Any, actor: Any) -> str:
        return suppressions.remove(store, actor, email, context.clock, reason=reason)

    act(context, mode, do, email=email)
