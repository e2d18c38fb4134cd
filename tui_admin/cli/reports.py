"""`report`: what the organization reports, written to a file."""

import sys
from pathlib import Path

import click

from ..rules.errors import UsageError
from .commands import ConsoleGroup
from .context import Context
from .errors import pointing_at
from .options import program_option, where_option, with_context
from .output import talk
from .people import members_query
from .writing import check_place, saving


@click.group(cls=ConsoleGroup)
def report() -> None:
    """Write reports to files."""


@report.command(
    "members",
    examples=(
        "tui-admin report members --out member-report.csv",
        "tui-admin report members --program data-101 --where 'status:completed' --out completed.csv",
    ),
)
@program_option
@where_option
@click.option("--out", metavar="FILE", required=True, help="The file to write; - is the standard output.")
@click.option("--format", "form", metavar="csv", default="csv", help="Only csv.")
@click.option("--raw", is_flag=True, help="Leave cells as they are that a spreadsheet would run as formulas.")
@with_context
def report_members(context: Context, program: str | None, where: str | None, out: str, form: str, raw: bool) -> None:
    """Write the member report. Invited, joined and removed people, with their counts and profile."""
    from ..portal.member_report import rows
    from ..reports.writers import MEMBER_REPORT, write_csv

    if form != "csv":
        raise UsageError(f"Reports are written as csv, not as {form}: leave --format away or write --format csv.")
    check_place(out)
    found = rows(context.store, context.actor, members_query(program, where), context.now)
    with pointing_at(where or ""):
        if out == "-":
            write_csv(sys.stdout, MEMBER_REPORT, found, raw=raw)
            return
        with saving(Path(out)) as stream:
            written = write_csv(stream, MEMBER_REPORT, found, raw=raw)
    talk(f"{written:,} member{'' if written == 1 else 's'} written to {out}.")
