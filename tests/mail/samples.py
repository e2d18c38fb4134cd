"""A message and its recipients, for the tests of mail."""

import email
import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage

from tui_admin.mail.compose import CompiledMessage, compile_message
from tui_admin.mail.message import Attachment, Frozen, MessageText, Recipient
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.message_fields import FIELDS

AT = 1_800_000_000_000
PAGE = "https://learn.northwind.example"
UNSUBSCRIBE = f"{PAGE}/u/" + "WyJ1bnN1YnNjcmliZSIsNDJd" * 12
FROZEN = Frozen(
    organization="Northwind Learning",
    sender_address="learning@northwind.example",
    sender_name="Ana from Learning",
    reply_to="ana@northwind.example",
    color="#14213d",
    support_contact="help@northwind.example",
    public_url=PAGE,
)
BODY = """Dear {{ name | default("there") }},

we miss you in **{{ program }}**: {{ reason }}. Have a look at the [courses]({{ program_url }}).
"""
TEXT = MessageText("We miss you, {{ name }}", BODY, "Go on learning", "{{ program_url }}")
VALUES = {name: field.sample for name, field in FIELDS.items()}


def compiled(
    body: str = BODY,
    *,
    subject: str = TEXT.subject,
    button: tuple[str | None, str | None] = (None, None),
    frozen: Frozen = FROZEN,
    purpose: Purpose = Purpose.CUSTOM,
) -> CompiledMessage:
    """A message compiled from these parts."""
    return compile_message(MessageText(subject, body, *button), frozen, purpose)


def recipient(
    name: str = "Ágnes Kovács",
    *,
    address: str = "agnes.kovacs@northwind.example",
    unsubscribe_url: str | None = UNSUBSCRIBE,
    attachment: Attachment | None = None,
    **values: str | None,
) -> Recipient:
    """A recipient with a value for every field."""
    return Recipient(
        address=address,
        name=name,
        header_id="<12.345.c0ffee@northwind.example>",
        date=AT,
        fields=VALUES | {"name": name} | values,
        unsubscribe_url=unsubscribe_url,
        attachment=attachment,
    )


def parsed(mail: bytes) -> EmailMessage:
    """The mail as a reader takes it apart, after a look at what every server asks for."""
    assert mail.isascii()
    assert b"\n" not in mail.replace(b"\r\n", b"") and b"\r" not in mail.replace(b"\r\n", b"")
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not [defect for part in message.walk() for defect in part.defects]
    return message


def content(message: EmailMessage, kind: str) -> str:
    """The plain or html body, with line ends as in Python."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def display_name(message: EmailMessage) -> str:
    """The recipient's name as RFC 2047 decodes it: `headerregistry` puts a space between words of one text that is too
    long for one word."""
    raw = next(value for name, value in message.raw_items() if name == "To")
    phrase = raw.rpartition("<")[0].strip()
    if phrase.startswith('"'):
        return phrase[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return str(make_header(decode_header(phrase)))
