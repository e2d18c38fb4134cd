"""SQL of erasing a person: what goes, table by table. What is left counts as before, and is nobody's."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from ...rules.leaving_out import Suppression
from ...rules.mailing import LIVE, TO_ADMINISTRATORS, WAITING, MailState, MessageState
from ...rules.profile import PROFILE
from ...rules.text import search_key
from ...rules.times import Instant
from ..report_requests import drop_files
from ..tables import (
    delivery_attempts,
    feedback,
    imported_files,
    learner_addresses,
    learners,
    memberships,
    messages,
    outbox,
    preferences,
    report_requests,
    saved_views,
    suppressions,
)
from ..tables.base import one_of
from .holdings import HELD, Who, mail_ids, managed, membership_ids

_NOBODY = search_key("", "")
_NOT_BEGUN = (*WAITING, MailState.CLAIMED)
_UNDER_WAY = (*LIVE, MessageState.PAUSED)

MENTIONS: tuple[Column[Any], ...] = (
    *(messages.c[name] for name in ("subject", "body", "expression", "button_text", "button_url")),
    saved_views.c.name,
    saved_views.c.expression,
    preferences.c.value,
    report_requests.c.scope,
    imported_files.c.name,
    suppressions.c.detail,
)
"""Texts that administrators wrote, which may name somebody; short tables all."""


def stop_mails(connection: Connection, who: Who, at: Instant) -> int:
    """Cancel the mails to them that nobody has begun to send; how many. A sender that has claimed one lets go."""
    waiting = update(outbox).where(HELD[outbox](who), one_of(outbox.c.state, _NOT_BEGUN))
    return connection.execute(waiting.values(state=MailState.CANCELLED, final_at=at)).rowcount


def waiting_mails(connection: Connection, who: Who) -> int:
    """How many mails to them nobody has begun to send."""
    query = select(func.count()).select_from(outbox).where(HELD[outbox](who), one_of(outbox.c.state, _NOT_BEGUN))
    return int(connection.execute(query).scalar_one())


def leaving_mails(connection: Connection, who: Who) -> int:
    """How many mails to them are leaving at this moment."""
    query = select(func.count()).select_from(outbox)
    query = query.where(HELD[outbox](who), one_of(outbox.c.state, (MailState.INFLIGHT,)))
    return int(connection.execute(query).scalar_one())


def empty_mails(connection: Connection, who: Who) -> None:
    """Leave of their mails only when they went and how far they got, and of servers' answers only the codes."""
    replies = update(delivery_attempts).where(delivery_attempts.c.outbox_id.in_(mail_ids(who)))
    connection.execute(replies.values(reply=null()))
    key = literal("erased.") + cast(outbox.c.id, Text)
    emptied = {name: null() for name in ("fields", "attachment", "attachment_name", "last_text", "lease")}
    connection.execute(update(outbox).where(HELD[outbox](who)).values(address="", dedupe_key=key, **emptied))
    kinds = messages.c.kind.in_(sorted(TO_ADMINISTRATORS))
    sent = and_(outbox.c.message_id.in_(select(messages.c.id).where(kinds)), outbox.c.final_at.is_not(None))
    connection.execute(update(outbox).where(sent, outbox.c.attachment.is_not(None)).values(attachment=null()))
    drop_files(connection, "No longer kept: a person who may stand in it was erased. Ask for it anew.")


def forget(connection: Connection, who: Who, at: Instant) -> None:
    """Take away all that says who they are; memberships and facts stay."""
    blank = dict.fromkeys(("email", "email_shown", "name", "external_id", *PROFILE))
    tombstone = update(learners).where(learners.c.id.in_(who.learners))
    connection.execute(tombstone.values(**blank, search_key=_NOBODY, erased_at=at))
    connection.execute(update(memberships).where(memberships.c.learner_id.in_(who.learners)).values(search_key=_NOBODY))
    connection.execute(delete(learner_addresses).where(learner_addresses.c.learner_id.in_(who.learners)))
    said = update(feedback).where(feedback.c.membership_id.in_(membership_ids(who)))
    connection.execute(said.values(comment=null()))
    connection.execute(update(learners).where(managed(who)).values(manager_name=null(), manager_email=null()))


def take_suppressions(connection: Connection, who: Who) -> dict[str, str]:
    """Take their addresses off the suppression list; why nothing was sent to each."""
    theirs = suppressions.c.email.in_(who.addresses)
    found: dict[str, str] = dict(
        connection.execute(select(suppressions.c.email, suppressions.c.reason).where(theirs)).all()
    )
    connection.execute(delete(suppressions).where(theirs))
    return found


def suppress_again(connection: Connection, address: str, reason: str, at: Instant, by: str) -> None:
    """Put an address back on the suppression list."""
    values = {"email": address, "reason": Suppression(reason), "added_at": at, "added_by": by}
    connection.execute(suppressions.insert().values(values))


def replace_mentions(
    connection: Connection, hints: tuple[str, ...], without: Callable[[str], str], *, count_only: bool = False
) -> int:
    """Take what `hints` are found by out of texts that administrators wrote; how many texts. A message that is being
    sent is left: its mails are the same to the byte at every try."""
    changed = 0
    for column in MENTIONS:
        table = column.table
        keys = tuple(table.primary_key.columns)
        found = select(*keys, column.label("text_found")).where(_holds(column, hints))
        if table is messages:
            found = found.where(~one_of(messages.c.state, _UNDER_WAY))
        for row in connection.execute(found).all():
            new = without(row.text_found)
            if new == row.text_found:
                continue
            changed += 1
            if not count_only:
                own = and_(*(key == value for key, value in zip(keys, row, strict=False)))
                connection.execute(update(table).where(own).values({column.name: new}))
    return changed


def _holds(column: Column[Any], hints: tuple[str, ...]) -> ColumnElement[bool]:
    lowered = func.lower(column)
    return or_(*(lowered.contains(hint, autoescape=True) for hint in hints))
