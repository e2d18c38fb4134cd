"""Programs of their own, started in the background: they outlive the terminal they were started from, and act for
nobody."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from logging import Logger

from ..config import log_file
from ..logbook import logbook
from ..rules.errors import ConsoleError, StoreError
from ..rules.times import Instant
from ..store.engine import Store

_STORE = "TUI_ADMIN_STORE"
_AHEAD = "TUI_ADMIN_WORKER_AHEAD"
"""Milliseconds that the program's clock is ahead of the real one."""


def spawn(module: str, store: Store, now: Instant | None, more: Mapping[str, str] = {}) -> None:
    """Run a module as a program on a store. Its clock begins at `now` where somebody named the moment; `more` is added
    to its environment."""
    environ = {**os.environ, _STORE: store.url.render_as_string(hide_password=False), **more}
    if now is not None:
        environ[_AHEAD] = str(now - _real())
    subprocess.Popen(
        [sys.executable, "-m", module],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextmanager
def spawned() -> Iterator[tuple[Store, Logger]]:
    """The store of such a program, and where it writes what happens: the log file beside the console's. An error ends
    it with its exit code."""
    log = logbook(log_file().with_name("worker.log"), "%(asctime)s %(process)d %(message)s")
    store = Store(os.environ[_STORE])
    try:
        yield store, log
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


def clock() -> Callable[[], Instant]:
    """The clock of such a program."""
    ahead = int(os.environ.get(_AHEAD, "0"))
    return lambda: _real() + ahead


def _real() -> Instant:
    return int(time.time() * 1000)
