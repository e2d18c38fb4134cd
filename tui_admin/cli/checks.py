"""Checks as a listing, and the exit code that says whether all is well."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from .context import Context
from .options import Shape
from .output import Column, Listing, show

if TYPE_CHECKING:
    from ..portal.checks import Check

_COLUMNS = (
    Column("check"),
    Column("finding"),
    Column("found"),
    Column("advice", title="What to do"),
)


def show_checks(checks: "Iterable[Check]", shape: Shape, context: Context) -> None:
    """List what was found, each with what to do; exit 1 when something is broken."""
    from ..portal.checks import Finding

    found = list(checks)
    rows = [
        {"check": check.name, "finding": str(check.finding), "found": check.found, "advice": check.advice or None}
        for check in found
    ]
    show(Listing(_COLUMNS, lambda: rows), shape.form, shape.count, context)
    if any(check.finding is Finding.FAIL for check in found):
        click.get_current_context().exit(1)
