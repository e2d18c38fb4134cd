"""How long the demo organization of 1,000,000 people with 1.5 enrollments each takes, and how much memory.

`python -m benchmarks.demo [MEMBERS] [STORE]`: without an address of an empty store it builds a SQLite file that goes
away afterwards. The seconds of processor time beside the wall clock's tell a slow program from a busy machine.
"""

import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.figures import say
from benchmarks.stores import AT
from tui_admin import demo
from tui_admin.store.engine import Store

MEMBERS = 1_000_000
PER_MEMBER = 1.5
SECONDS = 240
AIM_SECONDS = 120
MEBIBYTES = 500


def main(members: int = MEMBERS, address: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(address or f"sqlite:///{Path(folder) / 'demo.db'}")
        start, busy = perf_counter(), process_time()
        demo.build(store, members=members, seed=1, enrollments_per_member=PER_MEMBER, at=AT)
        seconds, busy = perf_counter() - start, process_time() - busy
        store.close()
    share = members / MEMBERS
    note = f"{busy:.1f} s of processor time"
    say(f"demo of {members:,} people, built", seconds, "s", SECONDS * share, AIM_SECONDS * share, note)
    say("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", MEBIBYTES)


if __name__ == "__main__":
    main(*(int(members) for members in sys.argv[1:2]), *sys.argv[2:3])
