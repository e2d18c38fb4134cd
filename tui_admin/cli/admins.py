"""`admins`: who may sign in, within which programs, and with which keys over SSH."""

from collections.abc import Iterator
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import read_text
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
_KEY_COLUMNS = (
    Column("email", title="E-mail"),
    Column("comment"),
    Column("type"),
    Column("fingerprint"),
    Column("added_at", Kind.MOMENT, "Added"),
    Column("last_used_at", Kind.MOMENT, "Last used"),
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


@admins.group(cls=ConsoleGroup)
def keys() -> None:
    """Public keys that sign administrators in over SSH."""


@keys.command("add", examples=("tui-admin admins keys add ana@example.com id_ed25519.pub",))
@click.argument("email")
@click.argument("file", metavar="FILE|-", type=click.Path(dir_okay=False, allow_dash=True))
@writing_options
@with_context
def add_key(context: Context, mode: Mode, email: str, file: str) -> None:
    """Register the public key in a file for an administrator."""
    from ..portal import keys as portal

    content = read_text(file)

    def do(store: Any, actor: Any) -> str:
        return portal.add(store, actor, email, content, context.clock)

    act(context, mode, do, email=email)


@keys.command("list", examples=("tui-admin admins keys list", "tui-admin admins keys list bo@example.com"))
@click.argument("email", required=False)
@listing_options
@with_context
def list_keys(context: Context, shape: Shape, email: str | None) -> None:
    """List the keys of one administrator, or all you may see."""
    show(Listing(_KEY_COLUMNS, lambda: _key_rows(context, email)), shape.form, shape.count, context)


def _key_rows(context: Context, email: str | None) -> Iterator[dict[str, Any]]:
    from ..portal.keys import listing

    for key in listing(context.store, context.actor, email):
        yield {column.name: getattr(key, column.name) for column in _KEY_COLUMNS}


@keys.command("remove", examples=("tui-admin admins keys remove SHA256:mVxM",))
@click.argument("fingerprint")
@writing_options
@with_context
def remove_key(context: Context, mode: Mode, fingerprint: str) -> None:
    """Let a key, named by how its fingerprint begins, sign in no more."""
    from ..portal import keys as portal

    def do(store: Any, actor: Any) -> str:
        return portal.remove(store, actor, fingerprint, context.clock)

    act(context, mode, do, fingerprint=fingerprint)
