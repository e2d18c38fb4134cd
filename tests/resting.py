"""Waiting for a program of this process to come to rest, for no longer than that takes.

Textual's tests sleep for a while and look whether the processor was needed meanwhile. An event loop knows better: where
nothing is ready, no timer is due and no thread is at work, sleeping shows nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import process_time

_STEP = 0.002
_WHILE = 0.02
_SPENT = _WHILE / 20
"""Seconds that Textual sleeps, and of the processor's time in them from which on the program is at work."""


async def rest(seconds: float) -> bool:
    """Let what is to be done be done for some seconds; where nothing would happen in them, end at once, and say so."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        for _ in range(2):  # what arrived is found before the second
            await asyncio.sleep(0)
        if not _will_work(loop, until):
            return True
        await asyncio.sleep(0 if loop._ready else _STEP)  # type: ignore[attr-defined]
    return False


async def wait_for_idle(min_sleep: float = _WHILE, max_sleep: float = 1) -> None:
    """In place of Textual's function of this name: ends when that would, or before, where it would wait for nothing."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    while loop.time() - start < max_sleep:
        before = process_time()
        is_at_rest = await rest(_WHILE)
        if is_at_rest or (loop.time() - start > min_sleep and process_time() - before < _SPENT):
            return


def _will_work(loop: asyncio.AbstractEventLoop, until: float) -> bool:
    """Whether something runs, or will before a moment of the loop's clock."""
    timers = loop._scheduled  # type: ignore[attr-defined]
    is_due = any(timer._when < until and not timer._cancelled for timer in timers)
    return bool(loop._ready) or is_due or _threads_work(loop._default_executor)  # type: ignore[attr-defined]


def _threads_work(threads: ThreadPoolExecutor | None) -> bool:
    return threads is not None and (
        threads._work_queue.qsize() > 0 or threads._idle_semaphore._value < len(threads._threads)
    )
