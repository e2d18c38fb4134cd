"""A sender as a whole program runs it: the only one of an embedded store, over the server of the settings."""

import asyncio
import random
import secrets
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

from ..mail.server import transport
from ..mail.settings import MailSettings
from ..rules.errors import StoreError
from ..rules.mailing import MailState
from ..rules.times import Instant
from ..store import senders
from ..store.engine import Store
from . import places
from .process import Surroundings, Until, deliver

_LOOK_AGAIN = 0.5
"""Seconds between two looks whether another sender has ended."""

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

    Where another sender is at work on an embedded store, one that ends when nothing is due waits for it; raises
    StoreError for any other, MailError where nothing can be sent.
    """
    while True:
        with senders.alone(store) as mine:
            if mine:
                outside = Surroundings(clock, random.random, secrets.token_hex(8), places.machine_id(), tell, progress)
                return _run(deliver(store, transport(settings, folder), until, outside))
        if until is not Until.IDLE:
            raise StoreError("Another sender is at work on this store; one is enough.")
        sleep(_LOOK_AGAIN)


def _run(main: Coroutine[Any, Any, Result]) -> Result:
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
