"""Asking the portal for a chart. Imported, with what counting needs, when the first one is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.rules.charts import Chart
from tui_admin.rules.times import Instant

from ..session import Session
from .asking import Typed

_NO_DAYS = "It shows how things stand: from: and to: change nothing here."


def read_chart(
    session: Session,
    now: Instant,
    name: str,
    typed: Typed,
    chosen: Mapping[str, str],
    told: Callable[[str], None],
    stopped: Callable[[], bool],
) -> Chart:
    """A chart for what was typed and chosen; days that mean nothing to it are left out, and it says so. To be called
    in a thread. Raises a ConsoleError as `portal.analytics.reading.read` does."""
    has_days = registry.maker(name).has_dates
    days = (typed.since, typed.until) if has_days else (None, None)
    asked = Asked(name, typed.where, *days, choices=dict(chosen))
    at = Moments(now, session.clock())
    chart = read(session.store, session.actor, asked, at, progress=told, cancelled=stopped)
    is_ignored = not has_days and (typed.since is not None or typed.until is not None)
    return replace(chart, notes=(*chart.notes, _NO_DAYS)) if is_ignored else chart
