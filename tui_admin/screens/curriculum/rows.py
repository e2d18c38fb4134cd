"""The two lists of a curriculum: its collections, and what is in one of them, with the courses of specializations."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyroaring import BitMap

from tui_admin.portal.curriculum.reading import Collection, Course, Item
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import number

from ..plain_rows import HeldRows

FIRST_INSIDE = 1 << 31
"""Rows from this id on are courses within specializations: they are there to be seen."""

TWICE = "="
"""Stands before where else something is."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A course of an opened specialization; `place` is its number there."""

    id: int
    place: int
    course: Course


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it is drawn: an item or a course inside one, whether it is opened, and where else it stands."""

    id: int
    row: Item | Inside
    opened: bool
    also: str


class ItemRows(HeldRows[Shown]):
    """What is in a collection, and under the specializations that are opened their courses. Only rows that are asked
    for are made ready to be drawn."""

    def __init__(self, collection: Collection, opened: Set[int], names: Mapping[int, str]) -> None:
        super().__init__(tuple)
        self._held: Sequence[Any] = _with_courses(collection.items, opened)
        self._collection, self._opened, self._names = collection.id, opened, names

    def page(self, offset: int, limit: int) -> Sequence[Shown]:
        """Rows from a position on."""
        return [self._shown(row) for row in self._held[offset : offset + limit]]

    def tail(self, limit: int) -> Sequence[Shown]:
        """The last ones."""
        return [self._shown(row) for row in self._held[-limit:]]

    def ids(self) -> BitMap:
        """The items; what is inside one goes where it goes."""
        return BitMap(row.id for row in self._held if row.id < FIRST_INSIDE)

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """The items from one position to another."""
        return [row.id for row in self._held[first : last + 1] if row.id < FIRST_INSIDE]

    def _shown(self, row: Item | Inside) -> Shown:
        return Shown(row.id, row, row.id in self._opened, told_twice(row, self._names, self._collection))


def _with_courses(items: Sequence[Item], opened: Set[int]) -> Sequence[Item | Inside]:
    if not opened or not any(item.id in opened for item in items):
        return items
    rows: list[Item | Inside] = []
    for item in items:
        rows.append(item)
        if item.id in opened:
            first = FIRST_INSIDE + len(rows)
            rows += [Inside(first + place, place + 1, course) for place, course in enumerate(item.courses)]
    return rows


def collection_columns() -> tuple[Column[Collection], ...]:
    """What collections are called, and how much is in them."""
    return (
        Column("name", "Collection", 10, lambda row: (row.name, ""), "", flex=1, priority=0, sortable=False),
        Column(
            "items",
            "Items",
            5,
            lambda row: (number(len(row.items)), "" if row.items else "muted"),
            "",
            align="right",
            priority=0,
            sortable=False,
        ),
    )


def item_columns() -> tuple[Column[Shown], ...]:
    """What items are, and where else they stand."""

    def name(shown: Shown) -> Cell:
        row = shown.row
        if isinstance(row, Inside):
            return f"    {row.place} {row.course.name}", "muted"
        sign = " " if row.kind == "course" else "▾" if shown.opened else "▸"
        return f"{sign} {row.name}", ""

    fixed = partial(Column[Shown], letter="", sortable=False)
    return (
        fixed("name", "Course or specialization", 20, name, flex=4, priority=0),
        fixed("partner", "Partner", 12, lambda shown: (entry_of(shown.row).partner, "muted"), flex=1, priority=4),
        fixed("hours", "Hours", 5, lambda s: (number(entry_of(s.row).hours), "muted"), align="right", priority=3),
        fixed("also", "Also in", 10, lambda shown: (shown.also, "warning"), flex=2, priority=0),
    )


def entry_of(row: Item | Inside) -> Item | Course:
    """What the catalogue says of a row."""
    return row.course if isinstance(row, Inside) else row


def told_twice(row: Item | Inside, names: Mapping[int, str], here: int) -> str:
    """Where else a row stands: `= Go Further`, `= here too`; of a specialization also how many of its courses do."""
    if also := entry_of(row).also:
        where = ["here too" if collection == here else names.get(collection, "") for collection in also]
        return f"{TWICE} {', '.join(where)}"
    if isinstance(row, Inside) or not row.repeated:
        return ""
    return f"{TWICE} {sum(bool(course.also) for course in row.courses)} of {len(row.courses)}"
