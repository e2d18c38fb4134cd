"""`contracts`: the list with its licenses, creating one, changing one."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .options import Day, Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show
from .writing import act, change

_COLUMNS = (
    Column("name"),
    Column("licenses", Kind.NUMBER),
    Column("occupied", Kind.NUMBER),
    Column("reserved", Kind.NUMBER),
    Column("utilized", Kind.NUMBER),
    Column("free", Kind.NUMBER),
    Column("over_by", Kind.NUMBER),
    Column("from", Kind.DAY),
    Column("to", Kind.DAY),
    Column("programs", Kind.LIST),
)


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=("tui-admin contracts", "tui-admin contracts --format json"),
)
@listing_options
@with_context
def contracts(context: Context, shape: Shape) -> None:
    """List the contracts; create and change them."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    show(Listing(_COLUMNS, lambda: _rows(context)), shape.form, shape.count, context)


def _rows(context: Context) -> Iterator[dict[str, Any]]:
    from ..portal.contracts import listing, utilized

    using = utilized(context.store, context.actor)
    for row in sorted(listing(context.store, context.actor), key=lambda row: row.name):
        held = row.licenses
        yield {
            "name": row.name,
            "licenses": held.purchased,
            "occupied": held.occupied,
            "reserved": held.reserved,
            "utilized": using[row.id],
            "free": held.free,
            "over_by": held.over_by,
            "from": row.starts_on,
            "to": row.ends_on,
            "programs": row.slugs,
        }


@contracts.command(examples=("tui-admin contracts create 'Year 1' --licenses 500 --from 2026-01-01 --to 2026-12-31",))
@click.argument("name")
@click.option("--licenses", type=click.IntRange(0), metavar="N", help="How many were purchased; unknown without it.")
@click.option("--from", "starts_on", type=Day(), metavar="DATE", help="The first day.")
@click.option("--to", "ends_on", type=Day(), metavar="DATE", help="The last day.")
@writing_options
@with_context
def create(
    context: Context, mode: Mode, name: str, licenses: int | None, starts_on: date | None, ends_on: date | None
) -> None:
    """Create a contract."""
    from ..portal import contracts as portal

    days = {"starts_on": starts_on, "ends_on": ends_on}

    def do(store: Any, actor: Any) -> str:
        portal.create(store, actor, name, context.clock, licenses=licenses, **days)
        held = "an unknown number of" if licenses is None else f"{licenses:,}"
        return f"Created contract {name.strip()} with {held} licenses"

    act(context, mode, do, name=name.strip())


@contracts.command(
    "set",
    examples=("tui-admin contracts set 'Year 1' licenses 600", "tui-admin contracts set 'Year 1' to 2027-03-31"),
)
@click.argument("name")
@click.argument("key")
@click.argument("value")
@writing_options
@with_context
def set_value(context: Context, mode: Mode, name: str, key: str, value: str) -> None:
    """Change a contract. KEY is name, licenses, from or to; a blank VALUE makes it unknown."""
    from ..portal import contracts as portal

    portal.named(key)

    def read(store: Any, actor: Any, _tell: bool) -> str:
        return portal.show(store, actor, name)[key]

    def do(store: Any, actor: Any, seen: str | None) -> str:
        return portal.change(store, actor, name, key, value, context.clock, seen=seen)

    change(context, mode, read, do, name=name, key=key)
