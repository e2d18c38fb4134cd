"""Rating and counting anew after what changed the store: told on stderr, and never what a command fails by."""

from threading import Event
from typing import TYPE_CHECKING

from ..rules.errors import Cancelled, ConsoleError
from .context import Context
from .output import talk
from .progress import Progress

if TYPE_CHECKING:
    from ..portal.analytics.refreshing import Counted


def count_anew(context: Context, told: Progress, stop: Event, *, quiet: bool = False) -> None:
    """Bring ratings and charts up to date. What goes wrong here is told; what was done before is done. `quiet` says
    nothing of what went well: for commands that print one document."""
    from ..portal.analytics.refreshing import refresh

    try:
        found = refresh(context.store, context.clock, progress=told, cancelled=stop.is_set)
    except Cancelled:
        said = "Charts are not counted yet: they are when one is looked at."
    except ConsoleError as error:
        said = f"Charts are not counted yet: {error}"
    except Exception as error:
        said = f"Charts are not counted yet ({type(error).__name__}); the details are in {_written(error)}."
    else:
        said = "" if found is None or quiet else _done(found)
    told.clear()
    if said:
        talk(said)


def _done(counted: "Counted") -> str:
    run = counted.run
    rated = f"Rated {run.rated:,} attempts in {run.seconds:.1f} s" if run and run.rated else "Nothing new to rate"
    return f"{rated}; charts counted in {counted.seconds:.1f} s."


def _written(error: Exception) -> str:
    from .errors import write_down

    try:
        return str(write_down(error))
    except OSError as problem:
        return f"no log file: {problem.strerror}"
