"""What the lists ask the store for at a million members: typing in the filter, sorting, jumping to the end.

Each key typed is what the console asks: the rows of the first page, then the exact count; both only among what was
found before, where the filter was narrowed and that was few. What became of mails is asked of a store that holds mails.

`--one-program` asks all of it of a program that everybody is in, instead of the largest of the demo's.
`--postgresql MEMBERS` measures a PostgreSQL server beside SQLite at that size, as a ratio.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from benchmarks.figures import median, milliseconds, p95, say
from benchmarks.stores import AT, mailed, million, on_postgresql, one_program
from tui_admin.portal import members, users
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.screens.member_columns import member_columns
from tui_admin.screens.portal_source import PortalSource
from tui_admin.screens.session import Facts, Session
from tui_admin.screens.user_columns import user_columns
from tui_admin.store.engine import Store

ACTOR = Actor("benchmark@example.com", Role.ORGANIZATION)
WORDS = {
    "rare": ("zimmerschied", "xylander", "qqqqq", "okonkwo-smith", "kowalczykowski"),
    "common": ("anna", "example", "maria", "son", "northwind"),
    "two letters": ("an", "qx", "zz", "li", "wy"),
    "fields": (
        "status:at-risk",
        "-status:at-risk",
        "status:inactive country:Germany",
        "enrolled>2 unit:Sales",
        "active>90d",
        "country:Iceland",
        "status:removed city:oslo",
        "manager:zo",
        "manager:a",
        "grade>90",
        "begun:2026-03-01..2026-03-31",
        "stars:5",
    ),
}
MAIL = {
    "mail": (
        "mailed<1d",
        "mailed<30d status:at-risk",
        "mailed>90d",
        "-mailed<180d",
        "mailed:",
        "reminded<1w",
        "delivery:bounced",
        "delivery:queued",
        "-delivery:sent",
    ),
}
"""What is asked where there are mails."""
PAGE = 128


def keystrokes(text: str) -> Iterator[str]:
    """What stands in the filter after each key, where it is a whole expression."""
    for end in range(1, len(text) + 1):
        if not set(":<>") & set(text) or end == len(text):
            yield text[:end]


class List:
    """A list of the console over a store: a module of the portal, and the program it shows, if one."""

    def __init__(self, store: Store, module: ModuleType, program: str | None = None) -> None:
        self.session = Session(store, ACTOR, lambda: AT, lambda: AT, Facts)
        self.module, self.program = module, program

    @property
    def sorts(self) -> Sequence[str]:
        """What the screen's columns can be sorted by."""
        from zoneinfo import ZoneInfo

        columns: Any = user_columns(AT) if self.module is users else member_columns(AT, ZoneInfo("UTC"))
        return [column.key for column in columns if column.sortable]

    def source(self, text: str = "", sort: str = "name", descending: bool = False) -> PortalSource:
        """The rows of a filter and order."""
        tree = parse(text)
        asked = UsersQuery(tree, sort, descending) if self.module is users else None
        query = asked or MembersQuery(self.program, tree, sort, descending)
        return PortalSource(self.module, self.session, query, AT)  # type: ignore[arg-type]

    def typing(self, words: Sequence[str]) -> tuple[list[float], list[float]]:
        """Milliseconds of each key: to the rows, and of the exact count after them."""
        rows, counts = [], []
        for word in words:
            before = None
            for typed in keystrokes(word):
                source = self.source(typed)
                if before is not None:
                    source.follow(before)
                rows += milliseconds(lambda s=source: s.page(0, PAGE))
                counts += milliseconds(source.count)
                before = source
        return rows, counts

    def sorting(self) -> dict[str, list[float]]:
        """Milliseconds to the first page, by sort."""
        both = (False, True)
        return {
            sort: [span for d in both for span in milliseconds(lambda s=self.source("", sort, d): s.page(0, PAGE), 3)]
            for sort in self.sorts
        }

    def end(self) -> list[float]:
        """Milliseconds to the last rows."""
        return milliseconds(lambda: self.source().tail(PAGE), 5)


def measure_typing(where: str, rows: List, kinds: Mapping[str, Sequence[str]]) -> None:
    """Say what it takes to type into a list's filter, beside the limits."""
    for kind, words in kinds.items():
        spans, counts = rows.typing(words)
        say(f"typing, {kind}, {where}: rows, median", median(spans), "ms", 50)
        say(f"typing, {kind}, {where}: rows, p95", p95(spans), "ms", 150)
        say(f"typing, {kind}, {where}: exact count, slowest", max(counts), "ms", 1000)


def measure(where: str, rows: List) -> None:
    """Say a list's figures beside their limits."""
    measure_typing(where, rows, WORDS)
    by_sort = rows.sorting()
    for sort, spans in by_sort.items():
        say(f"sort by {sort}, {where}: slowest", max(spans), "ms", 150)
    say(f"sort by any column, {where}: p95", p95([span for spans in by_sort.values() for span in spans]), "ms", 150)
    say(f"jump to the end, {where}: p95", p95(rows.end()), "ms", 100)


def compare(where: str, sqlite: List, postgresql: List) -> None:
    """Say how much longer PostgreSQL takes."""
    for kind, words in WORDS.items():
        ours, theirs = sqlite.typing(words), postgresql.typing(words)
        for part, own, other in zip(("rows", "count"), ours, theirs, strict=True):
            say(f"typing, {kind}, {where}: {part}, median", median(other) / median(own), "x SQLite", 2.5)
    own, other = ([median(spans) for spans in rows.sorting().values()] for rows in (sqlite, postgresql))
    say(f"sort by any column, {where}: median", median(other) / median(own), "x SQLite", 2.5)
    say(f"jump to the end, {where}", median(postgresql.end()) / median(sqlite.end()), "x SQLite", 2.5)


def main() -> None:
    if "--postgresql" in sys.argv:
        beside_postgresql(int(sys.argv[sys.argv.index("--postgresql") + 1]))
        return
    made = one_program() if "--one-program" in sys.argv else million()
    store = Store(f"sqlite:///{made}")
    largest = max(sizes(store), key=lambda item: item[1])[0]
    measure(largest, List(store, members, largest))
    measure("all learners", List(store, users))
    store = Store(f"sqlite:///{mailed(made)}")
    measure_typing(largest, List(store, members, largest), MAIL)
    measure_typing("all learners", List(store, users), MAIL)


def beside_postgresql(size: int) -> None:
    """The same questions to both databases."""
    sqlite = Store(f"sqlite:///{million(size)}")
    with on_postgresql(size) as store:
        largest = max(sizes(sqlite), key=lambda item: item[1])[0]
        compare(largest, List(sqlite, members, largest), List(store, members, largest))
        compare("all learners", List(sqlite, users), List(store, users))


def sizes(store: Store) -> list[tuple[str, int]]:
    """Each program's slug and number of members."""
    from sqlalchemy import func, select

    from tui_admin.store.tables import memberships, programs

    query = select(programs.c.slug, func.count()).join(memberships).group_by(programs.c.slug)
    with store.read() as connection:
        return [(slug, number) for slug, number in connection.execute(query)]


if __name__ == "__main__":
    main()
