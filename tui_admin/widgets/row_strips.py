"""A row, the header and a placeholder as strips: one segment for each run of one style, because bytes are a budget."""

from collections.abc import Collection, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .columns import GAP, Cell, Placed
from .rows import HasId
from .text import ELLIPSIS, fit, pointed

MARKS = 3
"""Cells before the first column: cursor, mark, a blank."""
_BETWEEN = " " * GAP
Run = tuple[str, str]


def row_strip(
    row: HasId,
    placed: Sequence[Placed[HasId]],
    width: int,
    styles: Mapping[str, Style],
    *,
    marked: bool,
    cursor: str,
    stop: str = "",
) -> Strip:
    """A row in `width` cells. Under the cursor the whole row has the style `cursor`, elsewhere cells have their own;
    where the cursor stands on a column (`stop`), that one's cell alone has it."""
    runs: list[Run] = [(("▸" if cursor else " ") + ("● " if marked else "  "), "mark" if marked else "")]
    for position, place in enumerate(placed):
        text, style = _cell(place, row)
        gap = _BETWEEN if position else ""
        cell = fit(text, place.width, place.column.align, place.column.cut)
        is_under = bool(cursor) and place.column.key == stop
        runs += [(pointed(gap + cell), cursor)] if is_under else [(gap, ""), (cell, style)]
    if cursor and not stop:
        runs = [("".join(text for text, _ in runs), cursor)]
    return _strip(runs, width, styles)


def header_strip(
    placed: Sequence[Placed[HasId]],
    width: int,
    styles: Mapping[str, Style],
    *,
    order: tuple[str, bool],
    letters: Collection[str],
) -> Strip:
    """The header. `order` is the column sorted by, and whether from the largest; the letters of the columns in
    `letters` stand out while one is awaited."""
    sorted_by, descending = order
    runs: list[Run] = [(" " * MARKS, "header")]
    for position, place in enumerate(placed):
        column = place.column
        title = ordered(column.title, descending) if column.key == sorted_by else column.title
        text = fit(title, place.width, column.align)
        runs.append((_BETWEEN if position else "", "header"))
        if column.key not in letters:
            runs.append((text, "header"))
            continue
        at = text.casefold().find(column.letter.casefold())
        if at < 0:
            at = len(text) - len(text.lstrip())
        runs += [(text[:at], "header"), (column.letter, "key"), (text[at + 1 :], "header")]
    return _strip(runs, width, styles)


def ordered(title: str, descending: bool) -> str:
    """The title of the column that rows are sorted by, with the direction."""
    return title + ("▼" if descending else "▲")


def placeholder_strip(width: int, styles: Mapping[str, Style]) -> Strip:
    """A row that is being read."""
    return _strip([(" " * MARKS + ELLIPSIS, "muted")], width, styles)


def text_strip(text: str, width: int, styles: Mapping[str, Style], style: str = "muted") -> Strip:
    """A line of the table that is no row."""
    return _strip([(fit(text, width), style)], width, styles)


def _cell(place: Placed[HasId], row: HasId) -> Cell:
    return place.column.render(row)


def _strip(runs: Sequence[Run], width: int, styles: Mapping[str, Style]) -> Strip:
    """Runs side by side; neighbours of one style, and blanks after a run (where a color does not show), are joined."""
    joined: list[Run] = []
    for text, style in runs:
        if not text:
            continue
        if joined and (joined[-1][1] == style or not text.strip()):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, style))
    segments = [Segment(text, styles[style]) for text, style in joined]
    return Strip(segments).adjust_cell_length(width, segments[-1].style if segments else styles[""])
