"""A sender as a whole program runs it: the only one of an embedded store, over the server of the settings."""

import asyncio
import random
import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from ..mail.sending import Tempo
from ..mail.server import transport
from ..mail.settings import MailSettings
from ..rules.errors import StoreError
from ..rules.mailing import MailState
from ..rules.times import Instant
from ..store import report_requests
from ..store.engine import Store
from ..store.mail import outbox, places, senders
from .process import Rhythm, Surroundings, Until, deliver

_LOOK_AGAIN = 0.5
"""Seconds between two looks whether another sender has ended."""

_GIVES_UP_AFTER = {Until.ONCE: 1, Until.IDLE: 3}
"""Breaks in a row, after the server could not be reached, that a sender with an end puts up with; others go on."""

Result = TypeVar("Result")


def run(
    store: Store,
    settings: MailSettings,
    folder: Path,
    until: Until,
    *,
    clock: Callable[[], Instant],
    tell: Callable[[str], None],
    progress: Callable[[Mapping[MailState, int]], None] = lambda _: None,
) -> Mapping[MailState, int]:
    """Send what is due; how many tries ended how. Mails go to `folder` where no server is set.

    Where another sender is at work on an embedded store, one without an end waits for its turn, and one that ends when
    nothing is due waits for that; raises StoreError for any other, MailError where nothing can be sent.
    """
    if store.read_only:
        raise StoreError(f"The store {store.label} was opened to read only; nothing can be sent from it.")
    if not store.exists:
        if until is not Until.STOPPED:
            return {}
        store.create()
    told = False
    while True:
        with senders.alone(store) as mine:
            if mine:
                outside = Surroundings(clock, random.random, secrets.token_hex(8), places.machine_id(), tell, progress)
                rhythm = Rhythm(Tempo(give_up_after=_GIVES_UP_AFTER.get(until)))
                return _run(deliver(store, transport(settings, folder), until, outside, rhythm))
        if until not in (Until.STOPPED, Until.IDLE):
            raise StoreError("Another sender is at work on this store; one is enough.")
        if until is Until.IDLE and not _is_due(store, clock()):
            return {}
        if not told:
            tell("Another sender is at work on this store; this one waits.")
        told = True
        sleep(_LOOK_AGAIN)


def _is_due(store: Store, now: Instant) -> bool:
    with store.read() as connection:
        return outbox.outlook(connection, now).due or bool(report_requests.due(connection, now))


def _run(main: Coroutine[Any, Any, Result]) -> Result:
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
