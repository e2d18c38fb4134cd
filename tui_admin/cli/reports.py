"""`report`: what the organization reports, written to a file or mailed."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..rules.errors import UsageError
from .commands import ConsoleGroup
from .context import Context
from .errors import pointing_at
from .files import PIPED
from .options import Mode, program_option, where_option, with_context
from .output import talk
from .progress import progress
from .writing import act, check_place, saving_bytes

if TYPE_CHECKING:
    from ..portal.reports.asked import Asked


@click.group(cls=ConsoleGroup)
def report() -> None:
    """Write reports to files, or have them mailed."""


_out_option = click.option(
    "--out", metavar="FILE", type=click.Path(allow_dash=True), help="The file to write; - is the standard output."
)
_raw_option = click.option(
    "--raw", is_flag=True, help="Leave cells as they are that a spreadsheet would run as formulas."
)


def _mail_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--to` and `--yes`."""
    to = click.option("--to", metavar="EMAIL", help="Have it mailed to this administrator instead.")
    return to(click.option("--yes", is_flag=True, help="Ask for the mail without a question.")(function))


def _form_option(usual: str) -> Callable[[Any], Any]:
    words = f"As {usual} or one XLSX workbook; else as FILE is called."
    return click.option("--format", "form", type=click.Choice(("csv", "xlsx")), help=words)


@report.command(
    "email",
    examples=(
        "tui-admin report email --out email-report.zip",
        "tui-admin report email --program data-101 --where 'active<30d' --out month.xlsx",
        "tui-admin report email --out - > email-report.zip",
        "tui-admin report email --to ana@example.org --yes",
    ),
)
@program_option
@where_option
@_out_option
@_mail_options
@_form_option("a zip of CSVs")
@_raw_option
@with_context
def report_email(
    context: Context,
    program: str | None,
    where: str | None,
    out: str | None,
    to: str | None,
    yes: bool,
    form: str | None,
    raw: bool,
) -> None:
    """Write the member, usage and specialization reports into one zip, as they can be imported again."""
    from ..portal.reports.asked import Asked, ReportKind

    asked = Asked(ReportKind.EMAIL, program, where or "", form=_form(out, form), raw=raw)
    _deliver(context, asked, out, to, yes)


@report.command(
    "gradebook",
    examples=(
        "tui-admin report gradebook --course COURSE-7 --out gradebook.zip",
        "tui-admin report gradebook --course COURSE-7 --program data-101 --out gradebook.xlsx",
        "tui-admin report gradebook --course COURSE-7 --to ana@example.org --yes",
    ),
)
@click.option("--course", metavar="ID", required=True, help="The course, by its id.")
@program_option
@where_option
@_out_option
@_mail_options
@_form_option("a zip of CSVs")
@_raw_option
@with_context
def report_gradebook(
    context: Context,
    course: str,
    program: str | None,
    where: str | None,
    out: str | None,
    to: str | None,
    yes: bool,
    form: str | None,
    raw: bool,
) -> None:
    """Write a course's gradebook: every attempt, and everybody's grade and best scores."""
    from ..portal.reports.asked import Asked, ReportKind

    asked = Asked(ReportKind.GRADEBOOK, program, where or "", course, _form(out, form), raw)
    _deliver(context, asked, out, to, yes)


@report.command(
    "members",
    examples=(
        "tui-admin report members --out member-report.csv",
        "tui-admin report members --program data-101 --where 'status:completed' --out completed.xlsx",
        "tui-admin report members --program data-101 --where 'status:no-enrollment' --to ana@example.org --yes",
    ),
)
@program_option
@where_option
@_out_option
@_mail_options
@_form_option("CSV")
@_raw_option
@with_context
def report_members(
    context: Context,
    program: str | None,
    where: str | None,
    out: str | None,
    to: str | None,
    yes: bool,
    form: str | None,
    raw: bool,
) -> None:
    """Write the member report, or mail it. Invited, joined and removed people, with their counts and profile."""
    from ..portal.reports.asked import Asked, ReportKind

    asked = Asked(ReportKind.MEMBERS, program, where or "", form=_form(out, form), raw=raw)
    _deliver(context, asked, out, to, yes)


def _deliver(context: Context, asked: "Asked", out: str | None, to: str | None, yes: bool) -> None:
    """Write a report to a file, or ask for it to be mailed."""
    if out is not None and to is None:
        _save(context, asked, out)
    elif to is not None and out is None:
        _ask(context, asked, to, Mode(yes, False, False))
    else:
        raise UsageError("Say where the report goes: --out FILE, or --to EMAIL for a mail.")


def _form(out: str | None, form: str | None) -> Any:
    from ..portal.reports.asked import Form

    return Form(form or ("xlsx" if str(out).lower().endswith(".xlsx") else "csv"))


def _save(context: Context, asked: "Asked", out: str) -> None:
    """Write a report to a file, which is there whole or not at all."""
    from ..portal.mail.audiences import Moments
    from ..portal.reports.making import make

    check_place(out)
    if out == PIPED and asked.packed and sys.stdout.isatty():
        raise UsageError("This report is no text to read: name a file with --out FILE, or pipe it.")
    at, written = Moments(context.now, context.clock), 0
    with pointing_at(asked.where), progress(context.surroundings) as line, saving_bytes(Path(out)) as stream:

        def told(rows: int) -> None:
            nonlocal written
            written += rows
            line(f"Writing, {written:,} rows", 0, 0)

        made = make(context.store, context.actor, asked, at, stream, progress=told)
    if out != PIPED:
        tables = ", ".join(f"{count:,} row{'' if count == 1 else 's'} of {name}" for name, count in made.rows.items())
        talk(f"Written to {out}: {tables}.")


def _ask(context: Context, asked: "Asked", to: str, mode: Mode) -> None:
    from ..portal.mail.audiences import Moments
    from ..portal.reports.requests import ask

    at = Moments(context.now, context.clock)
    with pointing_at(asked.where):
        act(context, mode, lambda store, actor: ask(store, actor, asked, at, to).promise)
    talk("A sender makes and mails it: tui-admin worker, or an open console.")
