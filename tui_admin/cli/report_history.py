"""`reports`: what reports were asked for by mail, what became of them, and their files while they are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import PIPED
from .options import Shape, listing_options, with_context
from .output import Column, Kind, Listing, show, talk
from .reports import check_readable
from .writing import check_place, saving_bytes

_COLUMNS = (
    Column("id", Kind.NUMBER),
    Column("report"),
    Column("program"),
    Column("where", title=None),
    Column("requested_by", title="By"),
    Column("requested_at", Kind.MOMENT, "Asked for"),
    Column("occurrence", title=None),
    Column("recipient", title="To"),
    Column("state"),
    Column("rows", Kind.NUMBER),
    Column("size", Kind.NUMBER, "Bytes"),
    Column("mail"),
    Column("downloads", Kind.NUMBER, "By link"),
    Column("downloaded_at", Kind.MOMENT, title=None),
    Column("file", title=None),
    Column("made_at", Kind.MOMENT, title=None),
    Column("note"),
)


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=("tui-admin reports --format json", "tui-admin reports download 12 --out email-report.zip"),
)
@listing_options
@with_context
def reports(context: Context, shape: Shape) -> None:
    """List and fetch the reports asked for by mail."""
    if click.get_current_context().invoked_subcommand is None:
        _show(context, shape)


@reports.command("list", examples=("tui-admin reports list --format csv",))
@listing_options
@with_context
def list_(context: Context, shape: Shape) -> None:
    """List the reports that were asked for by mail, the newest first."""
    _show(context, shape)


@reports.command("download", examples=("tui-admin reports download 12 --out email-report.zip",))
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(allow_dash=True),
    help="The file to write; - is the standard output.",
)
@with_context
def download(context: Context, number: int, out: str) -> None:
    """Save the file of a report while it is kept."""
    from ..portal.reports import requests

    check_place(out)
    check_readable(requests.find(context.store, context.actor, number).asked, out)
    with saving_bytes(Path(out)) as stream:
        found = requests.download(context.store, context.actor, number, stream)
    if out != PIPED:
        talk(f"Saved {found.file}, {found.rows or 0:,} rows, to {out}.")


def _show(context: Context, shape: Shape) -> None:
    from ..portal.reports import requests

    store, actor = context.store, context.actor
    listing = Listing(_COLUMNS, lambda: _rows(context), lambda: requests.count(store, actor))
    show(listing, shape.form, shape.count, context)


def _rows(context: Context) -> Iterator[dict[str, Any]]:
    from ..portal.reports import requests

    for one in requests.walk(context.store, context.actor):
        shown = {name: getattr(one, name) for name in (column.name for column in _COLUMNS) if hasattr(one, name)}
        programs = ", ".join(one.programs or ()) or one.asked.program
        yield {**shown, "report": one.title, "program": programs, "where": one.asked.where or None}
