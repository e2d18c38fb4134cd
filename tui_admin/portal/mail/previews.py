"""How a message looks to somebody who would get it; and a mail of it to oneself, before anybody else gets one.

The personal links in both lead nowhere: nobody but their reader may have those.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pyroaring import FrozenBitMap
from sqlalchemy import Connection

from ...mail.compose import compile_message
from ...rules.errors import BadInput
from ...rules.mailing import Purpose
from ...rules.message_fields import Source, known_to
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...store.engine import Store
from ...store.mail import recipients
from .. import journal, rights
from .audiences import Moments, reached
from .drafts import Draft
from .letterhead import Letterhead, letterhead
from .mailing import mail_administrator


@dataclass(frozen=True, slots=True)
class Preview:
    """A message filled for one person: `lacking` names the fields it asks for that are not known of them."""

    name: str
    address: str
    subject: str
    text: str
    html: str
    lacking: tuple[str, ...]


def addressees(store: Store, actor: Actor, draft: Draft, at: Moments) -> FrozenBitMap:
    """The memberships that the mails of a draft are about, to choose one to look at: those that `audiences.reach`
    counts."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        return FrozenBitMap(reached(connection, actor, draft.whom, draft.purpose, at))


def preview(store: Store, actor: Actor, draft: Draft, membership_id: int, at: Moments) -> Preview:
    """A draft as the person of a membership would get it.

    Raises BadInput for a text that cannot be compiled, and where the actor has no such member.
    """
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        head = letterhead(connection, sender_name=draft.sender_name, reply_to=draft.reply_to)
        address, values = _values(connection, actor, draft, head, membership_id, at)
    compiled = compile_message(draft.text, head.frozen, draft.purpose)
    made = compiled.render(values)
    lacking = tuple(sorted(compiled.lacking(values)))
    return Preview(values.get("name", ""), address, made.subject, made.text, made.html, lacking)


def send_test(store: Store, actor: Actor, draft: Draft, membership_id: int, at: Moments) -> str:
    """Queue one mail of a draft to the actor, filled for the person of a membership; the sentence that says so."""
    actor.require(Right.MESSAGE)
    with store.write() as connection:
        actor = rights.admit(connection, actor, at.clock, Right.MESSAGE)
        head = letterhead(connection, sender_name=draft.sender_name, reply_to=draft.reply_to)
        _, values = _values(connection, actor, draft, head, membership_id, at)
        mailed = mail_administrator(
            connection, actor, Purpose.TEST, actor.email, draft.text, at.clock, fields=values, head=head
        )
        summary = f"Queued a test of “{clean(draft.subject)}” to {actor.email}"
        details = {"message": mailed.message_id}
        journal.append(connection, actor, at.clock, action="test message", summary=summary, details=details)
    return summary


def _values(
    connection: Connection, actor: Actor, draft: Draft, head: Letterhead, membership_id: int, at: Moments
) -> tuple[str, dict[str, str]]:
    fields = known_to(draft.purpose)
    wanted = [name for name, field in fields.items() if field.source is not Source.LINK or name in recipients.KNOWN]
    found = recipients.read(connection, [membership_id], wanted, at.now, head.zone, rights.scope(actor))
    people = next(found, None)
    if people is None:
        raise BadInput("There is no such member in your programs.")
    links = {name: _inert(fields[name].sample, head) for name in fields.keys() - set(wanted)}
    return people.addresses[0] or "", links | people.values(0)


def _inert(sample: str, head: Letterhead) -> str:
    """A link that looks like the real one and opens nothing."""
    public = head.frozen.public_url
    return f"{public}{urlsplit(sample).path}" if public else sample
