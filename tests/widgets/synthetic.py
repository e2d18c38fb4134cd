"""A list of a million rows that holds none of them: every row is arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from tui_admin.widgets.columns import Column

HOSTILE = (
    "[/x]",
    "[@click=app.quit]x[/]",
    "\x1b]0;owned\x07\x1b[31mred\x1b[2J",
    "a\u202egnp.exe\u2066",
    "nul\x00 c1\x9b31m bell\x07",
    "x" * 10_000,
    "👩‍👩‍👧 family 👍🏽 ❤️ 🇩🇪",
    "שלום עולם",
    "مرحبا بالعالم",
    "田中 花子 with a very wide name 東京都",
    "e\u0301\u0302\u0303 combining",
    "zero\u200bwidth\ufeff",
    "line\nbreak\ttab",
    "trailing backslash \\",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A row."""

    id: int
    name: str
    email: str
    days: int


@dataclass
class Numbers:
    """People 1 to `size`, every `step`th one; `asked` notes what was read, `late` who is late whatever the number."""

    size: int = 1_000_000
    step: int = 1
    hostile: bool = False
    descending: bool = False
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    late: set[int] = field(default_factory=set)

    def _person(self, position: int) -> Person:
        if self.descending:
            position = self.size - 1 - position
        number = position * self.step + 1
        name = HOSTILE[position % len(HOSTILE)] if self.hostile else f"Person {number:07d}"
        return Person(number, name, f"person.{number}@northwind.example", 59 if number in self.late else number % 60)

    def page(self, offset: int, limit: int) -> Sequence[Person]:
        self.asked.append(("page", offset, limit))
        return [self._person(position) for position in range(offset, min(offset + limit, self.size))]

    def tail(self, limit: int) -> Sequence[Person]:
        self.asked.append(("tail", 0, limit))
        return [self._person(position) for position in range(max(self.size - limit, 0), self.size)]

    def count(self) -> int:
        self.asked.append(("count", 0, 0))
        return self.size

    def position(self, id: int) -> int | None:
        position, rest = divmod(id - 1, self.step)
        return position if not rest and 0 <= position < self.size else None

    def ids(self) -> BitMap:
        return BitMap(range(1, self.size * self.step + 1, self.step))

    def ids_between(self, first: int, last: int) -> list[int]:
        return [self._person(position).id for position in range(first, last + 1)]


COLUMNS = (
    Column[Person]("name", "Name", 20, lambda p: (p.name, ""), "n", flex=2, priority=0),
    Column[Person]("email", "E-mail", 18, lambda p: (p.email, ""), "e", flex=3, widest=40, cut="middle", priority=1),
    Column[Person]("days", "Days", 6, lambda p: (f"{p.days} d", ""), "d", align="right", priority=2),
    Column[Person]("why", "Why", 12, lambda p: ("late" if p.days > 50 else "", "warning"), "w", flex=1, priority=3),
    Column[Person]("number", "Number", 16, lambda p: (f"{p.id:,}", "muted"), "u", align="right", priority=9),
)
