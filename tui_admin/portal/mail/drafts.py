"""Drafts of messages: saved as they are typed, each save one small write, so that nothing typed is lost by a crash.

A draft is journaled when it is sent, not before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection, RowMapping

from ...mail.message import MessageText
from ...mail.system import default_text
from ...rules.audiences import Audience
from ...rules.errors import BadInput, Conflict, UsageError
from ...rules.mailing import MessageState, Purpose
from ...rules.roles import Actor, Right, Role
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import messages as store_messages
from .. import rights
from ..home import LEAKS
from ..receipts import Subject
from .audiences import Selected, Whom

_TEXTS = ("subject", "body", "button_text", "button_url", "sender_name", "reply_to")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as far as it is written: to whom, what it says, who it is from. It is unlike the stored one until it
    is saved."""

    whom: Whom = field(default_factory=Audience)
    subject: str = ""
    body: str = ""
    button_text: str = ""
    button_url: str = ""
    sender_name: str = ""
    reply_to: str = ""
    purpose: Purpose = Purpose.CUSTOM

    @property
    def text(self) -> MessageText:
        """What is mailed."""
        return MessageText(self.subject, self.body, self.button_text or None, self.button_url or None)


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored draft; `changed_at` tells whether somebody changed it since."""

    id: int
    draft: Draft
    created_by: str
    changed_at: Instant


QUICK: Mapping[str, tuple[str, Purpose]] = {
    "remind": (LEAKS[1][1], Purpose.REMINDER),
    "nudge": (LEAKS[2][1], Purpose.NUDGE),
}
"""The acts of Home on those who leak between two stages: whom each finds, and what it is for."""


def quick(act: str) -> Draft:
    """A draft to exactly the people who leak at a stage of Home's funnel, in the words made for it: `remind` to those
    who joined and never enrolled, `nudge` to those who enrolled and completed nothing."""
    expression, purpose = QUICK[act]
    text = default_text(purpose)
    button = {"button_text": text.button_text or "", "button_url": text.button_url or ""}
    return Draft(Audience(expression=expression), text.subject, text.body, purpose=purpose, **button)


def save(store: Store, actor: Actor, draft: Draft, now: Instant, saved: Saved | None = None) -> Saved:
    """Keep a draft, anew or in place of the one saved before. Nothing is checked: a draft may be half a word.

    Raises Conflict where it was changed elsewhere since, UsageError where it was sent or discarded.
    """
    actor.require(Right.MESSAGE)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.MESSAGE)
        if saved is None:
            message_id = create(connection, actor, draft, now)
            return Saved(message_id, draft, actor.email, now)
        stored = _stored(connection, actor, saved.id, hold=True)
        if stored["changed_at"] != saved.changed_at:
            raise Conflict("This draft was changed elsewhere since; open it anew.")
        after = max(now, saved.changed_at + 1)
        values = _values(draft, saved.draft.whom) | {"changed_at": after}
        store_messages.change(connection, saved.id, values)
        return replace(saved, draft=draft, changed_at=after)


def create(connection: Connection, actor: Actor, draft: Draft, now: Instant) -> int:
    """A new draft within a transaction; its id."""
    values = {"created_by": actor.email, "created_at": now, "changed_at": now, "state": MessageState.DRAFT}
    return store_messages.add(connection, _values(draft) | values)


def load(store: Store, actor: Actor, message_id: int) -> Saved:
    """A stored draft. Raises BadInput where the actor has none of that number, UsageError where it was sent."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        return held(connection, actor, message_id)


def held(connection: Connection, actor: Actor, message_id: int, *, hold: bool = False) -> Saved:
    """`load` within a transaction; `hold` keeps the draft as it is until its end."""
    row = _stored(connection, actor, message_id, hold=hold)
    return Saved(message_id, draft_of(row), row["created_by"], row["changed_at"])


def discard(store: Store, actor: Actor, message_id: int, now: Instant) -> None:
    """Throw a draft away. Raises as `load` does."""
    actor.require(Right.MESSAGE)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.MESSAGE)
        _stored(connection, actor, message_id, hold=True)
        store_messages.drop(connection, message_id)


def _stored(connection: Connection, actor: Actor, message_id: int, *, hold: bool = False) -> RowMapping:
    row = owned(connection, actor, message_id, hold=hold)
    if row["state"] != MessageState.DRAFT:
        raise UsageError(f"Message {message_id} is no draft any more: it is {row['state']}.")
    return row


def owned(connection: Connection, actor: Actor, message_id: int, *, hold: bool = False) -> RowMapping:
    """A stored message that is the actor's to see: all for an organization admin, own ones for another; `hold` keeps
    it until the transaction ends. Raises BadInput where there is none of that number."""
    row = store_messages.get(connection, message_id, hold=hold)
    if row is None or not (actor.role is Role.ORGANIZATION or row["created_by"] == actor.email):
        raise BadInput(f"There is no message {message_id} of yours; see tui-admin messages.")
    return row


def _values(draft: Draft, stored: Whom | None = None) -> dict[str, Any]:
    """The columns of a draft; whom it goes to only where that is not `stored` already: it can be a million ids."""
    values: dict[str, Any] = {name: _storable(getattr(draft, name)) for name in _TEXTS}
    values["kind"] = draft.purpose
    if draft.whom == stored:
        return values
    if isinstance(draft.whom, Audience):
        return values | {"audience": draft.whom.to_json(), "selection": None}
    return values | {"audience": json.dumps({"of": draft.whom.of}), "selection": BitMap(draft.whom.ids).serialize()}


def _storable(text: str) -> str:
    """What no database refuses: no NUL, no half of a character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def whom(row: RowMapping) -> Whom:
    """Whom a stored message goes to."""
    if row["selection"] is None:
        return Audience.from_json(row["audience"])
    of = Subject(json.loads(row["audience"])["of"])
    return Selected(FrozenBitMap(BitMap.deserialize(row["selection"])), of)


def draft_of(row: RowMapping) -> Draft:
    """What a stored message says, and to whom."""
    texts = {name: row[name] or "" for name in _TEXTS}
    return Draft(whom(row), purpose=Purpose(row["kind"]), **texts)
