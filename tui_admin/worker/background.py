"""A sender in the background, started by whoever has queued mail: it outlives the terminal it was started from.

It is this module, run as a program of its own. It acts for nobody: what it sends was allowed when it was queued.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..config import load_config, log_file
from ..logbook import logbook
from ..mail.server import mail_folder
from ..mail.settings import mail_settings
from ..rules.errors import ConsoleError, StoreError
from ..rules.times import Instant
from ..store.engine import Store
from ..store.mail import senders
from .process import Until
from .run import run

_STORE = "TUI_ADMIN_STORE"
_CONFIG = "TUI_ADMIN_WORKER_CONFIG"
_AHEAD = "TUI_ADMIN_WORKER_AHEAD"
"""Milliseconds that the sender's clock is ahead of the real one."""

_ALIVE_WITHIN = 60
"""Seconds since the last sign of life of a sender on a shared store that is counted on."""


def start(store: Store, config: Path | None = None, *, now: Instant | None = None) -> bool:
    """Start a sender for a store, with the settings of a file (None: the person's own), unless one is at work there
    already; whether one was started. It ends once no mail waits any more. Its clock begins at `now` where somebody
    named the moment, because what was queued is dated by that."""
    with senders.alone(store) as free, store.read() as connection:
        if not free or senders.is_any_alive(connection, _ALIVE_WITHIN):
            return False
    environ = {**os.environ, _STORE: store.url.render_as_string(hide_password=False)}
    if config is not None:
        environ[_CONFIG] = str(config)
    if now is not None:
        environ[_AHEAD] = str(now - _real())
    subprocess.Popen(
        [sys.executable, "-m", __name__],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


def main() -> None:
    """Deliver until no mail waits; what happens is written to the log file beside the console's."""
    log = logbook(log_file().with_name("worker.log"), "%(asctime)s %(process)d %(message)s")
    store = Store(os.environ[_STORE])
    try:
        config = load_config(Path(os.environ[_CONFIG]) if _CONFIG in os.environ else None)
        settings = mail_settings(config.mail, os.environ)
        done = run(store, settings, mail_folder(store.path), Until.DONE, clock=_clock(), tell=log.info)
        log.info("done: %s", ", ".join(f"{count} {state}" for state, count in done.items()) or "nothing was due")
    except StoreError as error:
        log.info("%s", error)
    except ConsoleError as error:
        log.error("%s", error)
        sys.exit(error.exit_code)
    except Exception:
        log.exception("unexpected")
        sys.exit(1)
    finally:
        store.close()


def _clock() -> Callable[[], Instant]:
    ahead = int(os.environ.get(_AHEAD, "0"))
    return lambda: _real() + ahead


def _real() -> Instant:
    return int(time.time() * 1000)


if __name__ == "__main__":
    main()
