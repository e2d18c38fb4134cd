"""How long the demo organization of 1,000,000 people with 1.5 enrollments each takes, and how much memory.

    python benchmarks/demo.py [MEMBERS] [ENROLLMENTS_PER_MEMBER] [--store URL]

Prints the seconds and the limit beside them. Without `--store` it builds a SQLite file in a folder of its own and
removes it afterwards.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from tui_admin import demo
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import attempts, enrollments, learners, memberships

LIMIT_SECONDS = 240
LIMIT_MIB = 500
LIMIT_MEMBERS = 1_000_000
AT = parse_iso("2026-05-06T10:00:00Z")


def main() -> int:
    """Build, print, and say by the exit code whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("members", nargs="?", type=int, default=LIMIT_MEMBERS)
    parser.add_argument("per_member", nargs="?", type=float, default=1.5)
    parser.add_argument("--store", help="an empty store to build in; a SQLite file that goes away without it")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(wanted.store or f"sqlite:///{Path(folder) / 'demo.db'}")
        seconds = _build(store, wanted.members, wanted.per_member)
        _print_rows(store)
        store.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    allowed = LIMIT_SECONDS * wanted.members * wanted.per_member / (LIMIT_MEMBERS * 1.5)
    print(f"demo of {wanted.members:,} people: {seconds:.1f} s (limit {allowed:.1f} s)")
    print(f"peak memory: {memory:.0f} MiB (limit {LIMIT_MIB} MiB)")
    return 0 if seconds <= allowed and memory <= LIMIT_MIB else 1


def _build(store: Store, members: int, per_member: float) -> float:
    start = time.perf_counter()
    demo.build(store, members=members, seed=1, enrollments_per_member=per_member, at=AT)
    return time.perf_counter() - start


def _print_rows(store: Store) -> None:
    with store.read() as connection:
        for table in (learners, memberships, enrollments, attempts):
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            print(f"{table.name}: {count:,}")


if __name__ == "__main__":
    sys.exit(main())
