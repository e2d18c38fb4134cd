"""Whether reports are made, as `doctor` sees it."""

from sqlalchemy import Connection

from ...rules.times import HOUR, Instant, age
from ...store import report_requests, schedules
from ...store.mail import senders
from ..checks import Check, Finding

_LOOKED_WITHIN = 2 * HOUR


def reports_check(connection: Connection, clock: Instant) -> Check:
    """What waits to be made, and whether a worker looks at the schedule where there is one."""
    scheduled = schedules.any_put(connection)
    waiting = report_requests.any_asked(connection)
    said = ("a schedule is set" if scheduled else "none is scheduled") + ("; some wait to be made" if waiting else "")
    looked = senders.last_alive(connection)
    if not (scheduled or waiting) or (looked is not None and clock - looked <= _LOOKED_WITHIN):
        return Check("reports", Finding.OK, said)
    ago = "no worker has ever looked" if looked is None else f"the last worker looked {age(looked, clock)} ago"
    return Check("reports", Finding.WARN, f"{said}; {ago}", "Keep one running: tui-admin worker.")
