"""A maker of reports in a process of its own, killed by itself the N-th time it asks what time it is."""

import os
import signal
import sys
from collections import Counter

from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.store.engine import Store


def main() -> None:
    store, now, kill_at = sys.argv[1:]
    asked = Counter[str]()

    def clock() -> int:
        asked["time"] += 1
        if asked["time"] == int(kill_at):
            os.kill(os.getpid(), signal.SIGKILL)
        return int(now)

    print(make_next(Store(store), clock))


if __name__ == "__main__":
    main()
