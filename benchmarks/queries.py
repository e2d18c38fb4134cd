"""What the lists ask the store for at a million members: typing in the filter, sorting, jumping to the end.

Each key typed is a query of its own, as the console asks it: the rows of the first page, then the exact count.
"""

from collections.abc import Iterator

from benchmarks.figures import median, milliseconds, p95, say
from benchmarks.stores import AT, million
from tui_admin.portal import members, users
from tui_admin.portal.members import MembersQuery
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.engine import Store
from tui_admin.store.members import SORTS
from tui_admin.store.users import SORTS as USER_SORTS

ACTOR = Actor("benchmark@example.com", Role.ORGANIZATION)
WORDS = {
    "rare": ("zimmerschied", "xylander", "qqqqq", "okonkwo-smith", "kowalczykowski"),
    "common": ("anna", "example", "maria", "son", "northwind"),
    "two letters": ("an", "qx", "zz", "li", "wy"),
    "fields": ("status:at-risk", "status:inactive country:Germany", "enrolled>2 unit:Sales", "active>90d"),
}
PAGE = 50


def keystrokes(text: str) -> Iterator[str]:
    """What stands in the filter after each key, where it is a whole expression."""
    for end in range(1, len(text) + 1):
        typed = text[:end]
        if ":" not in text and ">" not in text or end == len(text):
            yield typed


def main() -> None:
    store = Store(f"sqlite:///{million()}")
    programs = [None, max(sizes(store), key=lambda item: item[1])[0]]
    for program in programs:
        where = program or "all programs"
        for kind, words in WORDS.items():
            rows, counts = [], []
            for typed in (t for word in words for t in keystrokes(word)):
                query = MembersQuery(program, parse(typed))
                rows += milliseconds(lambda q=query: members.page(store, ACTOR, q, AT, 0, PAGE))
                counts += milliseconds(lambda q=query: members.count(store, ACTOR, q, AT))
            say(f"typing, {kind}, {where}: rows, median", median(rows), "ms", 50)
            say(f"typing, {kind}, {where}: rows, p95", p95(rows), "ms", 150)
            say(f"typing, {kind}, {where}: exact count, slowest", max(counts), "ms", 1000)
        total = members.count(store, ACTOR, MembersQuery(program), AT)
        for sort in SORTS:
            query = MembersQuery(program, sort=sort)
            spans = milliseconds(lambda q=query: members.page(store, ACTOR, q, AT, 0, PAGE), 5)
            say(f"sort by {sort}, {where}: p95", p95(spans), "ms", 150)
        query = MembersQuery(program)
        spans = milliseconds(lambda q=query: members.page(store, ACTOR, q, AT, total - PAGE, PAGE, total), 5)
        say(f"jump to the end, {where}: p95", p95(spans), "ms", 100)
    learners(store)


def learners(store: Store) -> None:
    """The same for the list of all learners."""
    for kind, words in WORDS.items():
        rows = []
        for typed in (t for word in words for t in keystrokes(word)):
            query = users.UsersQuery(filter=parse(typed))
            rows += milliseconds(lambda q=query: users.page(store, ACTOR, q, AT, 0, PAGE))
        say(f"typing, {kind}, learners: rows, median", median(rows), "ms", 50)
        say(f"typing, {kind}, learners: rows, p95", p95(rows), "ms", 150)
    for sort in USER_SORTS:
        query = users.UsersQuery(sort=sort)
        spans = milliseconds(lambda q=query: users.page(store, ACTOR, q, AT, 0, PAGE), 5)
        say(f"sort by {sort}, learners: p95", p95(spans), "ms", 150)


def sizes(store: Store) -> list[tuple[str, int]]:
    """Each program's slug and number of members."""
    from sqlalchemy import func, select

    from tui_admin.store.tables import memberships, programs

    query = select(programs.c.slug, func.count()).join(memberships).group_by(programs.c.slug)
    with store.read() as connection:
        return [(slug, number) for slug, number in connection.execute(query)]


if __name__ == "__main__":
    main()
