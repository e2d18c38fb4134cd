"""What a mail is made of: the text as written, what is frozen of the organization, whom it goes to, what comes out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from ..rules.times import Instant

TOKEN_MARK = "{token}"
"""Where the learner's token goes in the administrator's own address for unsubscribing."""


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message as a person writes it: subject, Markdown body, and a button where both its text and link are set.

    All four may hold fields, such as `{{ name }}`.
    """

    subject: str
    body: str
    button_text: str | None = None
    button_url: str | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """What all mails of a message say of the organization, kept as it was when they were made.

    `color` is `#rrggbb`; `unsubscribe_url` is the administrator's own template with `{token}` in it. No secret is kept
    here.
    """

    organization: str
    sender_address: str
    sender_name: str | None = None
    reply_to: str | None = None
    color: str | None = None
    support_contact: str | None = None
    public_url: str | None = None
    unsubscribe_url: str | None = None

    def to_json(self) -> str:
        """One line of JSON, the same for the same facts."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Frozen":
        """Read what `to_json` wrote; what a later version added is left out."""
        known = {item.name for item in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Recipient:
    """One mail's own part.

    `address` is canonical; `header_id` is the Message-ID with its angle brackets, which stays the same at every try, as
    does `date`. `unsubscribe_url` is set where a page answers to it.
    """

    address: str
    name: str
    header_id: str
    date: Instant
    fields: Mapping[str, str | None] = field(default_factory=dict)
    unsubscribe_url: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message filled for one recipient, as a preview shows it."""

    subject: str
    text: str
    html: str
