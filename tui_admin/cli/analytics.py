"""`analytics`: a chart as rows, with what it says and how it is counted beside them."""

from dataclasses import asdict
from datetime import date, tzinfo
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from ..rules.charts import PEOPLE, Cell, Chart, ChartColumn, places, plain, shown, stepped
from ..rules.charts import Kind as Of
from ..rules.errors import StoreError, UsageError
from ..rules.times import to_datetime
from .commands import ConsoleCommand
from .context import Context
from .errors import pointing_at
from .options import DayOrMonth, Shape, listing_options, where_option, with_context
from .output import Column, Kind, Listing, show, talk, write_document
from .progress import progress

if TYPE_CHECKING:
    from ..portal.analytics.reading import Asked

_TEXTS = (Of.TEXT, Of.DAY, Of.BUCKET, Of.BAND)


def _known() -> str:
    from ..portal.analytics.registry import MODULES

    return ", ".join(MODULES)


class _Command(ConsoleCommand):
    """Names the charts in its help."""

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The docstring, then the charts there are."""
        super().format_help_text(context, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"Charts: {_known()}.")


@click.command(
    cls=_Command,
    examples=(
        "tui-admin analytics activity --choose by=week --from 2026-01-01",
        "tui-admin analytics activity --where 'program:data-101 country:Canada' --format csv",
        "tui-admin analytics feedback --json",
    ),
)
@click.argument("chart", metavar="CHART")
@where_option
@click.option("--from", "since", type=DayOrMonth("from"), metavar="DAY", help="Only from this day or month on.")
@click.option("--to", "until", type=DayOrMonth("to"), metavar="DAY", help="Only up to this day or month.")
@click.option("--choose", "chosen", multiple=True, metavar="NAME=VALUE", help="Another view of the chart, as by=week.")
@click.option("--refresh", "anew", is_flag=True, help="Count anew first, where anything changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: the chart with all it says.")
@listing_options
@with_context
def analytics(
    context: Context,
    shape: Shape,
    chart: str,
    where: str | None,
    since: date | None,
    until: date | None,
    chosen: tuple[str, ...],
    anew: bool,
    as_json: bool,
) -> None:
    """Print a chart of the organization's learning.

    The rows go to the standard output; the chart's answer in words, how it is counted and what limits it, beside them.
    """
    from ..portal.analytics.reading import Asked
    from ..rules.filters import known_to
    from ..rules.filters.days import typed

    with pointing_at(where or ""):
        told = typed(where or "", known_to(context.actor))
        if (since and told.since) or (until and told.until):
            raise UsageError("The days are named twice: in --where, and by --from or --to.")
        asked = Asked(chart, told.where, since or told.since, until or told.until, dict(map(_choice, chosen)))
        found = _read(context, asked, anew)
    if as_json:
        write_document(document(found))
        return
    columns = [Column(column.key, _kind(column), column.title) for column in found.columns]
    columns.append(Column(PEOPLE, Kind.FIGURE, None))
    show(Listing(columns, lambda: _rows(found, shape.form), lambda: len(found.rows)), shape.form, shape.count, context)
    if not shape.count:
        for line in _told(found, context.zone):
            talk(line)


def _read(context: Context, asked: "Asked", anew: bool) -> Chart:
    from ..portal.analytics.counting import NOT_COUNTED
    from ..portal.analytics.reading import Moments, read, refresh

    store, actor = context.store, context.actor
    if anew and context.read_only:
        raise StoreError(f"The store {store.label} was opened to read only: what is counted could not be kept.")
    with progress(context.surroundings) as line:
        if anew:
            refresh(store, actor, context.clock, progress=line)
        found = read(store, actor, asked, Moments(context.now, context.clock), progress=line)
    if found.title == NOT_COUNTED:
        raise StoreError(" ".join((f"{found.title}.", *found.notes)))
    return found


def _choice(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f'"{text}" chooses nothing; write it as by=week.')
    return name.strip(), value.strip()


def _kind(column: ChartColumn) -> Kind:
    return Kind.TEXT if column.kind in _TEXTS else Kind.FIGURE


def _rows(chart: Chart, form: str) -> list[dict[str, Any]]:
    header, rows = plain(chart)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    for column in chart.columns if form == "table" else ():
        if column.kind not in _TEXTS:
            alike = places(column.kind, (row[column.key] for row in found))
            for row in found:
                row[column.key] = _read_as(row[column.key], column, alike)
    return found


def _read_as(value: Cell, column: ChartColumn, alike: int | None) -> str:
    """A figure as a table shows it, a share with the step that it reaches."""
    if column.steps and isinstance(value, int | float):
        return "".join(stepped(value, column.steps))
    return shown(value, column.kind, alike)


def _told(chart: Chart, zone: tzinfo) -> list[str]:
    as_of = "" if chart.as_of is None else f", as of {to_datetime(chart.as_of, zone).date()}"
    demo = ["DEMO: an invented organization."] if chart.demo else []
    return [f"{chart.title}.", *demo, f"{chart.learners}{as_of}.", *chart.notes, *chart.explanation]


def document(chart: Chart) -> dict[str, Any]:
    """The chart as one JSON document: of each row the cells by their columns, of how many learners it is, and the
    filters that find them (`opens`; `parts` by the columns that are about others)."""
    from ..rules.times import format_iso

    told = asdict(chart)
    told["as_of"] = None if chart.as_of is None else format_iso(chart.as_of)
    apart = [column.key for column in chart.columns if column.apart]
    rows = [
        {
            **values,
            "n": row.n,
            "opens": row.people,
            "parts": dict(zip_longest(apart, row.parts)),
            "unfinished": row.unfinished,
        }
        for values, row in zip(_rows(chart, "json"), chart.rows, strict=True)
    ]
    return {**told, "rows": rows}
