"""Answers of servers are harmless once they are ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.mail.transport import LONGEST_REPLY, Fate, Outcome, Phase, reply


@pytest.mark.parametrize(
    ("text", "enhanced", "rest"),
    [
        ("2.0.0 Ok: queued as 4F", "2.0.0", "Ok: queued as 4F"),
        ("4.7.28 rate\nmore", "4.7.28", "rate more"),
        ("5.1.1", "5.1.1", ""),
        ("7.1.1 no status", "", "7.1.1 no status"),
        ("5.1.1.1 no status", "", "5.1.1.1 no status"),
        ("5.1234.1 no status", "", "5.1234.1 no status"),
        ("", "", ""),
        ("caf\udce9 \x1b[31mred\x00 \u202egnol", "", "caf\\xe9 \ufffd[31mred\ufffd \ufffdgnol"),
        ("Ünïcode", "", "Ünïcode"),
    ],
)
def test_an_answer_is_parted_and_made_harmless(text: str, enhanced: str, rest: str) -> None:
    found = reply(250, text)
    assert (found.enhanced, found.text) == (enhanced, rest)


@given(st.text(st.characters(codec=None, exclude_categories=())), st.integers(200, 599))
def test_any_answer_can_be_stored_and_shown(text: str, code: int) -> None:
    said = str(reply(code, text))
    assert len(said) <= LONGEST_REPLY + len("250 5.999.999 ")
    assert not any(mark in said for mark in "\x00\x1b\r\n\x9b\u202e")
    said.encode("utf-8")


def test_an_outcome_says_what_happened_with_a_reply_and_without() -> None:
    refused = Outcome(Fate.REFUSED, Phase.RCPT, reply(550, "5.1.1 no such user"), usable=True)
    assert refused.text == "550 5.1.1 no such user"
    assert Outcome(Fate.UNSENT, Phase.DATA, trouble="the connection broke").text == "the connection broke"
