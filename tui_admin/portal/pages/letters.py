"""Mails that follow from what learners do on the pages: one message a day for each program and purpose, which further
mails are added to, so that a list of messages stays one that a person can read."""

from collections.abc import Collection
from functools import lru_cache

from pyroaring import BitMap
from sqlalchemy import Connection

from ...mail.compose import compile_message
from ...mail.message import MessageText
from ...rules.mailing import MessageState, Purpose
from ...rules.times import DAY, Instant
from ...store.mail import messages as store_messages
from ...store.mail import recipients
from ..mail.letterhead import Letterhead, can_mail, letterhead, text_of
from ..mail.mailing import begin
from ..mail.queueing import Batch, Sieve, queue
from .learners import LEARNER

_MOST = 2_000
"""Mails of a message, which are counted for each that is added."""

_compiled = lru_cache(maxsize=16)(compile_message)


def write_to(
    connection: Connection,
    purpose: Purpose,
    program_id: int,
    people: dict[int, int],
    now: Instant,
) -> int:
    """Queue a mail about each of the memberships of a program (with their learners), due now; how many. Who must not
    get one is left out; nobody gets any where no address is set that mail comes from."""
    if not can_mail(connection):
        return 0
    head, text = letterhead(connection), text_of(connection, purpose, program_id)
    compiled = _compiled(text, head.frozen, purpose)
    sieve = Sieve(purpose, recipients.excluded(connection, purpose, None, people.values()), compiled)
    batch = _batch(connection, purpose, program_id, text, head, people.keys(), now)
    queued = queue(connection, batch, BitMap(people), sieve, now)
    if not queued and not batch.queued:
        store_messages.drop(connection, batch.message_id)
    return queued


def _batch(
    connection: Connection,
    purpose: Purpose,
    program_id: int,
    text: MessageText,
    head: Letterhead,
    membership_ids: Collection[int],
    now: Instant,
) -> Batch:
    """The message of the day, opened again, or a new one where there is none that says the same."""
    alike = {
        "kind": purpose.value,
        "program_id": program_id,
        "frozen": head.frozen.to_json(),
        "subject": text.subject,
        "body": text.body,
    }
    found = store_messages.collecting(connection, alike, now - DAY, _MOST, membership_ids)
    if found is None:
        return begin(connection, LEARNER, purpose, text, head, now, {"program_id": program_id})
    message_id, queued = found
    opened = {"state": MessageState.SENDING, "finished_at": None, "changed_at": now}
    store_messages.change(connection, message_id, opened)
    return Batch(message_id, purpose, head, now, queued=queued)
