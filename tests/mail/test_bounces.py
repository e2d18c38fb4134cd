"""Bounces read: by the fields of RFC 3464, by what servers are known to write, and what is no bounce at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.mail.bounces import LARGEST, LONGEST_SAID, Ending, Failure, Kind, Notice, read_notice
from tui_admin.rules.text import clean

from .notices import away, dsn, qmail, report

ID = "<7.3.0123456789abcdef@northwind.example>"


def the_failure(content: bytes) -> Failure:
    (failure,) = read_notice(content).failures
    return failure


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_codes_of_an_address_nobody_is_at(status: str) -> None:
    assert the_failure(dsn("Ana@X.example", status=status)) == Failure(
        ("ana@x.example",), Ending.NOBODY, status, status
    )


@pytest.mark.parametrize("status", ["5.7.1", "5.7.26", "5.2.2", "5.3.4", "5.2.1", "4.4.7", "5.4.4"])
def test_other_codes_are_no_fault_of_the_person_whatever_the_words(status: str) -> None:
    assert the_failure(dsn("a@x.example", status=status, said="550 user unknown")).ending is Ending.FAILED


@pytest.mark.parametrize(
    ("status", "said", "ending", "found"),
    [
        ("5.0.0", "550 5.1.1 <a@x.example>: Recipient address rejected", Ending.NOBODY, "5.1.1"),
        ("5.0.0", "550 5.7.1 blocked by policy", Ending.FAILED, "5.7.1"),
        ("5.0.0", "550 User unknown", Ending.NOBODY, "5.0.0"),
        ("5.0.0", "552 mailbox full at 10.5.1.1.7", Ending.FAILED, "5.0.0"),
        ("5.1.1 (no such mailbox)", "", Ending.NOBODY, "5.1.1"),
        ("", "", Ending.FAILED, ""),
    ],
)
def test_a_code_that_says_nothing_gives_way_to_the_servers_words(
    status: str, said: str, ending: Ending, found: str
) -> None:
    failure = the_failure(dsn("a@x.example", status=status, said=said))
    assert (failure.ending, failure.status) == (ending, found)


def test_a_delay_is_told_apart_and_success_is_no_bounce() -> None:
    assert the_failure(dsn("a@x.example", status="4.4.1", action="delayed")).ending is Ending.DELAYED
    for action in ("delivered", "relayed", "expanded"):
        assert read_notice(dsn("a@x.example", status="2.0.0", action=action)).kind is Kind.AUTOMATIC


def test_a_failure_of_an_address_that_cannot_be_is_not_taken_for_success() -> None:
    assert read_notice(dsn("david...@x.example", header_id=ID)) == Notice(Kind.UNCLASSIFIED, (), (ID,))


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822", "message/rfc822-headers"])
def test_the_mail_is_known_by_what_is_returned_of_it(returned: str) -> None:
    notice = read_notice(dsn("b@x.example", original="a@x.example", header_id=ID, returned=returned))
    assert notice.header_ids == (ID,)
    assert notice.failures[0].addresses == ("a@x.example", "b@x.example")


def test_what_has_no_fields_is_read_by_its_words() -> None:
    notice = read_notice(qmail("a@x.example", "Sorry, no mailbox here by that name. (#5.1.1)", ID))
    said = "Sorry, no mailbox here by that name. (#5.1.1)"
    assert notice == Notice(Kind.BOUNCE, (Failure(("a@x.example",), Ending.NOBODY, "5.1.1", said),), (ID,))
    full = read_notice(qmail("a@x.example", "The user is over quota.", ID))
    assert [failure.ending for failure in full.failures] == [Ending.FAILED]


def test_answers_of_people_are_no_bounces() -> None:
    assert read_notice(away(ID)).kind is Kind.AUTOMATIC
    receipt = report(
        ["Content-Type: message/disposition-notification\n\nDisposition: automatic-action; displayed\n"],
        "disposition-notification",
    )
    assert read_notice(receipt).kind is Kind.AUTOMATIC
    assert read_notice(b"From: a@x.example\nSubject: Re: Your courses\n\nThank you!\n").kind is Kind.UNCLASSIFIED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        b"From:\n\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\n" * 2_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
        b"Content-Type: message/delivery-status\n\nAction: failed\nFinal-Recipient: \xff\xfe\n\n",
        b"Content-Type: text/plain; charset=nothing\nContent-Transfer-Encoding: base64\n\n=====\n",
    ],
)
def test_hostile_messages_are_shown_as_not_understood(content: bytes) -> None:
    assert read_notice(content).failures == ()


def test_endless_lines_and_bodies_are_cut() -> None:
    words = b"Your message to:\n" + b"a@" * LARGEST
    assert read_notice(b"From: MAILER-DAEMON@x.example\n\n" + words).failures == ()
    assert len(the_failure(dsn("a@x.example", said="x y " * 1_000)).said) == LONGEST_SAID


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_nothing_harmful_passes(address: str, status: str, said: str) -> None:
    for failure in read_notice(dsn(address, status=status, said=said, header_id=f"<{said}>")).failures:
        for text in (*failure.addresses, failure.status, failure.said):
            assert clean(text) == text


@pytest.mark.real_data
def test_what_servers_really_wrote_is_mostly_understood(shared_data: Path) -> None:
    files = sorted((shared_data / "bounces" / "flufl.bounce" / "data").glob("*.txt"))
    notices = {file.stem: read_notice(file.read_bytes()) for file in files}
    found = [name for name, notice in notices.items() if notice.kind is Kind.BOUNCE]
    assert len(found) >= 110 and len(files) == 117
    nobody = {name for name in found if any(f.ending is Ending.NOBODY for f in notices[name].failures)}
    assert nobody >= {"dsn_11", "dsn_12", "dsn_13", "dsn_14", "dsn_15", "qmail_03", "exim_01", "yahoo_13"}
    assert nobody.isdisjoint({"dsn_01", "dsn_02", "dsn_03", "simple_30", "yahoo_01"})
    assert notices["qmail_08"].kind is Kind.AUTOMATIC
