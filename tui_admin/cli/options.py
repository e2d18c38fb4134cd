"""Options that several commands share, each told in the same words everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

import click

from .context import current
from .output import FORMATS

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Shape:
    """How a listing is wanted: its format, or only how many rows it has."""

    form: str
    count: bool


@dataclass(frozen=True, slots=True)
class Mode:
    """How a writing command goes about it: asks or not, plans only, answers in JSON."""

    yes: bool
    dry_run: bool
    as_json: bool


def with_context(function: F) -> F:
    """Give the function the command's `Context` first."""

    @wraps(function)
    def call(*args: Any, **values: Any) -> Any:
        return function(current(), *args, **values)

    return call  # type: ignore[return-value]


def listing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--format` and `--count`, given to the function as `shape`."""

    @click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="How to write the rows.")
    @click.option("--count", is_flag=True, help="Print only how many rows there are.")
    @wraps(function)
    def call(*args: Any, form: str, count: bool, **values: Any) -> Any:
        return function(*args, shape=Shape(form, count), **values)

    return call


def writing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--yes`, `--dry-run` and `--json`, given to the function as `mode`."""

    @click.option("--yes", is_flag=True, help="Do it without asking.")
    @click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @wraps(function)
    def call(*args: Any, yes: bool, dry_run: bool, as_json: bool, **values: Any) -> Any:
        return function(*args, mode=Mode(yes, dry_run, as_json), **values)

    return call


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day, as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        """The day a text names."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no day; write 2026-01-31.', param, context)


class DayOrMonth(click.ParamType):  # type: ignore[type-arg]
    """A day, or the first (`name` is from) or last one (to) of a month."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> date:
        """The day a text names."""
        from ..rules.filters import FilterError
        from ..rules.filters.days import day_of

        try:
            return value if isinstance(value, date) else day_of(value, self.name)
        except FilterError:
            self.fail(f'"{value}" is no day and no month; write 2026-01-31 or 2026-01.', param, context)


program_option = click.option("--program", metavar="SLUG", help="Only this program, by slug.")
where_option = click.option("--where", metavar="EXPR", help="Only those that match, in the filter language.")
