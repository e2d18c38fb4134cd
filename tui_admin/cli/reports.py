"""`report`: what the organization reports, written to a file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from ..rules.errors import UsageError
from .commands import ConsoleGroup
from .context import Context
from .errors import pointing_at
from .options import Mode, program_option, where_option, with_context
from .output import talk
from .people import members_query
from .writing import act, check_place, saving

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..portal.members import MembersQuery
    from ..reports.writers import Value


@click.group(cls=ConsoleGroup)
def report() -> None:
    """Write reports to files."""


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
@click.option(
    "--out", metavar="FILE", type=click.Path(allow_dash=True), help="The file to write; - is the standard output."
)
@click.option("--to", metavar="EMAIL", help="Mail it to this administrator instead, with formulas made harmless.")
@click.option("--format", "form", type=click.Choice(("csv", "xlsx")), help="As CSV or XLSX; else as FILE is called.")
@click.option("--raw", is_flag=True, help="Leave cells as they are that a spreadsheet would run as formulas.")
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
    from ..portal.reports.member_report import rows

    if (out is None) is (to is None):
        raise UsageError("Say where the report goes: --out FILE, or --to EMAIL for a mail.")
    if to is not None:
        if form == "xlsx":
            raise UsageError("A report is mailed as CSV: leave --format away, or write a workbook with --out FILE.")
        _mail(context, Mode(yes, False, False), members_query(program, where), to, where or "")
        return
    check_place(out)
    found = rows(context.store, context.actor, members_query(program, where), context.now)
    form = form or ("xlsx" if str(out).lower().endswith(".xlsx") else "csv")
    with pointing_at(where or ""):
        if out is None or out == "-":
            _write(context, sys.stdout, form, found, raw)
            return
        with saving(Path(out)) as stream:
            written = _write(context, stream, form, found, raw)
    talk(f"{written:,} member{'' if written == 1 else 's'} written to {out}.")


def _write(context: Context, stream: TextIO, form: str, found: "Iterable[Sequence[Value]]", raw: bool) -> int:
    from ..reports.sheets import write_xlsx
    from ..reports.writers import MEMBER_REPORT, write_csv

    if form == "csv":
        return write_csv(stream, MEMBER_REPORT, found, raw=raw)
    if stream.isatty():
        raise UsageError("A workbook is no text to read: name a file with --out FILE.")
    return write_xlsx(stream.buffer, MEMBER_REPORT, found, context.clock, raw=raw)


def _mail(context: Context, mode: Mode, query: "MembersQuery", to: str, where: str) -> None:
    from ..portal.mail.audiences import Moments
    from ..portal.member_lists import List, mail

    asked, at = List(query, where or "all members"), Moments(context.now, context.clock)
    with pointing_at(where):
        act(context, mode, lambda store, actor: mail(store, actor, asked, at, to))
