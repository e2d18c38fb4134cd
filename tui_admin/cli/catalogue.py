"""`catalogue`: the courses and specializations the organization knows, and importing them."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from .commands import ConsoleGroup
from .context import Context
from .importing import FILES, REFUSED, run_import
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Kind, Listing, show

_COURSES = (
    Column("id"),
    Column("slug", title=None),
    Column("name"),
    Column("partner"),
    Column("course_type", title="Type"),
    Column("level"),
    Column("workload_hours", Kind.NUMBER, "Hours"),
    Column("skills", Kind.SHARES, None),
    Column("assessments", Kind.NUMBER),
    Column("in_catalogue", Kind.FLAG, None),
)
_SPECIALIZATIONS = (
    Column("slug"),
    Column("name"),
    Column("partner"),
    Column("courses", Kind.LIST),
)


def _listing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    search = click.option("--search", metavar="WORDS", default="", help="Only those with these words, the best first.")
    kind = click.option("--specializations", is_flag=True, help="List specializations with the ids of their courses.")
    return kind(search(listing_options(with_context(function))))


@click.group(
    cls=ConsoleGroup,
    invoke_without_command=True,
    examples=(
        "tui-admin catalogue --search 'python statistics' --format csv > courses.csv",
        "tui-admin catalogue --specializations --format json",
        "tui-admin catalogue import courses.csv specializations.csv --dry-run",
    ),
)
@_listing_options
def catalogue(context: Context, shape: Shape, search: str, specializations: bool) -> None:
    """List and import the courses the organization knows."""
    if click.get_current_context().invoked_subcommand is None:
        _show(context, shape, search, specializations)


@catalogue.command("list", examples=("tui-admin catalogue list --search statistics",))
@_listing_options
def list_(context: Context, shape: Shape, search: str, specializations: bool) -> None:
    """List courses, or specializations."""
    _show(context, shape, search, specializations)


def _show(context: Context, shape: Shape, search: str, specializations: bool) -> None:
    from ..portal import catalogue as portal

    store, actor = context.store, context.actor
    listed = portal.specializations if specializations else portal.courses

    def rows() -> Iterator[dict[str, Any]]:
        for row in listed(store, actor, search):
            yield {name: None if value == "" else value for name, value in asdict(row).items()}

    count = None if specializations or search.strip() else lambda: portal.count(store, actor)
    show(Listing(_SPECIALIZATIONS if specializations else _COURSES, rows, count), shape.form, shape.count, context)


@catalogue.command(
    "import",
    examples=(
        "tui-admin catalogue import catalogue.jsonl --dry-run",
        "tui-admin catalogue import courses.csv assessments.csv specialization-courses.csv --yes --refused repair.csv",
        "tui-admin catalogue import taxonomy.csv --dry-run",
    ),
)
@FILES
@REFUSED
@writing_options
@with_context
def import_(context: Context, mode: Mode, files: tuple[Path, ...], refused: str | None) -> None:
    """Import a course catalogue, or a taxonomy of skills.

    Courses, assessments, the courses of specializations and what skills are of, from CSV, Excel or JSON Lines. Columns
    of courses are Course ID, Course Slug, Course, University, Course Type, Level, Workload Hours and Skills
    (name:relevance; name:relevance); of assessments Course ID, Assessment ID, Assessment, Assessment Type, Weight, Max
    Score, Passing Score and Deadline; of specializations Specialization Slug, Specialization, University, Position and
    Course ID; of a taxonomy Domain, Competency, Skill, Description and Former Names. - reads what is piped in.
    """
    run_import(context, mode, files, refused, catalogue=True)
