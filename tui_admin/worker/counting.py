"""Charts counted anew in the background: a large store takes minutes, and more memory than a console may have.

It is this module, run as a program of its own.
"""

from ..portal.analytics.staleness import staleness
from ..rules.errors import StoreError
from ..rules.times import Instant
from ..store.analytics.versions import LOCK
from ..store.engine import Store
from ..store.locks import is_held
from ..store.sizes import is_large
from .spawning import clock, spawn, spawned


def start(store: Store, *, now: Instant | None = None) -> bool:
    """Count a store's charts anew, unless a process is at it; whether one was started. Its clock begins at `now` where
    somebody named the moment."""
    if is_held(store, LOCK):
        return False
    spawn(__name__, store, now)
    return True


def is_for_background(store: Store) -> bool:
    """Whether a store is so large that counting anew is for a process of its own."""
    with store.read() as connection:
        return is_large(connection)


def look(store: Store) -> bool:
    """Start counting where the charts are behind the store; whether that was so. Where the store fails, whoever sends
    tells of it."""
    try:
        with store.read() as connection:
            is_due = staleness(connection).is_stale
    except StoreError:
        return False
    return is_due and start(store)


def main() -> None:
    """Count once: what changed meanwhile waits for the next look."""
    with spawned() as (store, log):
        from ..portal.analytics.refreshing import refresh

        found = refresh(store, clock()())
        log.info("charts: %s", f"counted in {found.seconds:.0f} s" if found else "nothing had changed")


if __name__ == "__main__":
    main()
