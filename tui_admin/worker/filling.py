"""Filling mails: a message is read and compiled once, then filled for each of its recipients."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from ..mail.compose import CompiledMessage, compile_message
from ..mail.links import Links
from ..mail.message import Attachment, Frozen, MessageText, Recipient
from ..mail.sending import Letter
from ..rules.delivery import Mail
from ..rules.errors import BadInput
from ..rules.mailing import LIST_MAIL, Purpose
from ..rules.text import clean
from ..rules.times import DAY
from ..store.mail import outbox
from ..store.mail.outbox import Content

T = TypeVar("T")

Ask = Callable[[Callable[[Connection, bool], T]], Awaitable[T]]
"""Runs a function with the sender's connection to the store."""

_MOST_COMPILED, _LONGEST_REASON = 50, 200

FEEDBACK_ENDS, UNSUBSCRIBING_ENDS = 90 * DAY, 2 * 365 * DAY
"""Milliseconds after a mail's date that its other links lead somewhere."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A compiled message and what its links are made with."""

    compiled: CompiledMessage
    links: Links
    sender: str


class Filler:
    """Fills the mails of any messages; the last of them stay compiled."""

    def __init__(self, ask: Ask[Any]) -> None:
        self._ask = ask
        self._ready: dict[int, _Ready] = {}

    async def fill(self, mail: Mail) -> Letter:
        """A mail as it is handed over, the same to the byte at every try. Raises BadInput where it cannot be made, be
        the message wrong or what the store holds of either: the mails of others do not wait for that."""
        try:
            return await self._filled(mail)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            said = clean(str(error))[:_LONGEST_REASON]
            raise BadInput(f"What the store holds of this mail cannot be read ({said}); send it anew.") from error

    async def _filled(self, mail: Mail) -> Letter:
        ready = self._ready.get(mail.message_id) or await self._compile(mail.message_id)
        values = _values(mail.fields or "{}")
        links = _links(ready.links, mail)
        for name in links.keys() & ready.compiled.fields:
            values[name] = links[name]()
        recipient = Recipient(
            address=mail.address,
            name=values.get("name") or "",
            header_id=mail.header_id,
            date=mail.header_date,
            fields=values,
            unsubscribe_url=_unsubscribing(ready, mail),
            attachment=await self._attachment(mail) if mail.has_attachment else None,
        )
        return Letter(ready.sender, ready.compiled.mail(recipient))

    async def _compile(self, message_id: int) -> _Ready:
        content: Content = await self._ask(lambda connection, _: outbox.content(connection, message_id))
        text = MessageText(content.subject, content.body, content.button_text, content.button_url)
        frozen = Frozen.from_json(content.frozen)
        links = Links(content.signing_key, frozen.public_url, frozen.unsubscribe_url)
        ready = _Ready(compile_message(text, frozen, Purpose(content.kind)), links, frozen.sender_address)
        while len(self._ready) >= _MOST_COMPILED:
            del self._ready[next(iter(self._ready))]
        self._ready[message_id] = ready
        return ready

    async def _attachment(self, mail: Mail) -> Attachment:
        name, content = await self._ask(lambda connection, _: outbox.attachment(connection, mail.id))
        return Attachment(name, content)


def _values(fields: str) -> dict[str, str | None]:
    values = json.loads(fields)
    if not isinstance(values, dict) or not all(isinstance(value, str | None) for value in values.values()):
        raise ValueError("its fields are not names with texts")
    return values


def _links(links: Links, mail: Mail) -> Mapping[str, Callable[[], str | None]]:
    """What makes the links of a mail about a membership."""
    membership = mail.membership_id
    if membership is None:
        return {}
    join = links.confirm if mail.purpose is Purpose.CONFIRMATION else links.join
    return {
        "join_url": lambda: join(membership, mail.header_date),
        "feedback_url": lambda: links.feedback(membership, mail.header_date + FEEDBACK_ENDS),
    }


def _unsubscribing(ready: _Ready, mail: Mail) -> str | None:
    if mail.learner_id is None or not (mail.purpose in LIST_MAIL or "unsubscribe_url" in ready.compiled.fields):
        return None
    return ready.links.unsubscribe(mail.learner_id, mail.header_date + UNSUBSCRIBING_ENDS)
