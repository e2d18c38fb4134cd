"""Mails as bytes: any recipient's mail reads back as it was filled, and says what a build with EmailMessage says."""

import csv
import json
from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.samples import (
    AT,
    FROZEN,
    TEXT,
    UNSUBSCRIBE,
    VALUES,
    compiled,
    content,
    display_name,
    parsed,
    recipient,
)
from tui_admin.mail import headers
from tui_admin.mail.compose import CompiledMessage
from tui_admin.mail.message import Attachment, Frozen, Recipient, Rendered
from tui_admin.rules.errors import BadInput
from tui_admin.rules.mailing import LIST_MAIL, Purpose
from tui_admin.rules.times import to_datetime

MESSAGE = compiled(button=("Go on, {{ name }}", "{{ program_url }}"))
OTHER_SCRIPT = compiled("こんにちは {{ name }} さん、\n\n" + "学習を続けましょう。" * 30, subject="学習 {{ name }}")
ALWAYS = [
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "From",
    "Reply-To",
    "MIME-Version",
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
]
OF_LISTS = ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"]


def _check(message: CompiledMessage, to: Recipient) -> EmailMessage:
    """A mail reads back as a preview shows it, with the headers it should have and no others."""
    mail = message.mail(to)
    found = parsed(mail)
    shown = message.render({**to.fields, "unsubscribe_url": to.unsubscribe_url})
    assert found.keys() == [*ALWAYS, *OF_LISTS, "Content-Type"]
    assert f"\r\nList-Unsubscribe: <{to.unsubscribe_url}>\r\n".encode() in mail
    assert display_name(found) == headers.line(to.name)
    assert [address.addr_spec for address in found["To"].addresses] == [to.address]
    assert found["Subject"] == shown.subject
    assert (content(found, "plain"), content(found, "html")) == (shown.text, shown.html)
    return found


@given(st.text(min_size=1), st.text())
def test_any_name_and_value_read_back(name: str, value: str) -> None:
    _check(MESSAGE, recipient(name or "x", reason=value, program=value))
    _check(OTHER_SCRIPT, recipient(name or "x"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"]), min_size=1, max_size=12))
def test_a_build_with_emailmessage_says_the_same(name: str) -> None:
    to = recipient(name)
    found = parsed(MESSAGE.mail(to))
    full = parsed(_built(to, MESSAGE.render({**to.fields, "unsubscribe_url": UNSUBSCRIBE}), FROZEN))
    assert {key: value for key, value in found.items() if key != "Content-Type"} == {
        key: value for key, value in full.items() if key != "Content-Type"
    }
    assert found.get_content_type() == full.get_content_type()
    assert [content(found, kind) for kind in ("plain", "html")] == [content(full, kind) for kind in ("plain", "html")]


def _built(to: Recipient, shown: Rendered, frozen: Frozen) -> bytes:
    """The same mail by the standard library, a hundred times slower."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    mail["To"] = Address(to.name, addr_spec=to.address)
    mail["Subject"] = shown.subject
    mail["Date"] = format_datetime(to_datetime(to.date))
    mail["Message-ID"] = to.header_id
    mail["From"] = Address(frozen.sender_name or "", addr_spec=frozen.sender_address)
    mail["Reply-To"] = frozen.reply_to
    mail["Auto-Submitted"] = "auto-generated"
    mail["Precedence"] = "bulk"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = '"Ana from Learning" <custom.northwind.example>'
    mail["List-Unsubscribe"] = f"<{to.unsubscribe_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(shown.text, cte="quoted-printable")
    mail.add_alternative(shown.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


LONG = ("x" * 10_000, "é" * 10_000, "田" * 10_000, "a " * 5_000, '"' * 500, "\\" * 500, "x" * 77, "é" * 38, "=" * 80)


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_reads_back(name: str) -> None:
    _check(MESSAGE, recipient(name, reason=name, external_id=name))


@pytest.mark.parametrize("length", range(60, 90))
def test_a_value_of_any_length_meets_the_lines_end(length: int) -> None:
    message = compiled("a" * length + "{{ name }}" + "ü" * length + "{{ name }}\n\n{{ name }}" + " b" * length)
    _check(message, recipient("é" * (length // 3)))
    _check(message, recipient("=" * length))


@pytest.mark.real_data
def test_naughty_strings_and_the_worlds_names_read_back(shared_data: Path) -> None:
    names = json.loads((shared_data / "names" / "blns.json").read_text(encoding="utf-8"))
    with (shared_data / "names" / "cldr48-sample-names.tsv").open(encoding="utf-8", newline="") as file:
        names += [row["full_name_joined"] for row in csv.DictReader(file, delimiter="\t")]
    assert len(names) > 1_000
    for name in filter(headers.line, names):
        _check(MESSAGE, recipient(name, reason=name, program=name))


@pytest.mark.parametrize("purpose", list(Purpose))
def test_only_list_mail_can_be_unsubscribed_from(purpose: Purpose) -> None:
    message = compiled("Hello from {{ organization }}", subject="News", purpose=purpose)
    found = parsed(message.mail(recipient()))
    assert found.keys() == [*ALWAYS, *(OF_LISTS if purpose in LIST_MAIL else []), "Content-Type"]
    assert ("unsubscribe_url" in message.fields) == (purpose in LIST_MAIL)
    assert ("Unsubscribe:" in content(found, "plain")) == (purpose in LIST_MAIL)


def test_without_a_page_one_unsubscribes_by_mail() -> None:
    found = parsed(MESSAGE.mail(recipient(unsubscribe_url=None)))
    link = "mailto:ana@northwind.example?subject=unsubscribe"
    assert found["List-Unsubscribe"] == f"<{link}>"
    assert "List-Unsubscribe-Post" not in found
    assert f"Unsubscribe: {link}" in content(found, "plain")
    assert f'href="{link}"' in content(found, "html")


def test_a_mail_is_the_same_every_time() -> None:
    to = recipient(attachment=Attachment("list.csv", b"a,b\r\n"))
    again = compiled(button=("Go on, {{ name }}", "{{ program_url }}"), frozen=Frozen.from_json(FROZEN.to_json()))
    assert MESSAGE.mail(to) == MESSAGE.mail(to) == again.mail(to)
    found = parsed(MESSAGE.mail(to))
    assert found["Message-ID"] == to.header_id
    assert found["Date"].datetime == to_datetime(AT)


def test_facts_that_a_later_version_froze_are_left_out() -> None:
    assert Frozen.from_json(FROZEN.to_json()[:-1] + ', "mood": "sunny"}') == FROZEN


def test_no_body_can_hold_the_boundary() -> None:
    boundary = parsed(MESSAGE.mail(recipient())).get_boundary()
    found = parsed(MESSAGE.mail(recipient(f"--{boundary}", reason=f"\r\n--{boundary}--\r\n")))
    assert [part.get_content_type() for part in found.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert f"--{boundary}--" in content(found, "plain")


@pytest.mark.parametrize(
    ("name", "saved_as", "kind"),
    [
        ("list.csv", "list.csv", "text/csv"),
        ("report.zip", "report.zip", "application/zip"),
        (
            "Liste für Ágnes.xlsx",
            "Liste für Ágnes.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("../../etc/passwd", "_.._etc_passwd", "application/octet-stream"),
        ('a"\r\nBcc: x@y.example;.csv', "a_ Bcc_ x@y.example;.csv", "text/csv"),
        ("..", "attachment", "application/octet-stream"),
        (".hidden", "hidden", "application/octet-stream"),
        ("x" * 500 + ".csv", "x" * 116 + ".csv", "text/csv"),
        ("back\\slash.csv", "back_slash.csv", "text/csv"),
    ],
)
def test_an_attachment_has_a_name_that_any_system_can_save(name: str, saved_as: str, kind: str) -> None:
    data = b"Name,Email\r\n" * 1_000 + bytes(range(256))
    found = parsed(MESSAGE.mail(recipient(attachment=Attachment(name, data))))
    (attached,) = found.iter_attachments()
    assert attached.get_filename() == saved_as
    assert attached.get_content_type() == kind
    assert attached.get_payload(decode=True) == data
    assert content(found, "plain").startswith("Dear Ágnes Kovács,")


def test_what_is_asked_for_and_what_is_lacking_is_told() -> None:
    message = compiled('{{ name | default("there") }} {{ city }} {{ organization }}', subject="x")
    assert message.fields == {"name", "city", "unsubscribe_url"}
    assert message.lacking({"city": " \u200b"}) == {"city"}
    assert message.lacking({"city": "Toronto"}) == set()
    assert compiled("{{ name | default(1) }} {{ name }}", subject="x").lacking({}) == {"name"}
    assert compiled("{{ unsubscribe_url }}", subject="x", purpose=Purpose.INVITATION).lacking({}) == set()


def test_a_button_may_lack_what_leads_it_but_not_what_else_it_says() -> None:
    button = ("Go, {{ name }}", "{{ program_url }}&from={{ email }}")
    message = compiled("Hello", subject="x", button=button)
    assert message.fields == {"name", "program_url", "email", "unsubscribe_url"}
    assert message.lacking({}) == {"name", "email"}
    assert message.bare({"program_url": " "}) and message.bare({"program_url": "no link"})
    assert not message.bare({"program_url": "https://a.example"})
    assert compiled("{{ program_url }}", subject="x", button=button).lacking({}) >= {"program_url"}
    assert not compiled("Hello", button=("Go", "https://a.example/{{ email }}")).bare({})
    assert not compiled("Hello").bare({})


def test_a_blank_value_gives_way_to_the_default() -> None:
    for blank in ("", None, "  ", "\u200b\x00"):
        assert MESSAGE.render(VALUES | {"name": blank}).text.startswith("Dear there,")


@pytest.mark.parametrize(
    ("subject", "body", "button", "said"),
    [
        (" ", "x", (None, None), "The subject is blank"),
        ("x", " \n", (None, None), "The body is blank"),
        ("{{ nmae }}", "x", (None, None), "The subject, line 1: there is no field"),
        ("x", "x", ("{{ nmae }}", "https://a.example"), "The button, line 1: there is no field"),
        ("x", "x", ("Go", "{{ nmae }}"), "The button's link, line 1: there is no field"),
        ("x", "x", ("Go", None), "A button needs a text and a link"),
        ("x", "x", (" ", "https://a.example"), "A button needs a text and a link"),
        ("x", "x", ("Go", "http://a.example"), "The button's link: 'http://a.example' is no link for a mail"),
        ("x", "x", ("Go", "{{ name }}"), r"The button's link: '{{ name }}' is no link for a mail"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is(
    subject: str, body: str, button: tuple[str | None, str | None], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        compiled(body, subject=subject, button=button)


def test_a_support_contact_that_is_not_set_is_told() -> None:
    silent = replace(FROZEN, support_contact=None)
    with pytest.raises(BadInput, match="no support contact is set"):
        compiled("Ask {{ support }}", frozen=silent)
    shown = compiled('Ask {{ support | default("us") }}', frozen=silent).render(VALUES)
    assert shown.text.startswith("Ask us\n") and "Questions?" not in shown.text + shown.html


def test_the_sender_is_the_organization_where_no_name_is_set() -> None:
    plain = compiled(frozen=replace(FROZEN, sender_name=None, reply_to=None), subject=TEXT.subject)
    found = parsed(plain.mail(recipient(unsubscribe_url=None)))
    assert str(found["From"]) == "Northwind Learning <learning@northwind.example>"
    assert "Reply-To" not in found
    assert found["List-Unsubscribe"] == "<mailto:learning@northwind.example?subject=unsubscribe>"
