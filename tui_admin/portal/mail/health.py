"""Whether mail leaves, as `doctor` sees it without asking the server: `check_mail` does that."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from ...mail.server import where_mail_goes
from ...mail.settings import MailSettings
from ...rules.errors import ConsoleError
from ...rules.mailing import PENDING, MailState
from ...rules.times import Instant, age
from ...store import health
from ...store.mail import delivery, senders
from ..checks import Check, Finding


def server_check(settings: Callable[[], MailSettings], folder: Path) -> Check:
    """Where mail goes; `settings` reads that from file and environment and may refuse them."""
    try:
        found = settings()
    except ConsoleError as error:
        return Check("mail server", Finding.FAIL, str(error), "See docs/mail.md.")
    said = where_mail_goes(found, folder)
    if found.server is None:
        return Check("mail server", Finding.WARN, said, "Nobody gets mail before that.")
    return Check("mail server", Finding.OK, said)


def outbox_check(connection: Connection, clock: Instant) -> Check:
    """What waits, whether anything holds it back, and whether a sender lives."""
    counts = health.unsettled_mails(connection)
    standing = delivery.standing(connection)
    doubtful, waiting = counts.get(MailState.UNKNOWN, 0), sum(counts.get(state, 0) for state in PENDING)
    told = [f"{number:,} {what}" for number, what in ((waiting, "waiting"), (doubtful, "in doubt")) if number]
    said = ", ".join(told) or "none is waiting"
    if standing.paused_at is not None:
        return Check(
            "mail",
            Finding.WARN,
            f"{said}; all paused: {standing.pause_reason}",
            "Once that is settled: tui-admin worker --resume.",
        )
    if standing.broken_until is not None and standing.broken_until > clock:
        said += f"; tried again {age(standing.broken_until, clock)}: {standing.broken_reason}"
        return Check("mail", Finding.WARN, said, "Try the server: tui-admin mail test.")
    if waiting:
        alive = max((sender.heartbeat_at for sender in senders.running(connection)), default=None)
        sender = "no sender runs" if alive is None else f"a sender was last alive {age(alive, clock)} ago"
        return Check("mail", Finding.WARN, f"{said}; {sender}", "Is a worker running? tui-admin worker.")
    if doubtful:
        return Check("mail", Finding.WARN, said, "Say what became of them: tui-admin outbox resolve.")
    return Check("mail", Finding.OK, said)
