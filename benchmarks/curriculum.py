"""The Curriculum tab with 100 collections and 5,000 items: how soon it opens, how soon a moved item stands in its new
place and what that costs in bytes, in one list of them and in one that holds all; and the same act in the store."""

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert

from benchmarks.figures import milliseconds, p95, say
from benchmarks.keys import latency
from tests.terminal import Terminal
from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.portal.organization import initialise
from tui_admin.portal.rights import sign_in
from tui_admin.rules.positions import Spot
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, programs

COLLECTIONS, ITEMS = 100, 5_000
NOW = parse_iso("2026-10-01T12:00:00Z")
OWNER = "ana@northwind.example"
PRESSES = 40
RIGHT = "\x1b[C"


def made(path: Path) -> Store:
    """An organization with two programs: `spread` has 100 collections of 50 items each, `long` one of all 5,000."""
    store = Store(f"sqlite:///{path}")
    initialise(store, "Northwind Learning", OWNER, NOW)
    with store.write() as connection:
        slugs = enumerate(("spread", "long"), 1)
        rows = [{"id": n, "slug": slug, "name": slug.title(), "position": n, "created_at": NOW} for n, slug in slugs]
        connection.execute(insert(programs), rows)
        catalogue = [{"id": n, "key": f"c{n}", "name": f"Course {n}", "partner": "Uni"} for n in range(1, ITEMS + 1)]
        connection.execute(insert(courses), catalogue)
    ana, size = sign_in(store, OWNER), ITEMS // COLLECTIONS
    for number in range(COLLECTIONS):
        fill(store, ana, "spread", f"Collection {number + 1}", range(number * size + 1, (number + 1) * size + 1))
    fill(store, ana, "long", "Everything", range(1, ITEMS + 1))
    return store


def fill(store: Store, actor: Actor, slug: str, name: str, numbers: Sequence[int]) -> None:
    """Put a collection of courses into a program."""
    (id,) = collections.create(store, actor, slug, name, NOW).made
    items.add(store, actor, slug, [("course", number) for number in numbers], [id], NOW)


def console(path: Path, slug: str) -> list[str]:
    """The command line of the console on a program."""
    return [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{path}", "--at", f"programs/{slug}/main"]


def opening(terminal: Terminal, key: str, text: str) -> float:
    """Milliseconds from a key until a text stands on the screen."""
    start = perf_counter()
    terminal.send(key)
    while text not in terminal.text:
        terminal.read(0.001)
    return (perf_counter() - start) * 1e3


def in_console(path: Path, slug: str) -> None:
    """Open the tab, and move the first item down through its list."""
    with Terminal(console(path, slug)) as terminal:
        terminal.wait_for("Main")
        terminal.settle(1.0)
        name = "Collection 1 " if slug == "spread" else "Everything"
        say(f"opening the tab, {slug}", opening(terminal, "4", name), "ms", 300, 150)
        terminal.settle(0.5)
        terminal.key(RIGHT)
        terminal.settle(0.5)
        terminal.key("+")  # the first numbers anew what has no gaps yet
        terminal.settle(1.0)
        spans, sizes = [], []
        for step in range(PRESSES):
            place, before = line_of(terminal, "Course 1 "), terminal.received
            spans.append(latency(terminal, "-" if step % 2 else "+"))
            terminal.settle(0.3)
            assert line_of(terminal, "Course 1 ") not in (place, -1), "the item did not move"
            sizes.append(terminal.received - before)
        say(f"a moved item shown, p95, {slug}", p95(spans), "ms", 16)
        say(f"a moved item, most, {slug}", max(sizes), "bytes", 1_200, 800)


def line_of(terminal: Terminal, text: str) -> int:
    """The line on which a text stands; -1 for none."""
    return next((number for number, line in enumerate(terminal.lines) if text in f"{line} "), -1)


def in_store(store: Store, slug: str) -> None:
    """Read it, and move an item to and fro between the ends of its list."""
    ana = sign_in(store, OWNER)
    say(f"reading all, {slug}", p95(milliseconds(lambda: reading.read(store, ana, slug), 20)), "ms", 250)
    found = reading.read(store, ana, slug).collections[0]
    first, second, *_, last = (item.id for item in found.items)
    spots = cycle((Spot(after=last), Spot(before=second)))
    move = partial(items.move, store, ana, slug, [first], [found.id], NOW)
    say(f"a move written, p95, {slug}", p95(milliseconds(lambda: move(spot=next(spots)), 20)), "ms", 100)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "curriculum.db"
        store = made(path)
        for slug in ("spread", "long"):
            in_store(store, slug)
        store.close()
        for slug in ("spread", "long"):
            in_console(path, slug)


if __name__ == "__main__":
    main()
