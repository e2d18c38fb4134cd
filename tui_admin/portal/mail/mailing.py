"""Mail as part of another act: to members, or to whoever acts, inside the transaction of what it tells of.

Nothing is sent here; the mails wait in the outbox from the commit on. The act journals them with itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap
from sqlalchemy import Connection

from ...mail.compose import compile_message
from ...mail.message import MessageText
from ...rules.mailing import MessageState, Purpose
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.mail import enqueue, recipients
from ...store.mail import messages as store_messages
from .. import rights
from .letterhead import Letterhead, compiled_with, letterhead, text_of
from .queueing import Batch, Sieve, queue


@dataclass(frozen=True, slots=True)
class Mailed:
    """What was queued: the message (None where nobody gets it), how many mails, and the memberships left out by
    reason (words for a person)."""

    message_id: int | None
    queued: int
    left_out: Mapping[str, BitMap] = field(default_factory=dict)


NEEDS: Mapping[Purpose, Right] = {Purpose.INVITATION: Right.INVITE, Purpose.EXIT: Right.REMOVE}
"""What right a mail about a membership needs, where it is not that to message members."""


def mail_members(
    connection: Connection,
    actor: Actor,
    purpose: Purpose,
    membership_ids: BitMap,
    now: Instant,
    *,
    text: MessageText | None = None,
    program_id: int | None = None,
    send_at: Instant | None = None,
) -> Mailed:
    """Queue a mail about each of the memberships, due now or at `send_at`; who must not get one is left out and named.

    Without a `text` it says what the program or organization wrote for the purpose, else the built-in words. Raises
    UsageError where mail cannot be sent at all, BadInput for a text that cannot be filled, NotAllowed.
    """
    actor.require(NEEDS.get(purpose, Right.MESSAGE), program_id)
    head = letterhead(connection)
    text = text or text_of(connection, purpose, program_id)
    compiled = compiled_with(head, text, purpose)
    enqueue.wait_for_others(connection)
    sieve = Sieve(purpose, recipients.excluded(connection, purpose, now - head.quiet_period), compiled)
    values = {"program_id": program_id, "send_at": send_at}
    batch = begin(connection, actor, purpose, text, head, now, values)
    queued = queue(connection, batch, membership_ids, sieve, now, scope=rights.scope(actor))
    if not queued:
        store_messages.drop(connection, batch.message_id)
    return Mailed(batch.message_id if queued else None, queued, dict(sieve.left))


def mail_administrator(
    connection: Connection,
    actor: Actor,
    purpose: Purpose,
    address: str,
    text: MessageText | None,
    now: Instant,
    *,
    fields: Mapping[str, str] = {},
    attachment: tuple[str, bytes] | None = None,
    head: Letterhead | None = None,
) -> Mailed:
    """Queue one mail to an administrator, filled with `fields`, with a file (name and content) if so wished; without a
    `text` in the built-in words, without a `head` in the organization's name."""
    head = head or letterhead(connection)
    text = text or text_of(connection, purpose)
    compile_message(text, head.frozen, purpose)
    batch = begin(connection, actor, purpose, text, head, now, {})
    enqueue.put(connection, [batch.mail(address, fields, attachment)])
    return Mailed(batch.message_id, 1)


def begin(
    connection: Connection,
    actor: Actor,
    purpose: Purpose,
    text: MessageText,
    head: Letterhead,
    now: Instant,
    values: Mapping[str, int | None],
) -> Batch:
    """Make the message whose mails are to be queued: under way from `now` on, or from its `send_at` in `values`."""
    due = max(now, values.get("send_at") or now)
    message_id = store_messages.add(
        connection,
        {
            "kind": purpose,
            "state": MessageState.SCHEDULED if due > now else MessageState.SENDING,
            "created_by": actor.email,
            "created_at": now,
            "changed_at": now,
            "subject": text.subject,
            "body": text.body,
            "button_text": text.button_text,
            "button_url": text.button_url,
            "frozen": head.frozen.to_json(),
            **values,
        },
    )
    return Batch(message_id, purpose, head, due)
