"""Listings on stdout: as a table for people, as CSV or JSON for scripts. Rows are written as they come."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from enum import Enum
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TextIO

import click

from ..rules.times import format_iso, to_datetime

if TYPE_CHECKING:
    from .context import Context

FORMATS = ("table", "csv", "json")

_MEASURED = 500
"""Rows whose widths decide those of the columns; later rows may be wider and push what follows them."""

_STEERING = re.compile(
    "[\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


class Kind(Enum):
    """What a column holds, and so how each format writes it."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "yes or no"
    LIST = "several texts"
    SHARES = "several texts, each with a share"
    FIGURE = "a number as it is read"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: its `name` in CSV and JSON, its kind, and its heading in a table (None keeps it out)."""

    name: str
    kind: Kind = Kind.TEXT
    title: str | None = ""

    @property
    def heading(self) -> str:
        """The heading in a table: the name in words unless another was chosen."""
        return self.title or self.name.replace("_", " ").capitalize()


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows by column name. `rows` gives them one by one; `count` says how many there are without reading them all."""

    columns: Sequence[Column]
    rows: Callable[[], Iterable[Row]]
    count: Callable[[], int] | None = None

    def size(self) -> int:
        """How many rows there are."""
        return self.count() if self.count else sum(1 for _ in self.rows())


def show(listing: Listing, form: str, count: bool, context: "Context", out: TextIO | None = None) -> None:
    """Write a listing to stdout in one of `FORMATS`, or only the number of its rows."""
    out = out or sys.stdout
    if count:
        out.write(f"{listing.size()}\n")
    elif form == "json":
        write_rows_json(listing, out)
    elif form == "csv":
        _write_csv(listing, out)
    else:
        _write_table(listing, out, context)


def to_json(value: object, indent: int | None = None) -> str:
    """JSON in readable letters; characters that could steer a terminal are written as escapes."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def _escaped(text: str) -> str:
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_document(document: object, *, err: bool = False) -> None:
    """One JSON document on stdout, or where that holds something else, on stderr."""
    (sys.stderr if err else sys.stdout).write(to_json(document, indent=2) + "\n")


def write_rows_json(listing: Listing, out: TextIO) -> None:
    """A list of objects, one a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    converted = _converted(listing)
    start = "["
    for row in listing.rows():
        plain = {name: _plain(row.get(name), convert) for name, convert in converted}
        out.write(f"{start}\n{_escaped(encode(plain))}")
        start = ","
    out.write("[]\n" if start == "[" else "\n]\n")


_PLAIN: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.MOMENT: format_iso,
    Kind.DAY: date.isoformat,
    Kind.LIST: lambda items: list(map(str, items)),
    Kind.SHARES: lambda items: [{"name": name, "relevance": share} for name, share in items],
}
"""How scripts are told values of a kind; the others are told as they are."""


def _converted(listing: Listing) -> list[tuple[str, Callable[[Any], Any] | None]]:
    return [(column.name, _PLAIN.get(column.kind)) for column in listing.columns]


def _plain(value: Any, convert: Callable[[Any], Any] | None) -> Any:
    return value if value is None or convert is None else convert(value)


def _write_csv(listing: Listing, out: TextIO) -> None:
    from ..reports.writers import write_csv

    converted, at_terminal = _converted(listing), out.isatty()
    rows = ([_cell(_plain(row.get(name), how), at_terminal) for name, how in converted] for row in listing.rows())
    write_csv(out, [column.name for column in listing.columns], rows)


def _cell(plain: Any, at_terminal: bool) -> str | int | float | bool | None:
    if isinstance(plain, list):
        plain = "; ".join(one if isinstance(one, str) else f"{one['name']}:{one['relevance']:g}" for one in plain)
    return _cleaned(plain) if at_terminal and isinstance(plain, str) else plain


def _write_table(listing: Listing, out: TextIO, context: "Context") -> None:
    columns = [column for column in listing.columns if column.title is not None]
    rows = iter(listing.rows())
    opening = next(rows, None)
    if opening is None:
        return
    rows = chain((opening,), rows)
    zone = context.zone if any(column.kind is Kind.MOMENT for column in columns) else UTC
    first = [_shown_row(row, columns, zone) for row in islice(rows, _MEASURED)]
    headings = [column.heading for column in columns]
    widths = [max(map(width_of, cells)) for cells in zip(headings, *first, strict=True)]
    for cells in chain((headings,), first, _rest(rows, columns, zone)):
        padded = [_pad(cell, width, column) for cell, width, column in zip(cells, widths, columns, strict=True)]
        out.write("  ".join(padded).rstrip() + "\n")


def _rest(rows: Iterator[Row], columns: Sequence[Column], zone: tzinfo) -> Iterator[list[str]]:
    for row in rows:
        yield _shown_row(row, columns, zone)


def _shown_row(row: Row, columns: Sequence[Column], zone: tzinfo) -> list[str]:
    return [_shown(row.get(column.name), column.kind, zone) for column in columns]


def _shown(value: Any, kind: Kind, zone: tzinfo) -> str:
    if value is None or value == "":
        return "–"
    if kind is Kind.NUMBER:
        return f"{value:,}"
    if kind is Kind.MOMENT:
        return to_datetime(value, zone).date().isoformat()
    if kind is Kind.FLAG:
        return "yes" if value else "no"
    if kind is Kind.LIST:
        return _cleaned(", ".join(map(str, value))) or "–"
    return _cleaned(str(value))


def _cleaned(text: str) -> str:
    from ..rules.text import clean

    return clean(text)


def _pad(text: str, width: int, column: Column) -> str:
    blank = " " * (width - width_of(text))
    return blank + text if column.kind in (Kind.NUMBER, Kind.FIGURE) else text + blank


def width_of(text: str) -> int:
    """Cells that text takes in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def talk(text: str) -> None:
    """A sentence for the person, on stderr, where it does not mix with data."""
    click.echo(_cleaned(text), err=True)
