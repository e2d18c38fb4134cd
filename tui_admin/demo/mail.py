"""Mail of the demo: letters that were sent and what became of each, drafts, one held back, whom nothing is sent to.

All is queued as the portal queues it, and settled as a server might have answered. Nothing is left that a sender would
look after.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, bindparam, func, insert, select, update

from ..portal import journal
from ..portal.inviting.invitation_acts import RESEND
from ..portal.mail import sending
from ..portal.mail.drafts import Draft, create
from ..portal.mail.letterhead import compiled_with, letterhead
from ..portal.mail.mailing import begin
from ..portal.mail.queueing import Sieve, queue
from ..rules.leaving_out import Suppression
from ..rules.mailing import MailState, MessageState, Purpose
from ..rules.roles import Actor, Role
from ..rules.times import DAY, MINUTE, Instant
from ..store.inviting import invitations as store_invitations
from ..store.mail import messages as store_messages
from ..store.mail import recipients
from ..store.mail import suppressions as store_suppressions
from ..store.selection import among
from ..store.tables import delivery_attempts, learners, memberships, outbox
from .calendar import Calendar
from .letters import AHEAD, DRAFTS, HOUR_STOPPED, SENT, STOPPED, Letter
from .programs import ADMINISTRATORS

MOST = 2_000
"""Mails that a letter has at most, however large the demo is."""

_PACE = 32
"""Milliseconds from one mail to the next."""

_HELD_BACK = "Held back in the demo, so that nothing leaves by accident. Resumed, it is sent at its time."


@dataclass(frozen=True, slots=True)
class _Try:
    """What a server said to one try, so many minutes after the mail's turn came."""

    phase: str
    code: int
    enhanced: str
    text: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class _End:
    """How a mail may end, `weight` of 1,000 times: its tries, and whether nothing is sent to the address any more; one
    that came `back` was taken by the server and returned by another."""

    weight: int
    state: MailState
    tries: tuple[_Try, ...]
    suppress: bool = False
    back: str = ""


_TAKEN = _Try("body", 250, "2.0.0", "Ok: queued")
_GREYLISTED = _Try("rcpt", 450, "4.2.0", "Greylisted, try again later")
_FULL = tuple(_Try("rcpt", 452, "4.2.2", "Mailbox full", after) for after in (0, 5, 15, 35, 75, 142))
_ENDS = (
    _End(945, MailState.SENT, (_TAKEN,)),
    _End(24, MailState.SENT, (_GREYLISTED, _Try("body", 250, "2.0.0", "Ok: queued", 5))),
    _End(11, MailState.FAILED, (_Try("rcpt", 550, "5.1.1", "User unknown"),), suppress=True),
    _End(9, MailState.BOUNCED, (_TAKEN,), suppress=True, back="The mailbox was closed"),
    _End(7, MailState.EXPIRED, _FULL),
    _End(4, MailState.FAILED, (_Try("body", 554, "5.7.1", "Message refused by policy"),)),
)
_WEIGHTS = list(accumulate(end.weight for end in _ENDS))


def fill(connection: Connection, rng: Random, calendar: Calendar) -> None:
    """Put the messages in, in the order of their moments."""
    _stop_some(connection, calendar)
    for letter in sorted(SENT, key=lambda letter: letter.moment(calendar)):
        _send(connection, letter, rng, calendar)
    for by, audience, text in DRAFTS:
        written = Draft(audience, text.subject, text.body, text.button_text or "", text.button_url or "")
        create(connection, _actor(by), written, calendar.at - (by + 1) * DAY)
    _hold_back(connection, calendar)


def _actor(place: int) -> Actor:
    email, programs = ADMINISTRATORS[place]
    if programs is None:
        return Actor(email, Role.ORGANIZATION)
    return Actor(email, Role.PROGRAM, frozenset(programs))


def _send(connection: Connection, letter: Letter, rng: Random, calendar: Calendar) -> None:
    at = letter.moment(calendar)
    message, sieve = _queue(connection, letter, at, at)
    if message is None:
        return
    rows = connection.execute(
        select(outbox.c.id, outbox.c.membership_id, outbox.c.address)
        .where(outbox.c.message_id == message)
        .order_by(outbox.c.id)
    ).all()
    ends = rng.choices(_ENDS, cum_weights=_WEIGHTS, k=len(rows))
    moments = [at + _PACE * (place + 1) for place in range(len(rows))]
    settled = list(zip((row.id for row in rows), ends, moments, strict=True))
    _settle(connection, settled)
    stopped = ((row.address, end, moment) for row, end, moment in zip(rows, ends, moments, strict=True) if end.suppress)
    store_suppressions.put(connection, (_stop(address, end, moment) for address, end, moment in stopped))
    last = max(moment + end.tries[-1].after * MINUTE for _, end, moment in settled)
    values = {"state": MessageState.SENT, "started_at": at, "finished_at": last, "changed_at": last}
    store_messages.change(connection, message, values)
    about = [row.membership_id for row in rows]
    if letter.listed:
        first = {"invited_at": at, "last_sent_at": at, "invited_by": _actor(letter.by).email}
        connection.execute(update(memberships).where(among(connection, memberships.c.id, about)).values(first))
    elif letter.purpose is Purpose.INVITATION:
        store_invitations.note_sent(connection, about, at)
    _journal(connection, letter, message, len(rows), sieve, at)


def _queue(connection: Connection, letter: Letter, written: Instant, due: Instant) -> tuple[int | None, Sieve]:
    """Queue a letter's mails; the message, None where nobody gets one."""
    head, text = letterhead(connection), letter.text
    compiled = compiled_with(head, text, letter.purpose)
    excluded = recipients.excluded(connection, letter.purpose, written - head.quiet_period)
    # Who has joined since was only invited then.
    trial, sieve = (Sieve(Purpose.CUSTOM if letter.listed else letter.purpose, excluded, compiled) for _ in range(2))
    ids = _whom(connection, letter, written)
    reading = recipients.read(connection, ids, {"name", *compiled.fields}, written, head.zone)
    # A message made in vain would leave a number out on PostgreSQL, and the same seed must give the same rows.
    if not any(trial.passing(people).membership_ids for people in reading):
        return None, sieve
    values = {"program_id": letter.program, "send_at": due if due > written else None}
    batch = begin(connection, _actor(letter.by), letter.purpose, text, head, written, values)
    queue(connection, batch, ids, sieve, written)
    return batch.message_id, sieve


def _whom(connection: Connection, letter: Letter, at: Instant) -> BitMap:
    column = memberships.c
    chosen = select(column.id).where(column.program_id == letter.program, letter.whom(at))
    return BitMap(connection.scalars(chosen.order_by(column.id).limit(MOST)))


def _settle(connection: Connection, settled: Iterable[tuple[int, _End, Instant]]) -> None:
    """Write how mails ended, and every try at them."""
    mails: list[dict[str, Any]] = []
    tries: list[dict[str, Any]] = []
    for id, end, at in settled:
        last = end.tries[-1]
        said = {"phase": last.phase, "code": last.code, "enhanced": last.enhanced, "text": end.back or last.text}
        moment = at + last.after * MINUTE
        mails.append({"mail_id": id, "ended": end.state, "tried": len(end.tries), "at": moment, **said})
        tries += _logged(id, end, at)
    ending = update(outbox).where(outbox.c.id == bindparam("mail_id"))
    ending = ending.values(
        state=bindparam("ended"),
        attempts=bindparam("tried"),
        next_at=None,
        inflight_at=bindparam("at"),
        final_at=bindparam("at"),
        last_phase=bindparam("phase"),
        last_code=bindparam("code"),
        last_enhanced=bindparam("enhanced"),
        last_text=bindparam("text"),
    )
    connection.execute(ending, mails)
    connection.execute(insert(delivery_attempts), tries)


def _logged(id: int, end: _End, at: Instant) -> Iterator[dict[str, Any]]:
    for one in end.tries:
        reply = f"{one.enhanced} {one.text}"
        yield {"outbox_id": id, "at": at + one.after * MINUTE, "phase": one.phase, "code": one.code, "reply": reply}


def _stop(address: str, end: _End, at: Instant) -> dict[str, object]:
    last = end.tries[-1]
    detail = f"5.1.1 {end.back}" if end.back else f"{last.enhanced} {last.text}"
    by = ADMINISTRATORS[0][0] if end.back else "delivery"
    return {"email": address, "reason": str(Suppression.BOUNCED), "detail": detail, "added_at": at, "added_by": by}


def _journal(connection: Connection, letter: Letter, message: int, mails: int, sieve: Sieve, at: Instant) -> None:
    left = {str(reason): len(ids) for reason, ids in sieve.left.items()}
    details = {"message": message, "subject": letter.text.subject, "queued": mails, "send_at": None, "left_out": left}
    invites = letter.purpose is Purpose.INVITATION
    people = f"{mails:,} {'person' if mails == 1 else 'people'}"
    summary = f"{'Mailed invitations to' if invites else f'Queued “{letter.text.subject}” for'} {people}"
    action = RESEND if invites else sending.ACTION
    actor = _actor(letter.by)
    journal.append(connection, actor, at, action=action, summary=summary, program_id=letter.program, details=details)


def _hold_back(connection: Connection, calendar: Calendar) -> None:
    """A message with a day to be sent on, which waits for somebody to let it go."""
    written = calendar.at - DAY
    message, _ = _queue(connection, AHEAD, written, AHEAD.moment(calendar))
    if message is not None:
        store_messages.change(connection, message, {"state": MessageState.PAUSED, "pause_reason": _HELD_BACK})


def _stop_some(connection: Connection, calendar: Calendar) -> None:
    """Addresses that administrators put on the suppression list."""
    for by, program, days, why in sorted(STOPPED, key=lambda row: -row[2]):
        first = select(func.min(memberships.c.learner_id)).where(memberships.c.program_id == program)
        address = connection.scalar(select(learners.c.email).where(learners.c.id == first.scalar_subquery()))
        if address is None:
            continue
        actor, at = _actor(by), (calendar.today - days) * DAY + HOUR_STOPPED
        entry = {"email": address, "reason": str(Suppression.ADDED), "detail": why}
        store_suppressions.put(connection, [{**entry, "added_at": at, "added_by": actor.email}])
        summary, details = f"Put {address} on the suppression list", {"before": None, "after": entry}
        journal.append(connection, actor, at, action="suppress address", summary=summary, details=details)
