"""Headers: whatever a text holds, it is one header, and the reader sees the text."""

import email
import email.policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.mail import headers
from tui_admin.rules.errors import BadInput

INJECTIONS = (
    "x\r\nBcc: all@example.org",
    "x\nBcc: all@example.org",
    "x\r\n\r\nbody",
    "x =?UTF-8?Q?=0ABcc:_a@b?= é",
    "=?utf-8?b?SGk=?=",
    '"quoted" <a@b.example>, c@d.example',
    "back\\slash\\",
    "x\x00y\x1b[31m",
    "(comment) ; group: a@b.example;",
    "\u202eevil\u2028line",
)
HOSTILE = st.one_of(st.text(), st.sampled_from(INJECTIONS))


def _one(header: bytes) -> tuple[str, str]:
    """The name and unfolded value of what must be a single header, in lines of at most 78."""
    assert header.isascii() and header.endswith(b"\r\n")
    lines = header[:-2].split(b"\r\n")
    assert all(line.startswith(b" ") for line in lines[1:])
    assert max(map(len, lines)) <= 78
    (name, value), *others = email.message_from_bytes(header + b"\r\n", policy=email.policy.compat32).items()
    assert not others
    return name, str(value)


@given(HOSTILE)
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    name, value = _one(headers.unstructured("Subject", text))
    assert name == "Subject"
    assert str(make_header(decode_header(value))) == headers.line(text)


@pytest.mark.parametrize("text", [*INJECTIONS, "word " * 50, "x" * 2000, "é" * 2000, "x" * 66, "x" * 67, ""])
def test_the_standard_library_reads_the_same_subject(text: str) -> None:
    mail = email.message_from_bytes(headers.unstructured("Subject", text) + b"\r\n", policy=email.policy.default)
    assert mail.keys() == ["Subject"]
    assert mail["Subject"] == headers.line(text)


@given(HOSTILE)
def test_a_name_cannot_reach_beyond_its_quotes(text: str) -> None:
    name, value = _one(headers.mailbox("To", text, "agnes@northwind.example"))
    mail = email.message_from_bytes(f"{name}: {value}\n\n".encode("ascii"), policy=email.policy.default)
    (address,) = mail["To"].addresses
    assert address.addr_spec == "agnes@northwind.example"
    assert address.display_name.replace(" ", "") == headers.line(text).replace(" ", "")


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("agnes@northwind.example", "agnes@northwind.example"),
        ("o'neill+news@mail.example", "o'neill+news@mail.example"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        (" Jo Li <jo@bücher.example> ", "jo@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_written_in_ascii(address: str, written: str) -> None:
    assert headers.mailbox("To", None, address) == f"To: {written}\r\n".encode()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("bücher@northwind.example", "letters before the @"),
        ("a@b.example\r\nBcc: c@d.example", "no e-mail address|more than one"),
        ("=?utf-8?q?=0a?=@b.example", "cannot stand"),
        ("", "blank"),
        ("nobody", "no e-mail address"),
    ],
)
def test_an_address_that_no_header_can_hold_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        headers.mailbox("To", "Jo", address)


@pytest.mark.parametrize("link", ["https://a.example/u/" + "x" * 880, "mailto:a@b.example?subject=unsubscribe"])
def test_a_link_to_unsubscribe_stays_whole_on_its_line(link: str) -> None:
    first, *rest = headers.list_unsubscribe(link).decode("ascii").splitlines()
    assert first == f"List-Unsubscribe: <{link}>"
    assert rest == ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"] * link.startswith("https:")


@pytest.mark.parametrize(
    "link",
    ["javascript:x", "https://a.example/>\r\nBcc: x", "https://a.example/ü", "https://a.example/" + "x" * 890, ""],
)
def test_what_is_no_link_to_unsubscribe_is_refused(link: str) -> None:
    with pytest.raises(BadInput, match="no link to unsubscribe by"):
        headers.list_unsubscribe(link)


@pytest.mark.parametrize(
    "value", ["", "1.2@b.example", "<1.2@b.example>\r\nBcc: x@y.example", "<a b@c.example>", "<@>"]
)
def test_what_is_no_message_id_is_refused(value: str) -> None:
    with pytest.raises(BadInput, match="no Message-ID"):
        headers.message_id(value)


def test_a_date_is_told_in_utc() -> None:
    assert headers.date(1_800_000_000_999) == b"Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"
