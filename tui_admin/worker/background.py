"""A sender in the background, started by whoever has queued mail: it outlives the terminal it was started from.

It is this module, run as a program of its own. It acts for nobody: what it sends was allowed when it was queued.
"""

import os
from pathlib import Path

from ..config import load_config
from ..mail.server import mail_folder
from ..mail.settings import mail_settings
from ..rules.times import Instant
from ..store.engine import Store
from ..store.mail import senders
from .process import Until
from .run import run
from .spawning import clock, spawn, spawned

_CONFIG = "TUI_ADMIN_WORKER_CONFIG"
_ALIVE_WITHIN = 60
"""Seconds since the last sign of life of a sender on a shared store that is counted on."""


def start(store: Store, config: Path | None = None, *, now: Instant | None = None) -> bool:
    """Start a sender for a store, with the settings of a file (None: the person's own), unless one is at work there
    already; whether one was started. It ends once no mail waits any more. Its clock begins at `now` where somebody
    named the moment, because what was queued is dated by that."""
    with senders.alone(store) as free, store.read() as connection:
        if not free or senders.is_any_alive(connection, _ALIVE_WITHIN):
            return False
    spawn(__name__, store, now, {} if config is None else {_CONFIG: str(config)})
    return True


def main() -> None:
    """Deliver until no mail waits."""
    with spawned() as (store, log):
        config = load_config(Path(os.environ[_CONFIG]) if _CONFIG in os.environ else None)
        settings = mail_settings(config.mail, os.environ)
        done = run(store, settings, mail_folder(store.path), Until.DONE, clock=clock(), tell=log.info)
        log.info("done: %s", ", ".join(f"{count} {state}" for state, count in done.items()) or "nothing was due")


if __name__ == "__main__":
    main()
