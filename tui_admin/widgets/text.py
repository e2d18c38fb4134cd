"""Text in cells: cut, padded and aligned so that columns stay straight whatever a name holds."""

import re
from datetime import tzinfo
from functools import lru_cache

from rich.cells import cell_len, set_cell_size

from tui_admin.rules.text import clean
from tui_admin.rules.times import Instant, age, to_datetime

ELLIPSIS = "…"
_UNSURE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\ufe00-\ufe0f\ufff9-\ufffb"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
_LONGEST = 1_000


def shown(text: str) -> str:
    """Text made safe for a cell: `clean`, and without the joiners and variation marks whose width terminals disagree on
    (a family emoji is shown as its members)."""
    return text if text.isascii() and text.isprintable() else _UNSURE.sub("", clean(text[:_LONGEST]))


@lru_cache(maxsize=4096)
def fit(text: str, width: int, align: str = "left", cut: str = "end") -> str:
    """`text` in exactly `width` cells.

    `align` is left or right. What does not fit is cut with an ellipsis at the `end` (names) or in the `middle`
    (e-mails, whose two ends tell more than their middle). A wide character that would be halved leaves a space.
    """
    if width <= 0:
        return ""
    text = shown(text)
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        text = _cut_middle(text, width) if cut == "middle" else _head(text, width - 1) + ELLIPSIS
        size = cell_len(text)
    blank = " " * (width - size)
    return blank + text if align == "right" else text + blank


def pointed(text: str) -> str:
    """A cell with the blanks before it, and a sign in the last of them: where the cursor is, without color too."""
    start = len(text) - len(text.lstrip())
    return text[: max(start - 1, 0)] + "▸" + text[start:]


def width_of(text: str) -> int:
    """Cells that `shown` text takes."""
    return len(text) if text.isascii() else cell_len(text)


def _head(text: str, width: int) -> str:
    return set_cell_size(text, width) if width > 0 else ""


def ends(text: str, head: int, tail: int) -> tuple[int, int]:
    """Where a text is cut between its ends: up to the first index it fits into `head` cells, from the second on into
    `tail` cells."""
    first, second = 0, len(text)
    while first < second and (size := cell_len(text[first])) <= head:
        first, head = first + 1, head - size
    while first < second and (size := cell_len(text[second - 1])) <= tail:
        second, tail = second - 1, tail - size
    return first, second


def _cut_middle(text: str, width: int) -> str:
    tail = (width - 1) // 2
    first, second = ends(text, width - 1 - tail, tail)
    return text[:first] + ELLIPSIS + text[second:].lstrip(" ")


def number(value: float | None, places: int = 0) -> str:
    """`4,120`, or `–` for what is not known."""
    return "–" if value is None else f"{value:,.{places}f}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 member`, `2,311 members`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ago(instant: Instant | None, now: Instant) -> str:
    """An age for a table: `12 d`, or `–` for never."""
    return "–" if instant is None else age(instant, now)


def moment(instant: Instant, now: Instant, zone: tzinfo) -> str:
    """A moment for a person: `14:02` today, `3 Feb` this year, `3 Feb 2014` before."""
    when, today = to_datetime(instant, zone), to_datetime(now, zone)
    if when.date() == today.date():
        return f"{when:%H:%M}"
    return f"{when.day} {when:%b}" if when.year == today.year else day(instant, zone)


def day(instant: Instant, zone: tzinfo) -> str:
    """A moment's day: `3 Feb 2014`."""
    when = to_datetime(instant, zone)
    return f"{when.day} {when:%b %Y}"
