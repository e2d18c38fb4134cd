"""What goes over the wire is the mail, whatever it holds, and never a command."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_admin.mail.transport import Phase
from tui_admin.mail.wire import CHUNK, Unwritable, chunks, envelope, message_id

PAYLOAD = b"Message-ID: <7+a=@n>\r\n\r\nhi\r\n"
LINES = st.lists(st.sampled_from([b".", b"..", b".a", b"", b"x" * 998, b"\r", b"\n", b"\r\n", b"\r\n.\r\n", b"a."]))


def received(wire: bytes) -> bytes:
    """What a server makes of it: the lines before the lone dot, each without the dot that was put before it."""
    lines = wire.split(b"\r\n")
    assert lines[-2:] == [b".", b""]
    assert b"." not in lines[:-2]
    return b"".join(line.removeprefix(b".") + b"\r\n" for line in lines[:-2])


@given(LINES.map(b"".join))
@example(b".\r\n.\r\n.")
def test_a_mail_arrives_as_it_was_but_for_its_line_ends(payload: bytes) -> None:
    wire = b"".join(chunks(payload))
    normal = re.sub(rb"\r\n|\r|\n", b"\r\n", payload)
    assert received(wire) == (normal if normal.endswith(b"\r\n") else normal + b"\r\n")
    assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n")


def test_a_mail_of_many_pieces_arrives_as_it_was() -> None:
    payload = b".\r\n" * CHUNK
    pieces = list(chunks(payload))
    assert len(pieces) == 5 and max(map(len, pieces)) == CHUNK
    assert received(b"".join(pieces)) == payload


@given(st.text(st.characters(codec=None, exclude_categories=())), st.booleans())
def test_no_address_adds_words_or_lines(address: str, offered: bool) -> None:
    payload = b"Message-ID: <a@b>\r\n\r\n"
    try:
        mail, rcpt = envelope(
            address, address, payload, dict.fromkeys(("smtputf8", "dsn", "size"), "") if offered else {}
        )
    except Unwritable as error:
        assert error.phase is Phase.MAIL
        return
    for command in (mail, rcpt):
        line = b" ".join(command)
        assert not re.search(rb"[\x00-\x1f\x7f]", line)
        assert line.count(b"<") == line.count(b">") == 1
        assert len(line.split(b" ")) == len(command)


@pytest.mark.parametrize(
    ("recipient", "offered", "mail", "rcpt"),
    [
        ("a@b.example", (), b"MAIL FROM:<s@n.example>", b"RCPT TO:<a@b.example>"),
        ("a@b.example", ("size",), b"MAIL FROM:<s@n.example> SIZE=%d" % len(PAYLOAD), b"RCPT TO:<a@b.example>"),
        ("a@b\u00fccher.example", (), b"MAIL FROM:<s@n.example>", b"RCPT TO:<a@xn--bcher-kva.example>"),
        (
            "jos\u00e9@b\u00fccher.example",
            ("smtputf8",),
            b"MAIL FROM:<s@n.example> SMTPUTF8",
            "RCPT TO:<jos\u00e9@xn--bcher-kva.example>".encode(),
        ),
        (
            "a@b.example",
            ("dsn",),
            b"MAIL FROM:<s@n.example> RET=HDRS ENVID=7+2Ba+3D@n",
            b"RCPT TO:<a@b.example> NOTIFY=FAILURE,DELAY",
        ),
    ],
)
def test_the_words_of_the_envelope(recipient: str, offered: tuple[str, ...], mail: bytes, rcpt: bytes) -> None:
    words = envelope("s@n.example", recipient, PAYLOAD, dict.fromkeys(offered, ""))
    assert tuple(b" ".join(command) for command in words) == (mail, rcpt)


@pytest.mark.parametrize(("most", "fits"), [("26", True), ("25", False), ("0", True), ("", True), ("many", True)])
def test_a_mail_that_is_too_large_is_told_before_it_is_sent(most: str, fits: bool) -> None:
    payload = PAYLOAD[:26]
    try:
        envelope("s@n.example", "a@b.example", payload, {"size": most})
    except Unwritable as error:
        assert not fits
        assert (error.phase, error.reply.code, error.reply.enhanced) == (Phase.BODY, 552, "5.3.4")
    else:
        assert fits


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b"Subject: x\r\nMESSAGE-ID:  <1.2@x>\r\n\r\nbody", "1.2@x"),
        (b"Subject: x\r\n\r\nMessage-ID: <1.2@x>\r\n", ""),
        (b"X-Message-ID: <1@x>\r\n\r\n", ""),
        (b"Message-ID: <1@x\r\n\r\n>", ""),
        (b"Message-ID: <\xff@x>\r\n\r\n", "\ufffd@x"),
    ],
)
def test_a_mail_is_known_by_its_header_and_nothing_else(payload: bytes, name: str) -> None:
    assert message_id(payload) == name
