"""Asking the portal for a chart. Imported, with what counting needs, when the first one is asked for."""

from collections.abc import Callable, Mapping
from threading import Lock

from tui_admin.memory import give_back
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.rules.charts import Chart
from tui_admin.rules.errors import Cancelled
from tui_admin.rules.filters.days import Typed
from tui_admin.rules.progress import Progress
from tui_admin.rules.times import Instant

from ..session import Session

_TURN = Lock()
"""Charts are counted one at a time: what is stopped ends soon, and two at once take the memory of two."""


def read_chart(
    session: Session,
    now: Instant,
    name: str,
    typed: Typed,
    chosen: Mapping[str, str],
    told: Progress,
    stopped: Callable[[], bool],
) -> Chart:
    """A chart for what was typed and chosen. To be called in a thread. Raises a ConsoleError as
    `portal.analytics.reading.read` does: Cancelled at once, where it was stopped before its turn came."""
    asked = Asked(name, typed.where, typed.since, typed.until, dict(chosen))
    at = Moments(now, session.clock())
    with _TURN:
        if stopped():
            raise Cancelled("Counting was stopped.")
        try:
            return read(session.store, session.actor, asked, at, progress=told, cancelled=stopped)
        finally:
            give_back()


def how_far(word: str, done: int, of: int) -> str:
    """What is being done, with how much of it is."""
    return f"{word}, {done * 100 // of} %" if of else word
