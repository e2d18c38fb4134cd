"""Links: made the same again, read back, and refused when changed, late, or meant for something else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.mail.links import LinkEnded, LinkPurpose, Links
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import DAY

NOW = 1_800_000_000_000
LINKS = Links("a key", "https://learn.northwind.example")


def _token(link: str | None) -> str:
    assert link is not None
    return link.rpartition("/")[2]


def test_a_link_is_the_same_every_time_and_names_whom_it_is_for() -> None:
    link = LINKS.join(42, NOW)
    assert link == Links("a key", "https://learn.northwind.example").join(42, NOW)
    assert link is not None and re.fullmatch(r"https://learn\.northwind\.example/join/[A-Za-z0-9_.-]+", link)
    assert LINKS.read(_token(link), LinkPurpose.JOIN, NOW) == 42


def test_unsubscribe_goes_to_the_administrators_own_address_where_one_is_set() -> None:
    own = Links("a key", "https://learn.northwind.example", "https://hr.example/stop?t={token}&from=mail")
    link = own.unsubscribe(7, NOW + DAY)
    assert link is not None
    token = link.removeprefix("https://hr.example/stop?t=").removesuffix("&from=mail")
    assert own.read(token, LinkPurpose.UNSUBSCRIBE, NOW) == 7
    assert _token(LINKS.unsubscribe(7, NOW + DAY)) == token


def test_without_a_public_address_there_are_no_links() -> None:
    nowhere = Links("a key")
    assert nowhere.join(1, NOW) is nowhere.feedback(1, NOW) is nowhere.unsubscribe(1, NOW) is None
    assert nowhere.report(1, NOW) is None


def test_links_to_join_tell_when_they_were_made_whichever_mail_they_came_with() -> None:
    invited, asked = _token(LINKS.join(42, NOW)), _token(LINKS.confirm(42, NOW))
    assert invited != asked
    for token, lasts in ((invited, 90 * DAY), (asked, DAY)):
        assert LINKS.read_joining(token, NOW + lasts - 1) == (42, NOW)
        with pytest.raises(LinkEnded):
            LINKS.read_joining(token, NOW + lasts)
    with pytest.raises(BadInput, match="made to give feedback, not to join"):
        LINKS.read_joining(_token(LINKS.feedback(42, NOW)), 0)


def test_a_report_is_fetched_at_a_path_of_its_own() -> None:
    link = LINKS.report(3, NOW + DAY)
    assert link is not None and link.startswith("https://learn.northwind.example/reports/")
    assert LINKS.read(_token(link), LinkPurpose.REPORT, NOW) == 3


@pytest.mark.parametrize(
    ("token", "purpose", "now", "said"),
    [
        (
            _token(LINKS.join(1, NOW - 90 * DAY)),
            LinkPurpose.JOIN,
            NOW,
            "has ended. Ask your administrator to invite you again",
        ),
        (_token(LINKS.report(1, NOW)), LinkPurpose.REPORT, NOW, "has ended. Ask for the report again"),
        (_token(LINKS.feedback(1, NOW)), LinkPurpose.UNSUBSCRIBE, 0, "made to give feedback, not to unsubscribe"),
        (_token(LINKS.join(1, NOW))[:-1], LinkPurpose.JOIN, 0, "not whole or was changed"),
        (_token(Links("other key", "https://x.example").join(1, NOW)), LinkPurpose.JOIN, 0, "was changed"),
        ("", LinkPurpose.JOIN, 0, "not whole"),
        ("ñ\ud800.x", LinkPurpose.JOIN, 0, "not whole"),
    ],
)
def test_what_is_no_good_link_is_refused_in_words(token: str, purpose: LinkPurpose, now: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        LINKS.read(token, purpose, now)


@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_changed_character_goes_unnoticed(at: int, mark: str) -> None:
    token = LINKS.token(LinkPurpose.JOIN, 1, NOW)
    at %= len(token) - 1  # the last character of base64 holds bits that mean nothing
    changed = token[:at] + mark + token[at + 1 :]
    if changed != token:
        with pytest.raises(BadInput):
            LINKS.read(changed, LinkPurpose.JOIN, 0)
