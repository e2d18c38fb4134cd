"""Mails filled and assembled on one core, beside building each with the standard library's EmailMessage."""

import sys
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from time import process_time

from benchmarks.figures import say
from tui_admin.mail.compose import CompiledMessage, compile_message
from tui_admin.mail.links import Links
from tui_admin.mail.message import Frozen, MessageText, Recipient
from tui_admin.mail.system import default_text
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.message_fields import FIELDS
from tui_admin.rules.times import to_datetime

MAILS, BUILT = 20_000, 500
AT = 1_800_000_000_000
PAGES = "https://learn.northwind.example"
FROZEN = Frozen("Northwind Learning", "learning@northwind.example", "Ana", "ana@northwind.example", "#14213d")
NAMES = ("Ágnes Kovács", "Jo Li", "田中 花子", "Bobbi McManager", "O'Neill, Máire")
WESTERN = default_text(Purpose.NUDGE)
JAPANESE = MessageText(
    "{{ program }}", "{{ name }} さん、\n\n" + "学習を続けましょう。" * 40, "続ける", "{{ program_url }}"
)


def recipients() -> list[Recipient]:
    """People with all that a message may ask for, and their links."""
    links = Links("key" * 12, PAGES)
    common = {name: field.sample for name, field in FIELDS.items()}
    return [
        Recipient(
            address=f"person{number}@example.org",
            name=NAMES[number % len(NAMES)],
            header_id=f"<12.{number}.0123456789abcdef@northwind.example>",
            date=AT,
            fields=common | {"name": NAMES[number % len(NAMES)]},
            unsubscribe_url=links.unsubscribe(number, AT),
        )
        for number in range(MAILS)
    ]


def built(message: CompiledMessage, to: Recipient) -> bytes:
    """The same mail, made whole for one recipient by the standard library."""
    shown = message.render(to.fields)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    mail["To"] = Address(to.name, addr_spec=to.address)
    mail["From"] = Address(FROZEN.sender_name or "", addr_spec=FROZEN.sender_address)
    mail["Subject"], mail["Message-ID"] = shown.subject, to.header_id
    mail["Date"] = format_datetime(to_datetime(to.date))
    mail["List-Unsubscribe"] = f"<{to.unsubscribe_url}>"
    mail.set_content(shown.text)
    mail.add_alternative(shown.html, subtype="html")
    return mail.as_bytes()


def per_second(fill: Callable[[Recipient], bytes], people: list[Recipient]) -> float:
    """Of the processor's time, so that what else runs counts little; the best of three runs."""
    spans = []
    for _ in range(3):
        start = process_time()
        for to in people:
            fill(to)
        spans.append(process_time() - start)
    return len(people) / min(spans)


def main() -> int:
    people, holds = recipients(), True
    for name, text, fewest in (("a nudge", WESTERN, 15_000), ("Japanese", JAPANESE, 15_000)):
        message = compile_message(text, FROZEN, Purpose.NUDGE)
        ours = per_second(message.mail, people)
        theirs = per_second(lambda to, message=message: built(message, to), people[:BUILT])  # type: ignore[misc]
        note = f"{ours:,.0f}/s of {len(message.mail(people[0])):,} bytes; limit {1e6 / fewest:.1f} µs"
        holds &= say(f"{name}, one mail", 1e6 / ours, "µs", 1e6 / fewest, note=note)
        holds &= say(f"{name}, to one built whole", theirs / ours, "of its time", 1 / 10, note=f"{theirs:,.0f}/s")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
