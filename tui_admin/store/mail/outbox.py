"""What a sender takes from the outbox: the mails that are due, each held under the sender's lease."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, exists, func, or_, select, update

from ...rules.delivery import Mail, Settlement, interleaved
from ...rules.mailing import HELD, PENDING, TO_ADMINISTRATORS, InDoubt, MailState, MessageState, Purpose
from ...rules.objections import Standing, objection
from ...rules.times import Instant
from ..tables import learners, messages, organization, outbox, suppressions
from ..tables.base import one_of
from ..tables.messages import IS_LIVE
from . import recovery
from .prepared import Prepared, among, listed
from .senders import Lease
from .settling import settle


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to do: mails or reports that are due, held ones included; and any that wait, for now or later."""

    due: bool
    waiting: bool


class _Message(NamedTuple):
    """A message that is being sent: what is done about doubt, and when its mails are not worth sending any more."""

    id: int
    in_doubt: InDoubt
    not_after: Instant | None


class _Row(NamedTuple):
    """A mail that is due, as `_COLUMNS` are read, with what may speak against it."""

    id: int
    learner_id: int | None
    membership_id: int | None
    purpose: str
    address: str
    address_now: str
    fields: str | None
    header_id: str
    header_date: Instant
    attempts: int
    expires_at: Instant | None
    attachment_name: str | None
    email: str | None
    opted_out: bool | None
    suppressed: str | None


class Content(NamedTuple):
    """What a message says: its text as written, `frozen` as `mail.message` writes it; and the store's signing key."""

    kind: str
    subject: str
    body: str
    button_text: str | None
    button_url: str | None
    frozen: str
    signing_key: str


_SENDING = IS_LIVE & (messages.c.state == MessageState.SENDING)
_SCHEDULED = IS_LIVE & (messages.c.state == MessageState.SCHEDULED)

_START = Prepared(
    update(messages)
    .where(_SCHEDULED, messages.c.send_at <= bindparam("now"))
    .values(state=MessageState.SENDING, changed_at=bindparam("now"))
)
_NOTE_START = Prepared(
    update(messages)
    .where(among(messages.c.id, "ids"), messages.c.started_at.is_(None))
    .values(started_at=bindparam("now"))
)
_OPEN = Prepared(
    select(messages.c.id, messages.c.in_doubt_policy, messages.c.not_after).where(_SENDING).order_by(messages.c.id)
)
_HOLD_OPEN = Prepared(select(messages.c.id).where(_SENDING).order_by(messages.c.id).with_for_update(key_share=True))
_FINISH = Prepared(
    update(messages)
    .where(_SENDING, ~exists().where(outbox.c.message_id == messages.c.id, one_of(outbox.c.state, sorted(PENDING))))
    .values(state=MessageState.SENT, finished_at=bindparam("now"), changed_at=bindparam("now"))
)

_UNTRIED = outbox.c.last_phase.is_(None)
_ADDRESS = case((_UNTRIED & learners.c.email.is_not(None), learners.c.email), else_=outbox.c.address)
"""Where a mail goes: a person who has a new address is written to there, unless the old one was tried."""

_COLUMNS = (
    outbox.c.id,
    outbox.c.learner_id,
    outbox.c.membership_id,
    outbox.c.purpose,
    outbox.c.address,
    _ADDRESS.label("address_now"),
    outbox.c.fields,
    outbox.c.header_id,
    outbox.c.header_date,
    outbox.c.attempts,
    outbox.c.expires_at,
    outbox.c.attachment_name,
    learners.c.email,
    learners.c.opted_out,
    suppressions.c.email.label("suppressed"),
)


def _due(*conditions: Any) -> Prepared:
    joined = outbox.outerjoin(learners, learners.c.id == outbox.c.learner_id)
    joined = joined.outerjoin(suppressions, suppressions.c.email == _ADDRESS)
    query = select(*_COLUMNS).select_from(joined).where(outbox.c.message_id == bindparam("message_id"), *conditions)
    query = query.order_by(outbox.c.next_at, outbox.c.id).limit(bindparam("count"))
    return Prepared(query.with_for_update(of=outbox, skip_locked=True))


_AGAIN = _due(outbox.c.state == MailState.DEFERRED, outbox.c.next_at <= bindparam("now"))
_QUEUED = _due(outbox.c.state == MailState.QUEUED)
"""A queued mail is due whatever its time says: its message is what waits, and the clock may have been turned back."""

_HOLD = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(state=MailState.CLAIMED, lease=bindparam("lease"), worker_id=bindparam("worker_id"))
)
_READDRESS = Prepared(
    update(outbox).where(outbox.c.id == bindparam("mail_id")).values(address=bindparam("new_address"))
)


def claim(connection: Connection, lease: Lease, now: Instant, count: int) -> list[Mail]:
    """Take at most `count` mails that are due, of each message that is being sent about as many, under the lease.

    Messages whose time has come begin. Mails against which something speaks by now are settled instead of taken. What
    was claimed by a sender that ended is due as well.
    """
    recovery.let_go(connection, count, now)
    _START.one(connection, now=now)
    claimed: list[Mail] = []
    refused: list[Settlement] = []
    moved: list[dict[str, Any]] = []
    for message, row in _rows(connection, now, count):
        mail = _mail(message, row)
        against = objection(mail.purpose, _standing(row, mail), now)
        if against is None:
            claimed.append(mail)
            if row.address != row.address_now:
                moved.append({"mail_id": row.id, "new_address": row.address_now})
        else:
            refused.append(Settlement(mail, against[0], now, text=against[1]))
    _HOLD.one(
        connection,
        ids=listed([mail.id for mail in (*claimed, *(end.mail for end in refused))]),
        lease=lease.token,
        worker_id=lease.worker_id,
    )
    for change in moved:
        _READDRESS.one(connection, **change)
    settle(connection, lease, refused)
    _NOTE_START.one(connection, ids=listed({mail.message_id for mail in claimed}), now=now)
    return interleaved(claimed)


def finish(connection: Connection, now: Instant) -> int:
    """Close the messages of which nothing waits any more; how many.

    They are held first, so that a mail that somebody lets wait again at this moment is seen or opens its message anew.
    """
    _HOLD_OPEN.one(connection)
    return _FINISH.one(connection, now=now).rowcount


def outlook(connection: Connection, now: Instant) -> Outlook:
    """What there is to do for a sender."""
    mine = outbox.c.message_id == messages.c.id
    due = or_(
        one_of(outbox.c.state, (MailState.QUEUED, *HELD)),
        (outbox.c.state == MailState.DEFERRED) & (outbox.c.next_at <= now),
    )
    anything = select(
        exists().where(or_(_SENDING & exists().where(mine, due), _SCHEDULED & (messages.c.send_at <= now))),
        exists().where(or_(_SENDING & exists().where(mine, one_of(outbox.c.state, sorted(PENDING))), _SCHEDULED)),
    )
    return Outlook(*map(bool, connection.execute(anything).one()))


def content(connection: Connection, message_id: int) -> Content:
    """What a message says, and the key its links are signed with."""
    said = (messages.c.kind, messages.c.subject, messages.c.body, messages.c.button_text, messages.c.button_url)
    key = select(organization.c.signing_key).scalar_subquery()
    query = select(*said, messages.c.frozen, func.coalesce(key, "")).where(messages.c.id == message_id)
    return Content._make(connection.execute(query).one())


def attachment(connection: Connection, mail_id: int) -> tuple[str, bytes]:
    """Name and content of the file that goes with a mail."""
    query = select(outbox.c.attachment_name, outbox.c.attachment).where(outbox.c.id == mail_id)
    name, content = connection.execute(query).one()
    return str(name), bytes(content)


def _rows(connection: Connection, now: Instant, count: int) -> Iterator[tuple[_Message, _Row]]:
    """Rows that are due, the same share of each message; what some leave over goes to those that have more."""
    sending = [_Message(row.id, InDoubt(row.in_doubt_policy), row.not_after) for row in _OPEN.one(connection)]
    share = max(1, count // max(1, len(sending)))
    found: dict[_Message, Sequence[_Row]] = {}
    for message in sending:
        if count > 0 and (rows := _of_message(connection, message, now, min(share, count))):
            found[message] = rows
            count -= len(rows)
    hungry = [message for message, rows in found.items() if len(rows) >= share]
    for message in hungry[:count]:
        found[message] = _of_message(connection, message, now, share + max(1, count // len(hungry)))
    return ((message, row) for message, rows in found.items() for row in rows)


def _of_message(connection: Connection, message: _Message, now: Instant, count: int) -> Sequence[_Row]:
    again = _AGAIN.one(connection, message_id=message.id, now=now, count=count).all()
    queued = _QUEUED.one(connection, message_id=message.id, count=count - len(again)).all()
    return [_Row._make(row) for row in (*again, *queued)]


def _mail(message: _Message, row: _Row) -> Mail:
    ends = [end for end in (row.expires_at, message.not_after) if end is not None]
    return Mail(
        id=row.id,
        message_id=message.id,
        learner_id=row.learner_id,
        membership_id=row.membership_id,
        purpose=Purpose(row.purpose),
        address=row.address_now,
        fields=row.fields,
        header_id=row.header_id,
        header_date=row.header_date,
        attempts=row.attempts,
        expires_at=min(ends, default=None),
        in_doubt=message.in_doubt,
        has_attachment=row.attachment_name is not None,
    )


def _standing(row: _Row, mail: Mail) -> Standing:
    return Standing(
        about_person=mail.purpose not in TO_ADMINISTRATORS,
        known=row.email is not None,
        opted_out=bool(row.opted_out),
        suppressed=row.suppressed is not None,
        expires_at=mail.expires_at,
    )
