"""`curriculum`: what a program teaches, shown, saved and imported."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import PIPED, incoming
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show
from .writing import Outcome, check_place, ready, saving, write

if TYPE_CHECKING:
    from ..portal.curriculum.plan import CurriculumPlan, PlanRow

_SHOWN = 20
"""Rows told one by one to a person; the document holds all."""

_COLUMNS = (
    Column("collection"),
    Column("kind"),
    Column("id"),
    Column("name"),
    Column("partner"),
    Column("hours", Kind.NUMBER),
    Column("courses", Kind.LIST, None),
    Column("also_in", Kind.LIST),
)
_program = click.option("--program", metavar="SLUG", required=True, help="The program, by slug.")


@click.group(
    cls=ConsoleGroup,
    examples=(
        "tui-admin curriculum show --program data-101",
        "tui-admin curriculum export curriculum.csv --program data-101",
        "tui-admin curriculum import curriculum.csv --program data-101 --dry-run",
    ),
)
def curriculum() -> None:
    """What a program teaches, collection by collection."""


@curriculum.command("show", examples=("tui-admin curriculum show --program data-101 --format json",))
@_program
@listing_options
@with_context
def show_(context: Context, shape: Shape, program: str) -> None:
    """List what a program teaches, collection by collection.

    The id is a course's public id or a specialization's slug. A collection that holds nothing has a row without one.
    """
    from ..portal.curriculum import reading

    found = reading.read(context.store, context.actor, program)
    names = {collection.id: collection.name for collection in found.collections}

    def rows() -> Iterator[dict[str, Any]]:
        for collection in found.collections:
            if not collection.items:
                yield {"collection": collection.name}
            for item in collection.items:
                facts = {"kind": item.kind, "id": item.key, "name": item.name, "partner": item.partner or None}
                also = [names[id] for id in item.also]
                courses = [course.key for course in item.courses]
                more = {"hours": item.hours, "courses": courses, "also_in": also}
                yield {"collection": collection.name, **facts, **more}

    show(Listing(_COLUMNS, rows), shape.form, shape.count, context)


@curriculum.command("export", examples=("tui-admin curriculum export - --format json --program data-101",))
@click.argument("file", metavar="FILE|-", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@_program
@click.option("--format", "form", type=click.Choice(("csv", "json")), help="Unless given, what the file's name says.")
@with_context
def export_(context: Context, file: Path, program: str, form: str | None) -> None:
    """Save what a program teaches, to be changed and imported.

    CSV has a row an item: Collection, Description, Kind (course or specialization), ID, Name, Partner. JSON is one
    document with a list of collections, each with its name, description and items. Importing it changes nothing.
    """
    from ..portal.curriculum import exporting, reading
    from ..reports.curriculum_files import write_curriculum_csv, write_curriculum_json

    check_place(str(file))
    found = reading.read(context.store, context.actor, program)
    with saving(file) as stream:
        if (form or file.suffix.lower().removeprefix(".")) == "json":
            write_curriculum_json(stream, exporting.document(found))
        else:
            write_curriculum_csv(stream, exporting.rows(found))


@curriculum.command("import", examples=("tui-admin curriculum import curriculum.csv --program data-101 --yes",))
@click.argument("file", metavar="FILE|-", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True))
@_program
@writing_options
@with_context
def import_(context: Context, mode: Mode, file: Path, program: str) -> None:
    """Bring what a program teaches in line with a file.

    The file is the whole curriculum, as export writes it: what it does not name is taken out. Collections are known by
    their names. Rows that cannot be are refused by their lines, the others applied; undo takes all of it back.
    """
    from ..portal.curriculum import importing
    from ..reports.curriculum_files import read_curriculum

    ready(context, mode)
    store, actor = context.store, context.actor
    with incoming(file, context.limits.expanded) as path:
        name = "standard input" if str(file) == PIPED else file.name
        plan = importing.plan(store, actor, program, read_curriculum(path, name, context.limits))

    def apply() -> Outcome:
        return _outcome(importing.apply(store, actor, plan, context.clock), applied=True)

    write(
        context,
        mode,
        lambda: _outcome(plan, applied=False),
        apply,
        question=f"{plan.count:,} change{'' if plan.count == 1 else 's'} to the curriculum: do it?",
        needed=lambda: plan.count > 0,
    )


def _outcome(plan: "CurriculumPlan", *, applied: bool) -> Outcome:
    told = [row for row in plan.rows if row.outcome != "unchanged"]
    lines = [f"{plan.file.name}:", *(f"  {warning}" for warning in plan.file.warnings), *map(_line, told[:_SHOWN])]
    if len(told) > _SHOWN:
        lines.append(f"  and {len(told) - _SHOWN:,} more; --json tells them all")
    lines.append(f"{'Done' if applied else 'Would be'}: {plan.summary}.")
    return Outcome(tuple(lines), plan.to_json())


def _line(row: "PlanRow") -> str:
    what = f"{row.item} in {row.collection}" if row.item else f"collection {row.collection}"
    where = f"{row.where}: " if row.where else ""
    return f"  {where}{what if row.collection else row.item or 'a row'} {row.outcome}" + (
        f": {row.reason}" if row.reason else ""
    )
