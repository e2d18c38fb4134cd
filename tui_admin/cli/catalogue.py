"""`catalogue`: the courses the organization knows."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from .commands import ConsoleCommand
from .context import Context
from .options import Shape, listing_options, with_context
from .output import Column, Kind, Listing, show

_COLUMNS = (
    Column("id"),
    Column("slug", title=None),
    Column("name"),
    Column("partner"),
    Column("course_type", title="Type"),
    Column("level"),
    Column("workload_hours", Kind.NUMBER, "Hours"),
    Column("skills", Kind.LIST, None),
    Column("assessments", Kind.NUMBER),
    Column("in_catalogue", Kind.FLAG, None),
)


@click.command(
    cls=ConsoleCommand,
    examples=("tui-admin catalogue", "tui-admin catalogue --format csv > courses.csv"),
)
@listing_options
@with_context
def catalogue(context: Context, shape: Shape) -> None:
    """List the courses the organization knows."""
    from ..portal import catalogue as portal

    store, actor = context.store, context.actor

    def rows() -> Iterator[dict[str, Any]]:
        for course in portal.courses(store, actor):
            values = asdict(course) | {"skills": [name for name, _ in course.skills]}
            yield {name: None if value == "" else value for name, value in values.items()}

    show(Listing(_COLUMNS, rows, lambda: portal.count(store, actor)), shape.form, shape.count, context)
