"""`init` and `settings`: the organization itself."""

import click

from ..rules.errors import StoreError
from .commands import ConsoleCommand
from .context import Context
from .options import with_context
from .output import talk


@click.command(cls=ConsoleCommand, examples=("tui-admin init --org 'Northwind Learning' --admin ana@example.com",))
@click.option("--org", "name", required=True, metavar="NAME", help="What the organization is called.")
@click.option("--admin", "email", required=True, metavar="EMAIL", help="Its first organization admin.")
@with_context
def init(context: Context, name: str, email: str) -> None:
    """Create the organization and its first administrator in an empty store."""
    from ..portal.organization import initialise

    if context.read_only:
        raise StoreError(f"The store {context.store.label} was opened to read only; nothing was changed.")
    actor = initialise(context.store, name, email, context.clock)
    talk(f"Created {name} in {context.store.label}. {actor.email} is its organization admin.")
