"""`programs`: the list with its figures, creating one, its settings."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import read_picture
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show
from .program_removal import remove
from .writing import act, change

_COLUMNS = (
    Column("slug"),
    Column("name"),
    Column("contracts", Kind.LIST),
    Column("members", Kind.NUMBER),
    Column("invited", Kind.NUMBER),
    Column("at_risk", Kind.NUMBER),
    Column("inactive", Kind.NUMBER),
    Column("licenses", Kind.NUMBER),
)


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=("tui-admin programs", "tui-admin programs --format json"),
)
@listing_options
@with_context
def programs(context: Context, shape: Shape) -> None:
    """List the programs; create and change them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from ..portal.programs import listing

    def rows() -> Iterator[dict[str, Any]]:
        return (asdict(row) for row in listing(context.store, context.actor, context.now))

    show(Listing(_COLUMNS, rows), shape.form, shape.count, context)


@programs.command(examples=("tui-admin programs create data-101 --name 'Data Foundations' --contract 'Year 1'",))
@click.argument("slug")
@click.option("--name", required=True, metavar="NAME", help="What the program is called.")
@click.option("--contract", "contracts", multiple=True, metavar="NAME", help="A contract to draw on; may be repeated.")
@writing_options
@with_context
def create(context: Context, mode: Mode, slug: str, name: str, contracts: tuple[str, ...]) -> None:
    """Create a program that draws on contracts."""
    from ..portal import programs as portal

    def do(store: Any, actor: Any) -> str:
        portal.create(store, actor, slug, name, context.clock, contracts=contracts)
        return f"Created program {slug.strip()} ({name.strip()})"

    act(context, mode, do, slug=slug.strip())


programs.add_command(remove)


@programs.command(
    "set",
    examples=(
        "tui-admin programs set data-101 name 'Data Foundations'",
        "tui-admin programs set data-101 enrollment-limit 3",
        "tui-admin programs set data-101 banner beach.jpg",
        "tui-admin programs set data-101 contracts '+Year 2'",
        "tui-admin programs set data-101 report-schedule 'mon thu 07:00'",
        'tui-admin programs set data-101 invitation-body "$(cat invitation.md)"',
    ),
)
@click.argument("slug")
@click.argument("key")
@click.argument("value")
@writing_options
@with_context
def set_value(context: Context, mode: Mode, slug: str, key: str, value: str) -> None:
    """Change a setting of a program. A blank VALUE takes away what need not be set.

    \b
    KEY is one of:
      name                what people read
      tagline             the line below the name
      banner              a picture: a file, or - for the standard input
      enrollment-limit    in how many courses a learner may be at most
      url                 the page where the invited join, https://…
      order               its place among the programs, from 1 on
      contracts           +NAME lets it draw on a contract, -NAME ends that
      report-schedule     weekdays and hours, such as 'mon thu 07:00'
      invitation-subject  what its invitations say, in place of the usual
      invitation-body     the same for their text, Markdown with {{ fields }}
    """
    from ..portal import program_settings as portal

    given = read_picture(value) if portal.named(key).picture and value.strip() else value

    def read(store: Any, actor: Any, tell: bool) -> str:
        return portal.show(store, actor, slug, tell=tell).get(key, "")

    def do(store: Any, actor: Any, seen: str | None) -> str:
        return portal.change(store, actor, slug, key, given, context.clock, seen=seen)

    change(context, mode, read, do, slug=slug, key=key)
