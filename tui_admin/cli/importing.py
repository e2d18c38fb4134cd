"""`import`: report files into the store, shown before, told after."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import BadInput
from .commands import ConsoleCommand
from .context import Context
from .counting import count_anew
from .files import incoming
from .options import Mode, with_context, writing_options
from .progress import progress
from .stopping import stopped_by_ctrl_c
from .writing import Outcome, check_place, ready, saving, write

if TYPE_CHECKING:
    from ..portal.imports.importing import Import
    from ..portal.imports.plan import Counts, Creates, FilePlan, ImportPlan, Notice
    from ..reports.readers import Refusal, ReportFile

SHOWN = 20
"""Refusals of an import, and warnings of a file, told one by one; the rest are counted."""

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE..."
)
REFUSED = click.option(
    "--refused", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save the refused rows to repair."
)


@click.command(
    "import",
    cls=ConsoleCommand,
    examples=(
        "tui-admin import email-report.zip gradebooks.zip --dry-run",
        "tui-admin import email-report.zip --yes --refused refused.csv",
        "tui-admin import gradebook.csv --program data-101 --course COURSE-7",
    ),
)
@FILES
@click.option("--program", metavar="SLUG", help="The program of gradebooks that name none.")
@click.option("--course", metavar="ID", help="The course of gradebooks that name none.")
@REFUSED
@writing_options
@with_context
def import_files(
    context: Context, mode: Mode, files: tuple[Path, ...], program: str | None, course: str | None, refused: str | None
) -> None:
    """Import report files, also zipped.

    Members, usage, specializations, gradebooks, feedback, activity, course catalogues and taxonomies of skills, told
    apart by their headers. - reads what is piped in.
    """
    run_import(context, mode, files, refused, program=program, course=course)


def run_import(
    context: Context, mode: Mode, files: Sequence[Path], refused: str | None, **request_options: Any
) -> None:
    """Stage files, show what they would do, and import them where that is wished. `request_options` are those of an
    `ImportRequest`."""
    from ..portal.imports.importing import open_import
    from ..portal.imports.plan import ImportRequest
    from ..portal.imports.plan import Progress as Step

    ready(context, mode)
    check_place(refused)
    stop = Event()
    applied: list[ImportPlan] = []
    with progress(context.surroundings) as told, ExitStack() as piped:
        paths = [piped.enter_context(incoming(file, context.limits.expanded)) for file in files]
        request = ImportRequest(paths, clock=context.clock, limits=context.limits, **request_options)

        def tell(step: Step) -> None:
            told(step.phase, step.done, step.total or 0)

        opening = open_import(
            context.store, context.actor, request, progress=tell, cancelled=stop.is_set, create=mode.yes
        )
        with stopped_by_ctrl_c(stop), opening as found:

            def plan() -> Outcome:
                planned = found.plan
                told.clear()
                return _outcome(planned, _saved(found, refused))

            def apply() -> Outcome:
                with stopped_by_ctrl_c(stop):
                    receipt = found.apply(context.clock)
                applied.append(receipt)
                told.clear()
                return _outcome(receipt, _saved(found, refused))

            write(context, mode, plan, apply, question="Import this?", needed=lambda: mode.yes or found.plan.matters)
        if applied:
            with stopped_by_ctrl_c(stop):
                count_anew(context, told, stop, quiet=mode.as_json)


def _outcome(plan: "ImportPlan", saved: tuple[str, ...]) -> Outcome:
    lines = [_file_line(file) for file in plan.files]
    lines += [line for file in plan.files for line in _remarks(file)]
    if created := _created(plan.creates):
        lines.append(f"{'Created' if plan.applied else 'Would create'} {created}.")
    lines += _refusals(plan, bool(saved))
    lines += saved
    verb = "Imported" if plan.applied else "Would import"
    lines.append(f"{verb} {_counts(plan.totals)}.")
    return Outcome(tuple(lines), plan.to_json())


def _file_line(file: "FilePlan") -> str:
    return f"{file.name} ({file.kind}, {file.variant}): {_counts(file.rows)}"


def _counts(counts: "Counts") -> str:
    return ", ".join(f"{number:,} {word}" for word, number in counts.to_json().items())


def _remarks(file: "FilePlan") -> Iterator[str]:
    if file.unknown_columns:
        yield f"  {file.name}: unknown columns, not imported: {', '.join(file.unknown_columns)}"
    yield from (_line(file, warning) for warning in file.warnings[:SHOWN])
    if (rest := len(file.warnings) - SHOWN) > 0:
        yield f"  {file.name}: and {rest:,} more warnings; --json tells them all"


def _line(file: "FilePlan", one: "Refusal | Notice") -> str:
    place = file.name if one.line is None else f"{file.name} line {one.line:,}"
    where = f"{one.column} «{one.value}»: " if one.column else ""
    return f"  {place}: {where}{one.reason}"


def _created(creates: "Creates") -> str:
    parts = [
        f"{len(names):,} {word}{'' if len(names) == 1 else 's'} ({_some(names)})"
        for word, names in (
            ("program", creates.programs),
            ("contract", creates.contracts),
            ("course", creates.courses),
            ("specialization", creates.specializations),
        )
        if names
    ]
    counted = (("assessments", creates.assessments), ("skills", creates.skills))
    parts += [f"{number:,} {word}" for word, number in counted if number]
    parts += [f"{creates.people:,} {'person' if creates.people == 1 else 'people'}"] if creates.people else []
    return ", ".join(parts)


def _some(names: tuple[str, ...], most: int = 5) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest:,} more" if rest > 0 else "")


def _refusals(plan: "ImportPlan", saved: bool) -> Iterator[str]:
    told = 0
    for file in plan.files:
        for refusal in file.refusals[: SHOWN - told]:
            told += 1
            yield _line(file, refusal)
    rest = plan.totals.refused - told
    if rest > 0:
        yield f"  and {rest:,} more" + ("" if saved else "; --refused FILE saves them all")


def _saved(found: "Import", refused: str | None) -> tuple[str, ...]:
    """Save the refused rows, a file for each table that has some, and say where."""
    reports = [report for report in found.reports if report.savable]
    if refused is None:
        return ()
    if not reports:
        return ("  no row was refused for what it holds; nothing to save",)
    try:
        return tuple(_save(report, _place(Path(refused), number)) for number, report in enumerate(reports, start=1))
    except BadInput as error:
        return (f"  the refused rows could not be saved: {error}",)


def _save(report: "ReportFile", path: Path) -> str:
    from ..reports.writers import write_refused

    with saving(path) as stream:
        written = write_refused(stream, report)
    return f"  {written:,} refused row{'' if written == 1 else 's'} of {report.name} saved in {path}"


def _place(path: Path, number: int) -> Path:
    """Tables differ in their columns, so each has a file of its own: OUT.csv, OUT-2.csv, ..."""
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")
