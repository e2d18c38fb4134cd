"""`report`: what the organization reports, written to a file."""

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
from .people import members_query
from .progress import progress
from .writing import act, check_place, saving_bytes

if TYPE_CHECKING:
    from ..portal.members import MembersQuery
    from ..portal.reports.asked import Asked


@click.group(cls=ConsoleGroup)
def report() -> None:
    """Write reports to files."""


_out_option = click.option(
    "--out", metavar="FILE", type=click.Path(allow_dash=True), help="The file to write; - is the standard output."
)
_raw_option = click.option(
    "--raw", is_flag=True, help="Leave cells as they are that a spreadsheet would run as formulas."
)


def _form_option(usual: str) -> Callable[[Any], Any]:
    words = f"As {usual} or one XLSX workbook; else as FILE is called."
    return click.option("--format", "form", type=click.Choice(("csv", "xlsx")), help=words)


@report.command(
    "email",
    examples=(
        "tui-admin report email --out email-report.zip",
        "tui-admin report email --program data-101 --where 'active<30d' --out month.xlsx",
        "tui-admin report email --out - > email-report.zip",
    ),
)
@program_option
@where_option
@_out_option
@_form_option("a zip of CSVs")
@_raw_option
@with_context
def report_email(
    context: Context, program: str | None, where: str | None, out: str | None, form: str | None, raw: bool
) -> None:
    """Write the member, usage and specialization reports into one zip, as they can be imported again."""
    from ..portal.reports.asked import Asked, ReportKind

    _save(context, Asked(ReportKind.EMAIL, program, where or "", form=_form(out, form), raw=raw), _named(out))


@report.command(
    "gradebook",
    examples=(
        "tui-admin report gradebook --course COURSE-7 --out gradebook.zip",
        "tui-admin report gradebook --course COURSE-7 --program data-101 --out gradebook.xlsx",
    ),
)
@click.option("--course", metavar="ID", required=True, help="The course, by its id.")
@program_option
@where_option
@_out_option
@_form_option("a zip of CSVs")
@_raw_option
@with_context
def report_gradebook(
    context: Context,
    course: str,
    program: str | None,
    where: str | None,
    out: str | None,
    form: str | None,
    raw: bool,
) -> None:
    """Write a course's gradebook: every attempt, and everybody's grade and best scores."""
    from ..portal.reports.asked import Asked, ReportKind

    asked = Asked(ReportKind.GRADEBOOK, program, where or "", course, _form(out, form), raw)
    _save(context, asked, _named(out))


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
@click.option("--to", metavar="EMAIL", help="Mail it to this administrator instead, with formulas made harmless.")
@_form_option("CSV")
@_raw_option
@click.option("--yes", is_flag=True, help="Mail it without asking.")
@with_context
def report_members(
    context: Context,
    program: str | None,
    where: str | None,
    out: str | None,
    to: str | None,
    form: str | None,
    raw: bool,
    yes: bool,
) -> None:
    """Write the member report, or mail it. Invited, joined and removed people, with their counts and profile."""
    from ..portal.reports.asked import Asked, ReportKind

    if (out is None) is (to is None):
        raise UsageError("Say where the report goes: --out FILE, or --to EMAIL for a mail.")
    if to is not None:
        if form == "xlsx":
            raise UsageError("A report is mailed as CSV: leave --format away, or write a workbook with --out FILE.")
        _mail(context, Mode(yes, False, False), members_query(program, where), to, where or "")
        return
    _save(context, Asked(ReportKind.MEMBERS, program, where or "", form=_form(out, form), raw=raw), _named(out))


def _named(out: str | None) -> str:
    if out is None:
        raise UsageError("Say where the report goes: --out FILE.")
    return out


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


def _mail(context: Context, mode: Mode, query: "MembersQuery", to: str, where: str) -> None:
    from ..portal.mail.audiences import Moments
    from ..portal.member_lists import List, mail

    asked, at = List(query, where or "all members"), Moments(context.now, context.clock)
    with pointing_at(where):
        act(context, mode, lambda store, actor: mail(store, actor, asked, at, to))
