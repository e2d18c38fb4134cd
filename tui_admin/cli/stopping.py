"""Long work that Ctrl-C stops at a safe place."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread

from ..rules.errors import Cancelled
from .writing import InterruptedByPerson


@contextmanager
def stopped_by_ctrl_c(stop: Event) -> Iterator[None]:
    """Let Ctrl-C stop the work at its next safe place, also while the database is busy; a second one breaks it off."""
    if current_thread() is not main_thread():
        yield
        return
    usual = signal.getsignal(signal.SIGINT)

    def ask(*_args: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, ask)
    try:
        yield
    except Cancelled:
        if stop.is_set():
            raise InterruptedByPerson("Interrupted; nothing was changed.") from None
        raise
    finally:
        signal.signal(signal.SIGINT, usual)
