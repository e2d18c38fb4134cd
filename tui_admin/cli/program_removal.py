"""`programs remove`: a whole program, archived first."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import click

from ..rules.errors import Conflict
from .commands import ConsoleCommand
from .context import Context
from .files import PIPED, take_stdout
from .options import Mode, with_context, writing_options
from .progress import progress
from .stopping import stopped_by_ctrl_c
from .writing import Outcome, check_place, ready, write


@click.command(
    cls=ConsoleCommand,
    examples=(
        "tui-admin programs remove data-101 --archive data-101.zip --dry-run",
        "tui-admin programs remove data-101 --archive - --yes > data-101.zip",
    ),
)
@click.argument("slug")
@click.option(
    "--archive",
    "out",
    type=click.Path(dir_okay=False),
    metavar="OUT.zip",
    required=True,
    help="Where all that is in it is written first; - for the standard output.",
)
@writing_options
@with_context
def remove(context: Context, mode: Mode, slug: str, out: str) -> None:
    """Remove a program for good, once all that is in it is archived.

    Its people stay people of the organization. Without --yes its slug has to be typed. It cannot be undone.
    """
    from ..portal import program_removal as portal

    ready(context, mode)
    check_place(out)
    store, actor = context.store, context.actor
    planned = portal.plan(store, actor, slug)
    document = {"program": planned.slug, "name": planned.name, "members": planned.held.members}
    document |= {"invited": planned.held.invited, "enrollments": planned.held.enrollments}
    document |= {"mails_stopped": planned.held.mails, "administrators": list(planned.held.administrators)}
    document |= {"licenses_freed": sum(planned.freed.values()), "in_no_program": planned.held.alone}

    def apply() -> Outcome:
        stop, total = Event(), planned.held.members + planned.held.enrollments
        with stopped_by_ctrl_c(stop), progress(context.surroundings) as line, _archiving(out) as path:
            archive = portal.archive(
                store,
                actor,
                planned,
                path,
                context.clock,
                told=lambda rows: line(f"Archiving, {rows:,} rows", 0, 0),
                stopped=stop.is_set,
            )
            _hand_over(path, out)
            line("Removing", 0, total)
            said = portal.apply(store, actor, planned, archive, context.clock)
        written = {"archive": out, "digest": archive.digest, "size": archive.size, "rows": sum(archive.rows.values())}
        lines = (f"{said}.", f"The archive has {archive.size:,} bytes, SHA-256 {archive.digest}.")
        return Outcome(lines, {**document, **written})

    plan = Outcome(
        (f"Plan: remove program {planned.slug} ({planned.name}).", *planned.lines, "It cannot be undone."), document
    )
    write(
        context,
        mode,
        lambda: plan,
        apply,
        typed=planned.slug,
    )


@contextmanager
def _archiving(out: str) -> Iterator[Path]:
    """Where the archive is written: its own place, or a private one from which it goes to the standard output. It does
    not stay where somebody else was faster."""
    if out != PIPED:
        path = Path(out)
        try:
            yield path
        except Conflict:  # after any other end it may have been removed: then the archive is all there is
            path.unlink(missing_ok=True)
            raise
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="tui-admin-") as folder:
        yield Path(folder) / "archive.zip"


def _hand_over(path: Path, out: str) -> None:
    """Write the archive to the standard output where it goes there: whole, before anything is removed."""
    if out == PIPED:
        take_stdout()
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
