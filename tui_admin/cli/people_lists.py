"""What commands that are given a list of people share: where it comes from, how it is read, what is saved of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .files import PIPED, read_bytes
from .progress import Progress
from .writing import saving

if TYPE_CHECKING:
    from ..portal.imports.plan import Progress as Step
    from ..portal.inviting.people_list import PeopleList
    from ..reports.people_files import Given

SHOWN = 20
"""Rows told one by one; the rest are counted."""

KEPT = 20_000
"""Rows told in a document."""


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`FILE`, `--no-mail`, `--receipt` and `--refused`, as every such command takes them."""
    for option in (
        click.option(
            "--refused", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save the refused rows to repair."
        ),
        click.option(
            "--receipt", type=click.Path(dir_okay=False), metavar="OUT.csv", help="Save what became of each row."
        ),
        click.option("--no-mail", is_flag=True, help="Make the invitations, but mail nobody."),
        click.argument("file", metavar="FILE|-", type=click.Path(allow_dash=True)),
    ):
        function = option(function)
    return function


def given(file: str) -> "Given":
    """The list that a word on the command line names; `-` is what is piped in."""
    from ..reports.people_files import Given

    if file != PIPED:
        return Given.file(Path(file))
    return Given.text("standard input", read_bytes(file))


def reading(told: Progress) -> "Callable[[Step], None]":
    """Tells how many rows are read."""
    return lambda step: told(f"reading, {step.done:,} rows", 0, 0)


def save_receipt(header: Sequence[str], rows: Iterable[Sequence[Any]], path: str | None) -> Iterator[str]:
    """Save what became of each row, and say where."""
    from ..reports.writers import write_csv

    if path:
        with saving(Path(path)) as stream:
            write_csv(stream, header, rows)
        yield f"  the receipt is in {path}"


def save_refused(found: "PeopleList[Any]", refused: int, path: str | None) -> Iterator[str]:
    """Save the refused rows to repair, and say where."""
    from ..reports.writers import write_refused

    if not path:
        return
    if not refused:
        yield "  no row was refused; nothing to repair"
        return
    with saving(Path(path)) as stream:
        written = write_refused(stream, found.repair())
    yield f"  {written:,} refused row{'' if written == 1 else 's'} saved in {path}, to repair and give again"
