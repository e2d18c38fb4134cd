"""Bringing what charts are counted from up to date: ratings, columns, and the answers kept of them.

It is upkeep and acts for nobody: who may look at a chart is asked where charts are read. One process does it at a time;
readers go on with the version before until the new one is whole.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ...rules.errors import Cancelled
from ...rules.progress import Progress, unheard
from ...rules.times import Instant
from ...store import journal as store_journal
from ...store.analytics import refresh as store_refresh
from ...store.analytics import versions
from ...store.analytics.columns import Columns
from ...store.engine import Store
from ...store.locks import alone
from ..ratings.rating import rate
from ..ratings.runs import Run
from . import answers, registry
from .counting import chart_of
from .staleness import changes_of, forgotten_by, staleness


@dataclass(frozen=True, slots=True)
class Counted:
    """What was done: the rating that was brought up to date (None: nothing was ever handed in), and how many seconds
    all of it took."""

    run: Run | None
    seconds: float


def refresh(
    store: Store,
    now: Instant,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Counted | None:
    """Count anew where anything changed that a chart may show; None where nothing did. `now` is the clock's moment.

    Waits where another process is at it. Raises Cancelled, and leaves what was there as it was, where `cancelled` says
    so; killed, it does so too.
    """

    def check() -> None:
        if cancelled():
            raise Cancelled("Counting was stopped; the charts are as they were.")

    if not store.exists:
        return None
    with alone(store, versions.LOCK, check):
        begun = time.monotonic()
        store_refresh.clear(store, check=check)
        with store.read() as connection:
            if not staleness(connection).is_stale:
                return None
            # Before attempts are read to be rated: what is handed in after that makes charts stale again.
            head, _ = store_journal.read_head(connection)
        run = rate(store, now, progress=progress, cancelled=cancelled)
        _count(store, now, head, progress, check)
        return Counted(run, time.monotonic() - begun)


def _count(store: Store, now: Instant, head: int, progress: Progress, check: Callable[[], None]) -> None:
    """Make a version with its answers, and have it take the place of the one before."""
    with store.read() as connection:
        version = store_refresh.build(store, connection, now, head, progress=progress, check=check)
    progress("charts", 0, 0)
    with store.read() as connection:
        kept = dict(_answers(Columns(connection, version), registry.MODULES, check))
    with store.write() as connection:
        store_journal.lock_head(connection)
        since = versions.actions_since(connection, version.head_id)
        is_as_it_was, forgotten = not changes_of(since), forgotten_by(since)
        for name, content in kept.items():
            # Who was erased meanwhile may stand in what names people.
            if name not in forgotten and (is_as_it_was or registry.maker(name).is_masked):
                versions.keep(connection, version.id, name, content)
        versions.put_in_place(connection, version.id)
    keep_anew(store, forgotten)
    store_refresh.clear(store)


def keep_anew(store: Store, charts: Iterable[str]) -> None:
    """Count some charts anew from the columns there are, and keep them: what they show beside these changed. Where it
    changed once more meanwhile, whoever did that keeps them."""
    with store.read() as connection:
        head, _ = store_journal.read_head(connection)
        version = versions.current(connection)
        if version is None:
            return
        kept = dict(_answers(Columns(connection, version), charts, lambda: None))
    with store.write() as connection:
        store_journal.lock_head(connection)
        now = versions.current(connection)
        is_known = forgotten_by(versions.actions_since(connection, head)).isdisjoint(kept)
        if is_known and now is not None and now.id == version.id:
            versions.forget_answers(connection, kept)
            for name, content in kept.items():
                versions.keep(connection, version.id, name, content)


def _answers(columns: Columns, charts: Iterable[str], check: Callable[[], None]) -> Iterator[tuple[str, str]]:
    for name in charts:
        check()
        maker = registry.maker(name)
        if maker.is_kept:
            yield name, answers.packed(chart_of(maker, columns, {}, check=check))
