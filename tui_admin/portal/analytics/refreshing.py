"""Bringing what charts are counted from up to date: ratings, columns, and the answers kept of them.

It is upkeep and acts for nobody: who may look at a chart is asked where charts are read. One process does it at a time;
readers go on with the version before until the new one is whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ...rules.errors import Cancelled
from ...rules.times import Instant
from ...store.analytics import refresh as store_refresh
from ...store.analytics import versions
from ...store.analytics.columns import Columns
from ...store.analytics.refresh import Progress
from ...store.analytics.versions import Version
from ...store.engine import Store
from ...store.locks import alone
from ...store.tables import organization
from . import answers, registry
from .counting import chart_of
from .rating import rate


def unheard(_word: str, _done: int, _of: int) -> None:
    """Progress that nobody looks at."""


HARMLESS = frozenset(
    {
        "add key",
        "ask for a link to join",
        "ask for report",
        "change program",
        "create organization",
        "decide on mails in doubt",
        "export benchmark",
        "export person",
        "import benchmark",
        "fetch report",
        "make report",
        "note bounces",
        "queue deadline mails",
        "queue license alerts",
        "remove key",
        "resume delivery",
        "run report schedule",
        "send message",
        "suppress address",
        "test message",
        "unsuppress address",
    }
)
"""Actions of the journal that no chart changes by."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """The version that charts are counted from (None: there is none), and how many acts since may change a chart."""

    version: Version | None
    changes: int

    @property
    def is_stale(self) -> bool:
        """Whether counting anew may give other charts."""
        return self.version is None or self.changes > 0


def staleness(connection: Connection) -> Staleness:
    """How far the charts are behind the store."""
    version = versions.current(connection)
    if version is None:
        return Staleness(None, 0)
    changes = versions.changes_since(connection, version.head_id, HARMLESS)
    stored = connection.execute(select(organization.c.time_zone)).scalar_one_or_none()
    changes += versions.replay(connection) != version.replay_id
    return Staleness(version, changes + (stored is not None and stored != version.time_zone))


def refresh(
    store: Store,
    now: Instant,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Count anew where anything changed that a chart may show; whether that was so. `now` is the clock's moment.

    Waits where another process is at it. Raises Cancelled, and leaves what was there as it was, where `cancelled` says
    so; killed, it does so too.
    """

    def check() -> None:
        if cancelled():
            raise Cancelled("Counting was stopped; the charts are as they were.")

    with alone(store, "counting", check):
        return _refresh(store, now, progress, cancelled, check)


def _refresh(
    store: Store, now: Instant, progress: Progress, cancelled: Callable[[], bool], check: Callable[[], None]
) -> bool:
    store_refresh.clear(store, check=check)
    with store.read() as connection:
        if not staleness(connection).is_stale:
            return False
    rate(store, now, progress=progress, cancelled=cancelled)
    with store.read() as connection:
        version = store_refresh.build(store, connection, now, progress=progress, check=check)
    progress("charts", 0, 0)
    with store.read() as connection:
        kept = dict(_answers(Columns(connection, version), check))
    with store.write() as connection:
        for name, content in kept.items():
            versions.keep(connection, version.id, name, content)
        versions.put_in_place(connection, version.id)
    store_refresh.clear(store)
    return True


def _answers(columns: Columns, check: Callable[[], None]) -> Iterator[tuple[str, str]]:
    for name in registry.MODULES:
        check()
        maker = registry.maker(name)
        if maker.is_kept:
            yield name, answers.packed(chart_of(maker, columns, {}, check=check))
