"""Asking for a chart: who may, what is meant by the filter, and whether what was kept still holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ...rules.charts import Chart
from ...rules.errors import BadInput, Cancelled, StoreError
from ...rules.filters import All, Node
from ...rules.progress import Progress, unheard
from ...rules.roles import Actor, Right
from ...rules.times import Instant, age, to_datetime
from ...store import interruption
from ...store.analytics import versions
from ...store.analytics.columns import Columns
from ...store.analytics.versions import Version
from ...store.engine import Store
from ...store.sizes import is_large
from .. import counts
from ..scope import filter_context
from . import answers, refreshing, registry
from .counting import chart_of
from .making import Maker
from .masks import Mask, mask
from .refreshing import Counted
from .staleness import Staleness, staleness

__all__ = ["Asked", "Moments", "read", "refresh"]

_STOPPED = "Counting was stopped."

_NO_DATES = "This shows how things stand: the days asked for change nothing here."


@dataclass(frozen=True, slots=True)
class Asked:
    """A chart by name; whom it is to be about (`where`), from which day to which (both included), and what is chosen,
    by the name of the choice."""

    chart: str
    where: Node = field(default_factory=All)
    since: date | None = None
    until: date | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moments:
    """What time it is: `now` for the filter's statuses and ages, `clock` for writing down when it was counted."""

    now: Instant
    clock: Instant


def read(
    store: Store,
    actor: Actor,
    asked: Asked,
    at: Moments,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Chart:
    """The chart. A small store is counted anew where it changed; of a large one the last count is shown, with a note.

    `progress` is told in a word what is done, how much of it, and of how much (0: unknown). Raises NotAllowed, BadInput
    for a chart, choice or filter that is none, and Cancelled where `cancelled` says so.
    """
    actor.require(Right.ANALYTICS)
    maker = registry.maker(asked.chart)
    _check_dates(asked)
    unmeant = not maker.has_dates and (asked.since or asked.until)
    if unmeant:
        asked = replace(asked, since=None, until=None)
    with store.read() as connection:
        standing, is_much = staleness(connection), is_large(connection)
    notes: tuple[str, ...] = ()
    if standing.is_stale:
        if not is_much and not store.read_only:
            notes = _brought_up_to_date(store, standing, at.clock, progress, cancelled)
        else:
            notes = (_stale_note(standing, at.clock, _way_out(store)),)
    with store.read() as connection, interruption.watched(connection, cancelled, _STOPPED):
        version = versions.current(connection) or _NOTHING
        chart = _kept(connection, version, maker, asked, at)
        if chart is None:
            columns = Columns(connection, version)
            chart = _counted(columns, maker, asked, _mask(columns, asked.where, actor, at), at, cancelled)
    if unmeant:
        notes = (*notes, _NO_DATES)
    return replace(chart, notes=(*chart.notes, *notes))


def refresh(
    store: Store,
    actor: Actor,
    clock: Instant,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Counted | None:
    """Count anew because a person wants it; None where there was nothing new. Raises NotAllowed and Cancelled."""
    actor.require(Right.ANALYTICS)
    return refreshing.refresh(store, clock, progress=progress, cancelled=cancelled)


_ANEW = "A worker counts anew now and then, recount (or --refresh) at once."
_TO_WRITE = "This store was opened to read only, so that nothing is counted: open it to write, or have a worker run."

_NOTHING = Version(0, 0, 0, None, "UTC", None, {})
"""What is counted from where nothing was counted yet."""


def _brought_up_to_date(
    store: Store, standing: Staleness, clock: Instant, progress: Progress, cancelled: Callable[[], bool]
) -> tuple[str, ...]:
    """Count anew; where the store does not let us, and there is a last count, a note instead."""
    try:
        refreshing.refresh(store, clock, progress=progress, cancelled=cancelled)
    except StoreError as error:
        if standing.version is None:
            raise
        return (_stale_note(standing, clock, f"Now it could not be counted: {error}"),)
    return ()


def _check_dates(asked: Asked) -> None:
    if asked.since and asked.until and asked.until < asked.since:
        raise BadInput(f"The last day, {asked.until}, is before the first, {asked.since}.")


def _way_out(store: Store) -> str:
    """What becomes of charts that are stale."""
    if counts.is_under_way(store):
        return "It is being counted anew."
    return _TO_WRITE if store.read_only else _ANEW


def _stale_note(standing: Staleness, clock: Instant, way_out: str) -> str:
    if standing.version is None:
        return f"Nothing was counted yet. {way_out}"
    made, changes = age(standing.version.made_at, clock), standing.changes
    return f"Counted {made} ago, {changes:,} change{'' if changes == 1 else 's'} since. {way_out}"


def _kept(connection: Connection, version: Version, maker: Maker, asked: Asked, at: Moments) -> Chart | None:
    usual = {choice.name: choice.chosen for choice in maker.choices}
    is_plain = isinstance(asked.where, All) and asked.since is None and asked.until is None
    if not is_plain or {**usual, **asked.choices} != usual:
        return None
    if maker.is_of_a_day and _day(version, at.clock) != _day(version, version.made_at):
        return None
    content = versions.kept(connection, version.id, maker.name)
    return None if content is None else answers.unpacked(content)


def _day(version: Version, moment: Instant) -> date:
    return to_datetime(moment, ZoneInfo(version.time_zone)).date()


def _counted(
    columns: Columns, maker: Maker, asked: Asked, left: Mask | None, at: Moments, cancelled: Callable[[], bool]
) -> Chart:
    def check() -> None:
        if cancelled():
            raise Cancelled(_STOPPED)

    return chart_of(
        maker,
        columns,
        asked.choices,
        where=asked.where,
        asked=left,
        since=asked.since,
        until=asked.until,
        clock=at.clock,
        check=check,
    )


def _mask(columns: Columns, where: Node, actor: Actor, at: Moments) -> Mask | None:
    if isinstance(where, All):
        return None
    return mask(columns, where, filter_context(columns.connection, actor, where, at.now))
