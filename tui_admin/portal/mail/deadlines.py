"""Deadline mails: members are told what is due soon, where an administrator switched that on.

A sender looks now and then. Looking takes seconds among a million members, so it is done while others may write; what
it found is queued in a transaction of its own.
"""

from collections.abc import Sequence
from dataclasses import replace

from pyroaring import BitMap
from sqlalchemy import Connection, select

from ...mail.compose import compile_message
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Role
from ...rules.text import stripped
from ...rules.times import DAY, Instant
from ...store.mail import deadlines, delivery, enqueue, recipients
from ...store.mail import messages as store_messages
from ...store.mail.deadlines import Deadline
from ...store.tables import organization
from .. import journal
from .letterhead import Letterhead, can_mail, letterhead, text_of
from .mailing import begin
from .queueing import Occasion, Sieve, queue

ACTION = "queue deadline mails"

_BY_ITSELF = Actor(delivery.BY_ITSELF, Role.ORGANIZATION)

Untold = Sequence[tuple[Deadline, BitMap]]
"""Deadlines with the memberships to be told of them."""


def look(connection: Connection, now: Instant) -> Untold:
    """The deadlines within the days that are set, with the members who have not handed in and were not told yet;
    nothing where deadline mails are off or no address is set that mail comes from."""
    days = _days(connection)
    return list(deadlines.untold(connection, now, now + days * DAY)) if days and can_mail(connection) else []


def queue_found(connection: Connection, found: Untold, now: Instant) -> int:
    """Queue a mail for each membership and deadline of a look, due now; how many. Whoever looked at the same time, and
    whatever was queued since, nobody is told twice; who must not be written to is left out, and within the quiet period
    found again by later looks."""
    if not (found and _days(connection) and can_mail(connection)):
        return 0
    enqueue.wait_for_others(connection)
    head, text = letterhead(connection), text_of(connection, Purpose.DEADLINE)
    sieve = Sieve(
        Purpose.DEADLINE,
        recipients.excluded(connection, Purpose.DEADLINE, now - head.quiet_period),
        compile_message(text, head.frozen, Purpose.DEADLINE),
    )
    batch = begin(connection, _BY_ITSELF, Purpose.DEADLINE, text, head, now, {})
    queued = 0
    for due, ids in found:
        told_of = replace(batch, occasion=_occasion(due, head), queued=queued)
        queued += queue(connection, told_of, ids - enqueue.told(connection, due.mark), sieve, now)
    if not queued:
        store_messages.drop(connection, batch.message_id)
        return 0
    details = {"message": batch.message_id, "queued": queued}
    summary = f"Queued {queued:,} deadline mail{'' if queued == 1 else 's'}"
    journal.append(connection, _BY_ITSELF, now, action=ACTION, summary=summary, details=details)
    return queued


def _days(connection: Connection) -> int | None:
    days: int | None = connection.execute(select(organization.c.deadline_mail_days)).scalar_one_or_none()
    return days


def _occasion(due: Deadline, head: Letterhead) -> Occasion:
    day = recipients.day(due.at, head.zone)
    return Occasion(due.mark, {"assessment": stripped(due.assessment), "course": stripped(due.course), "deadline": day})
