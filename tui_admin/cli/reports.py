"""`report`: what the organization reports, written to a file or mailed."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a report is wanted of, how it is written, and where it goes: to a file or to an administrator."""

    program: str | None
    where: str | None
    out: str | None
    to: str | None
    yes: bool
    form: str | None
    raw: bool

    def asked(self, kind: str, course: str | None = None) -> "Asked":
        """The report as it is asked for; its form is that of the file's name unless one was given."""
        from ..portal.reports.asked import Asked, Form, ReportKind

        usual = "xlsx" if str(self.out).lower().endswith(".xlsx") else "csv"
        return Asked(ReportKind(kind), self.program, self.where or "", course, Form(self.form or usual), self.raw)


def _report_options(usual: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options of every report, given to the function as `wanted`; `usual` is what it is without a format."""

    def options(function: Callable[..., Any]) -> Callable[..., Any]:
        @program_option
        @where_option
        @click.option(
            "--out",
            metavar="FILE",
            type=click.Path(allow_dash=True),
            help="The file to write; - is the standard output.",
        )
        @click.option("--to", metavar="EMAIL", help="Have it mailed to this administrator instead.")
        @click.option("--yes", is_flag=True, help="Ask for the mail without a question.")
        @click.option(
            "--format",
            "form",
            type=click.Choice(("csv", "xlsx")),
            help=f"As {usual} or one XLSX workbook; else as FILE is called.",
        )
        @click.option("--raw", is_flag=True, help="Leave cells as they are that a spreadsheet would run as formulas.")
        @wraps(function)
        def call(
            *args: Any,
            program: str | None,
            where: str | None,
            out: str | None,
            to: str | None,
            yes: bool,
            form: str | None,
            raw: bool,
            **values: Any,
        ) -> Any:
            return function(*args, wanted=_Wanted(program, where, out, to, yes, form, raw), **values)

        return call

    return options


@click.group(cls=ConsoleGroup)
def report() -> None:
    """Write reports to files, or have them mailed."""


@report.command(
    "email",
    examples=(
        "tui-admin report email --out email-report.zip",
        "tui-admin report email --program data-101 --where 'active<30d' --out month.xlsx",
        "tui-admin report email --out - > email-report.zip",
        "tui-admin report email --to ana@example.org --yes",
    ),
)
@_report_options("a zip of CSVs")
@with_context
def report_email(context: Context, wanted: _Wanted) -> None:
    """Write the member, usage and specialization reports. One zip, as it can be imported again."""
    _deliver(context, wanted, wanted.asked("email"))


@report.command(
    "gradebook",
    examples=(
        "tui-admin report gradebook --course COURSE-7 --out gradebook.zip",
        "tui-admin report gradebook --course COURSE-7 --program data-101 --out gradebook.xlsx",
        "tui-admin report gradebook --course COURSE-7 --to ana@example.org --yes",
    ),
)
@click.option("--course", metavar="ID", required=True, help="The course, by its id.")
@_report_options("a zip of CSVs")
@with_context
def report_gradebook(context: Context, wanted: _Wanted, course: str) -> None:
    """Write a course's gradebook. Everybody's grade and best scores, and every attempt."""
    _deliver(context, wanted, wanted.asked("gradebook", course))


@report.command(
    "members",
    examples=(
        "tui-admin report members --out member-report.csv",
        "tui-admin report members --program data-101 --where 'status:completed' --out completed.xlsx",
        "tui-admin report members --program data-101 --where 'status:no-enrollment' --to ana@example.org --yes",
    ),
)
@_report_options("CSV")
@with_context
def report_members(context: Context, wanted: _Wanted) -> None:
    """Write the member report, or mail it. Invited, joined and removed people, with their counts and profile."""
    _deliver(context, wanted, wanted.asked("members"))


def _deliver(context: Context, wanted: _Wanted, asked: "Asked") -> None:
    """Write a report to a file, or ask for it to be mailed."""
    if wanted.out is not None and wanted.to is None:
        _save(context, asked, wanted.out)
    elif wanted.to is not None and wanted.out is None:
        _ask(context, asked, wanted.to, Mode(wanted.yes, False, False))
    else:
        raise UsageError("Say where the report goes: --out FILE, or --to EMAIL for a mail.")


def _save(context: Context, asked: "Asked", out: str) -> None:
    """Write a report to a file, which is there whole or not at all."""
    from ..portal.mail.audiences import Moments
    from ..portal.reports.making import make

    check_place(out)
    check_readable(asked, out)
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


def check_readable(asked: "Asked", out: str) -> None:
    """Refuse with UsageError to write what is no text onto a terminal."""
    if out == PIPED and asked.packed and sys.stdout.isatty():
        raise UsageError("This report is no text to read: name a file with --out FILE, or pipe it.")


def _ask(context: Context, asked: "Asked", to: str, mode: Mode) -> None:
    from ..portal.mail.audiences import Moments
    from ..portal.reports.requests import ask

    at = Moments(context.now, context.clock)
    with pointing_at(asked.where):
        act(context, mode, lambda store, actor: ask(store, actor, asked, at, to).promise)
    talk("A sender makes and mails it: tui-admin worker, or an open console.")
