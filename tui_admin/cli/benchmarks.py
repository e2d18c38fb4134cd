"""`benchmark`: what other organizations publish, and one's own aggregates for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .commands import ConsoleGroup
from .context import Context
from .files import PIPED, incoming
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show, talk
from .progress import progress
from .writing import Outcome, check_place, ready, saving, write

if TYPE_CHECKING:
    from ..portal.benchmarks import BenchmarkPlan

_REFUSED = 20
"""Refused rows that are told to a person; the document holds all."""

_COLUMNS = (
    Column("publisher"),
    Column("as_of", title="As of"),
    Column("groups"),
    Column("counts", title="Counts"),
    Column("imported_at", Kind.MOMENT, "Imported"),
    Column("checksum", title=None),
)


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=("tui-admin benchmark", "tui-admin benchmark import industry.json --dry-run"),
)
@listing_options
@with_context
def benchmark(context: Context, shape: Shape) -> None:
    """List, import and export benchmarks of skills."""
    if click.get_current_context().invoked_subcommand is None:
        _list(context, shape)


def _list(context: Context, shape: Shape) -> None:
    from ..portal import benchmarks as portal

    store, actor = context.store, context.actor

    found = list(portal.listing(store, actor))
    if not found and not shape.count:
        talk("No benchmark is imported yet: tui-admin benchmark import FILE.")

    def rows() -> Iterator[dict[str, Any]]:
        for row in found:
            told = {"as_of": row.as_of.isoformat(), "counts": "yes" if row.counts else "no"}
            yield {column.name: getattr(row, column.name) for column in _COLUMNS} | told

    show(Listing(_COLUMNS, rows), shape.form, shape.count, context)


@benchmark.command("import", examples=("tui-admin benchmark import industry.csv --yes",))
@click.argument("file", metavar="FILE|-", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True))
@writing_options
@with_context
def import_(context: Context, mode: Mode, file: Path) -> None:
    """Import a benchmark that somebody publishes.

    It is JSON or CSV with a checksum, made by the same skill model with the same parameters; anything else is refused,
    never rescaled. Rows of fewer than 4 companies are refused. undo takes it back.
    """
    from ..portal import benchmarks as portal
    from ..reports.benchmark_files import read_benchmark

    ready(context, mode)
    store, actor = context.store, context.actor
    with incoming(file, context.limits.expanded) as path:
        name = "standard input" if str(file) == PIPED else file.name
        plan = portal.plan(store, actor, read_benchmark(path, name, context.limits), context.clock)

    def apply() -> Outcome:
        entry, summary = portal.apply(store, actor, plan, context.clock)
        return Outcome((*_refused(plan), f"{summary}."), {**_document(plan), "entry": entry})

    write(
        context,
        mode,
        lambda: Outcome(tuple(_lines(plan)), _document(plan)),
        apply,
        question=f"{plan.count:,} row{'' if plan.count == 1 else 's'}: import them?",
        needed=lambda: not plan.is_known,
    )


@benchmark.command("export", examples=("tui-admin benchmark export --out ours.json --industry Banking",))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False), metavar="FILE", help="Where it goes; - is standard output."
)
@click.option("--industry", default="", help="What kind of company one is.")
@click.option("--country", default="", help="Where it is.")
@click.option("--size", default="", help="How large it is, such as 1000-5000.")
@click.option("--format", "form", type=click.Choice(("csv", "json")), help="Unless given, what the file's name says.")
@with_context
def export(context: Context, out: str, industry: str, country: str, size: str, form: str | None) -> None:
    """Write one's own mean ratings for a consortium.

    Aggregates alone, of at least 5 learners each: skill, number of learners, mean rating, its standard error. The
    journal notes it.
    """
    from ..portal.analytics.benchmarks.aggregates import COLUMNS, export
    from ..portal.analytics.reading import Moments
    from ..reports.benchmark_files import write_json, write_table
    from ..rules.benchmarks import Group

    ready(context, Mode(yes=True, dry_run=False, as_json=False))
    check_place(out)
    store, actor, at = context.store, context.actor, Moments(context.now, context.clock)
    with progress(context.surroundings) as line:
        document = export(store, actor, Group(industry.strip(), country.strip(), size.strip()), at, progress=line)
    with saving(Path(out)) as stream:
        if (form or Path(out).suffix.lower().removeprefix(".")) == "csv":
            write_table(stream, document, COLUMNS)
        else:
            write_json(stream, document)
    talk(f"Wrote the mean ratings of {len(document['rows']):,} skills. They name no person.")


def _lines(plan: "BenchmarkPlan") -> Iterator[str]:
    told = plan.file.benchmark
    yield f"{told.publisher}, as of {told.as_of}, by {told.method}."
    yield from plan.file.warnings
    yield from _refused(plan)
    yield from plan.notes
    yield "It was imported already." if plan.is_known else f"Would import {plan.count:,} rows."


def _refused(plan: "BenchmarkPlan") -> list[str]:
    found = plan.file.refusals
    lines = [f"{row.where}: {row.value} refused: {row.reason}" for row in found[:_REFUSED]]
    return [*lines, f"and {len(found) - _REFUSED:,} more; --json tells them all"] if len(found) > _REFUSED else lines


def _document(plan: "BenchmarkPlan") -> dict[str, Any]:
    told = plan.file.benchmark
    refusals = [{"where": row.where, "value": row.value, "reason": row.reason} for row in plan.file.refusals]
    return {
        "publisher": told.publisher,
        "as_of": told.as_of.isoformat(),
        "method": told.method,
        "rows": plan.count,
        "known": plan.is_known,
        "refusals": refusals,
        "notes": list(plan.notes),
        "checksum": plan.file.digest,
    }
