"""The usage report of the demo organization of a million members, 1.5 million enrollments, zipped: on SQLite and on
PostgreSQL, held against a plain script.

The script writes the same rows, with the same text, from a bare cursor of SQLite through `csv` into `zipfile`; moments
and numbers become text in the query. Each runs in a process of its own. `--members N` takes a smaller organization.
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
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from tui_admin.portal.members import MembersQuery
from tui_admin.portal.reports.covering import in_order
from tui_admin.reports.bundles import Sheet, write_zip
from tui_admin.reports.dictionary import USAGE_REPORT
from tui_admin.rules.roles import Actor, Role
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.report_rows import learned
from tui_admin.store.report_rows.order import in_blocks

LIMIT, SHARED_LIMIT, MEMORY_LIMIT = 1.5, 2.0, 150.0
AT = parse_iso("2026-10-01T12:00:00Z")
ANA = Actor("ana@northwind.example", Role.ORGANIZATION)


def moment(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"


def number(column: str) -> str:
    return f"CASE WHEN {column} IS NOT NULL THEN rtrim(rtrim(printf('%.2f', {column}), '0'), '.') END"


def yes_no(column: str) -> str:
    return f"CASE {column} WHEN 1 THEN 'Yes' ELSE 'No' END"


PLAIN = f"""
    SELECT l.name, l.email_shown, l.external_id, c.name, c.key, c.slug, c.partner, {moment("e.enrolled_at")},
        {moment("e.class_start_at")}, {moment("e.last_activity_at")}, {number("e.progress")}, {number("e.hours")},
        {yes_no("e.completed")}, {yes_no("e.removed")}, p.slug, p.name, e.source, {moment("e.completed_at")},
        {number("e.grade")}, k.name, l.manager_name, l.manager_email, l.job_title, l.job_type, l.business_unit,
        l.business_unit_2, l.city, l.country, l.region
    FROM learners l CROSS JOIN memberships m ON m.learner_id = l.id CROSS JOIN enrollments e ON e.membership_id = m.id
    JOIN courses c ON c.id = e.course_id JOIN programs p ON p.id = m.program_id
    LEFT JOIN contracts k ON k.id = e.contract_id
    ORDER BY l.id, p.slug, c.key
"""


def plain(database: str, out: Path) -> None:
    """The script to compare with."""
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(PLAIN)
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("usage-report.csv", "w", force_zip64=True) as inside,
        io.TextIOWrapper(inside, "utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream)
        writer.writerow(USAGE_REPORT)
        writer.writerows(rows)


def program(url: str, out: Path) -> None:
    """Ours."""
    store = Store(url)
    with store.read() as connection, out.open("wb") as stream:
        found = in_order(connection, ANA, MembersQuery(), AT)
        sheet = Sheet("usage-report", USAGE_REPORT, learned.USAGE.rows(connection, in_blocks(found)), large=True)
        write_zip(stream, [sheet], AT, lambda rows: None)
    store.close()


def run(what: str, source: str, out: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one of the two, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.reports", what, source, str(out)]
    seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, peak


def measure(what: str, source: str, out: Path) -> None:
    """What `run` starts."""
    start = perf_counter()
    (plain if what == "plain" else program)(source, out)
    print(json.dumps([perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def content(path: Path) -> tuple[str, int]:
    """The SHA-256 of what a zip's report says, and its rows."""
    digest, lines = sha256(), 0
    with zipfile.ZipFile(path) as archive, archive.open("usage-report.csv") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
            lines += block.count(b"\n")
    return digest.hexdigest(), lines - 1


def main() -> None:
    """Print all figures beside their limits."""
    # What is measured does not load what makes the stores.
    from benchmarks.clients import served
    from benchmarks.figures import say
    from benchmarks.stores import million

    size = int(sys.argv[sys.argv.index("--members") + 1]) if "--members" in sys.argv else 1_000_000
    database = million(size)
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours = Path(folder) / "plain.zip", Path(folder) / "ours.zip"
        base, _ = run("plain", str(database), theirs)
        seconds, peak = run("program", f"sqlite:///{database}", ours)
        expected, rows = content(theirs)
        note = f"{rows:,} rows, {seconds:.1f} s against {base:.1f} s"
        say("SQLite: usage report, zipped", seconds / base, "x the plain script", LIMIT, note=note)
        say("SQLite: its peak memory", peak, "MiB", MEMORY_LIMIT)
        assert content(ours)[0] == expected
        server, store = served(size)
        store.close()
        try:
            seconds, peak = run("program", server.get_uri(), ours)
        finally:
            server.cleanup()
        note = f"{seconds:.1f} s against {base:.1f} s"
        say("PostgreSQL: usage report, zipped", seconds / base, "x the plain script", SHARED_LIMIT, note=note)
        say("PostgreSQL: the console's peak memory", peak, "MiB", MEMORY_LIMIT)
        assert content(ours)[0] == expected


if __name__ == "__main__":
    if sys.argv[1:2] in (["plain"], ["program"]):
        measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main()
