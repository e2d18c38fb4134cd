"""A maker of all reports that are due, in a process of its own: killed by itself the N-th time it asks what time it is
(0: never), on a disk where no file may grow past so many bytes (0: any)."""

import os
import resource
import signal
import sys
from collections import Counter

from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.store.engine import Store


def main() -> None:
    store, now, kill_at, size = sys.argv[1], *map(int, sys.argv[2:])
    asked = Counter[str]()

    def clock() -> int:
        asked["time"] += 1
        if asked["time"] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return now

    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    print("ready", flush=True)
    while said := make_next(Store(store), clock):
        print(said, flush=True)


if __name__ == "__main__":
    main()
