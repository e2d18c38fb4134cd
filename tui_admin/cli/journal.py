"""`journal`: who did what, when; and whether the record of it still holds."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .options import Shape, listing_options, with_context
from .output import Column, Kind, Listing, show, talk, write_document

_PAGE = 500

_COLUMNS = (
    Column("id", Kind.NUMBER, "Entry"),
    Column("at", Kind.MOMENT, "Day"),
    Column("actor"),
    Column("key", title=None),
    Column("action", title=None),
    Column("summary"),
    Column("rows", Kind.NUMBER, None),
    Column("undoes", Kind.NUMBER, None),
    Column("undone_by", Kind.NUMBER, "Undone by"),
)


@click.group(cls=ConsoleGroup)
def journal() -> None:
    """The journal of every change: who, when, what."""


@journal.command("list", examples=("tui-admin journal list --limit 20", "tui-admin journal list --format json"))
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the newest N entries.")
@listing_options
@with_context
def list_entries(context: Context, shape: Shape, limit: int | None) -> None:
    """List the entries you may see, newest first."""
    show(Listing(_COLUMNS, lambda: islice(_entries(context), limit)), shape.form, shape.count, context)


def _entries(context: Context) -> Iterator[dict[str, Any]]:
    from ..portal.journal import entries

    actor, before = context.actor, None
    while page := entries(context.store, actor, limit=_PAGE, before=before):
        for entry in page:
            values = {
                name: getattr(entry, name) for name in ("id", "at", "actor", "key", "action", "summary", "undoes")
            }
            yield {**values, "rows": entry.row_count, "undone_by": entry.undone_by}
        before = page[-1].id


@journal.command(examples=("tui-admin journal verify && echo whole",))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_context
def verify(context: Context, as_json: bool) -> None:
    """Prove that the journal is whole. Exit 1 names the first entry that was changed or dropped."""
    from ..portal.journal import verify as walk

    found = walk(context.store, context.actor)
    if as_json:
        reason = found.reason or None
        write_document({"whole": found.whole, "entries": found.entries, "broken": found.broken, "reason": reason})
    elif found.whole:
        talk(f"The journal is whole: {found.entries:,} entries hold.")
    else:
        talk(f"The journal is broken at entry {found.broken}: {found.reason}. The {found.entries:,} before it hold.")
    if not found.whole:
        click.get_current_context().exit(1)
