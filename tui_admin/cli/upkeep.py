"""`backup`, `restore`, `doctor`: the whole store in one file, and back; and whether all is well."""

import shutil
import sys
from pathlib import Path

import click

from .checks import show_checks
from .commands import ConsoleCommand
from .context import Context
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import talk, write_document
from .writing import Outcome, check_place, ready, write


@click.command(cls=ConsoleCommand, examples=("tui-admin backup northwind-2026-05-01.db",))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_context
def backup(context: Context, out: Path, as_json: bool) -> None:
    """Write the whole store into one new file. Others may go on working meanwhile."""
    from ..portal.backup import backup as write_backup

    check_place(str(out))
    held = write_backup(context.store, context.actor, out)
    if as_json:
        counts = {"learners": held.learners, "memberships": held.memberships}
        write_document({"file": str(out), "organization": held.organization, **counts})
    else:
        talk(f"Backed up {held} to {out}.")


@click.command(
    cls=ConsoleCommand,
    examples=("tui-admin restore northwind-2026-05-01.db", "tui-admin restore old.db --store sqlite:///look.db --yes"),
)
@click.argument("file", type=click.Path(path_type=Path))
@writing_options
@with_context
def restore(context: Context, mode: Mode, file: Path) -> None:
    """Put a backup in the place of the store. A shared store must be empty."""
    from ..portal import backup as portal
    from ..portal.organization import facts

    ready(context, mode)
    coming = portal.inspect(file)
    going = portal.contents(context.store, context.actor) if facts(context.store).name else "nothing"
    document = {"organization": coming.organization, "learners": coming.learners, "memberships": coming.memberships}

    def apply() -> Outcome:
        held = portal.restore(context.store, context.acting, file, context.clock, replace=True)
        return Outcome((f"Restored {held} into {context.store.label}.",), document)

    planned = f"{file} holds {coming}. It replaces what {context.store.label} holds: {going}."
    write(context, mode, lambda: Outcome((planned,), document), apply, question="Restore it?")


@click.command(cls=ConsoleCommand, examples=("tui-admin doctor", "tui-admin doctor --format json"))
@listing_options
@with_context
def doctor(context: Context, shape: Shape) -> None:
    """Check that all is well, and say what to do.

    Looks at store, migrations, journal, mail, data, time, disk and terminal; exit 1 when something is broken.
    """
    from ..portal.doctor import examine

    checks = examine(context.store, context.acting, context.clock, _terminal(context), lambda: context.mail)
    show_checks(checks, shape, context)


def _terminal(context: Context) -> dict[str, str | int | None]:
    size = shutil.get_terminal_size((0, 0))
    term = context.surroundings.environ.get("TERM")
    return {"columns": size.columns, "lines": size.lines, "encoding": sys.stdout.encoding, "term": term}
